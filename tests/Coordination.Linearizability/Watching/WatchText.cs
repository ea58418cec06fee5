using System.Text;

namespace Coordination.Linearizability;

/// <summary>
/// Watchers as text, so that one that got something wrong becomes a test: a line for the watcher, then one for each response. Empty
/// lines and lines that begin with a double slash are left out when reading.
/// </summary>
public static class WatchText
{
    /// <summary>The text of watchers.</summary>
    public static string Write(IEnumerable<WatchRecord> watches)
    {
        StringBuilder text = new();
        foreach (WatchRecord watch in watches)
        {
            text.Append($"watch {Token.Escape(watch.Name)} {watch.Range} from {watch.StartRevision} awaited {watch.AwaitedRevision}")
                .Append(watch.WantsPrevious ? " previous" : string.Empty)
                .Append(watch.AllowsFragments ? " fragments" : string.Empty)
                .Append('\n');
            foreach (WatchResponse response in watch.Responses)
            {
                text.Append($"  {response.Kind} @{response.Revision} {response.Events.Count}{(response.HasMore ? " more" : string.Empty)}")
                    .AppendJoin(string.Empty, response.Events.Select(Write))
                    .Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The watchers of a text.</summary>
    /// <exception cref="FormatException">A line is none of a watcher; the message names it.</exception>
    public static IReadOnlyList<WatchRecord> Parse(string text)
    {
        List<WatchRecord> watches = [];
        List<WatchResponse> responses = [];
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                TokenReader reader = new(line);
                if (reader.TryTake("watch"))
                {
                    responses = [];
                    watches.Add(ReadWatch(reader, responses));
                }
                else
                {
                    responses.Add(ReadResponse(reader));
                }

                reader.TakeEnd();
            }
            catch (FormatException error)
            {
                throw new FormatException($"{error.Message} In: {line}", error);
            }
        }

        return watches;
    }

    private static string Write(StoreEvent change)
    {
        string what = change.Record is null ? $" delete {Token.Escape(change.Key)} {change.Revision}" : $" put {change.Record}";
        return change.Previous is null ? what : $"{what} was {change.Previous}";
    }

    private static WatchRecord ReadWatch(TokenReader reader, List<WatchResponse> responses)
    {
        string name = reader.NextText();
        KeyRange range = KeyRange.Read(reader);
        reader.Take("from");
        long start = reader.NextNumber();
        reader.Take("awaited");
        return new WatchRecord
        {
            Name = name,
            Range = range,
            StartRevision = start,
            AwaitedRevision = reader.NextNumber(),
            WantsPrevious = reader.TryTake("previous"),
            AllowsFragments = reader.TryTake("fragments"),
            Responses = responses,
        };
    }

    private static WatchResponse ReadResponse(TokenReader reader)
    {
        string word = reader.Next();
        if (!Enum.TryParse(word, out WatchResponseKind kind))
        {
            throw new FormatException($"'{word}' is no response of a watch.");
        }

        long revision = Token.ToNumber(reader.NextAfter('@'));
        long count = reader.NextNumber();
        bool hasMore = reader.TryTake("more");
        List<StoreEvent> events = [];
        for (long i = 0; i < count; i++)
        {
            events.Add(ReadEvent(reader));
        }

        return new WatchResponse(kind, revision, events, hasMore);
    }

    private static StoreEvent ReadEvent(TokenReader reader)
    {
        KeyRecord? record = null;
        string key;
        long revision;
        if (reader.TryTake("delete"))
        {
            key = reader.NextText();
            revision = reader.NextNumber();
        }
        else
        {
            reader.Take("put");
            record = KeyRecord.Read(reader);
            (key, revision) = (record.Key, record.ModRevision);
        }

        return new StoreEvent(revision, key, record, reader.TryTake("was") ? KeyRecord.Read(reader) : null);
    }
}
