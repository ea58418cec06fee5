using System.Text;

namespace Coordination.Linearizability;

/// <summary>The texts of the revision checker: what was seen, what should have been, and who had a hand in it.</summary>
internal static class RevisionStory
{
    private const int LinesMax = 6;

    public static string Lines(IEnumerable<StoreOperation> operations) =>
        string.Concat(operations.Take(LinesMax).Select(operation => $"\n    {operation}"));

    public static string OfWrongWrite(StoreOperation write, StoreState before, StoreTransition transition)
    {
        string effect = transition.State.Revision == before.Revision ? ", which changes nothing and takes no revision" : string.Empty;
        return $"before revision {before.Revision + 1} the state was {before}, and the answer there is {transition.Result}{effect}."
            + Lines([write]);
    }

    public static string OfWrongRead(StoreOperation read, StoreTransition expected, StoreState state, IEnumerable<StoreOperation> authors)
    {
        string shown = expected.Events.Count == 0
            ? $"should be {expected.Result}" : $"should be {expected.Result}, which would have taken a revision of its own";
        return $"at revision {state.Revision} the answer {shown}.\n    wrong    {read}"
            + string.Concat(authors.Take(LinesMax).Select(author => $"\n    written by {author}"));
    }

    public static string OfGap(
        RevisionGap gap,
        Evidence evidence,
        StoreOperation? previous,
        StoreOperation? next,
        ILookup<long, StoreOperation> reads,
        ILookup<long, StoreOperation> writes)
    {
        StringBuilder text = new();
        text.Append($"nobody was told of revision {gap.Revision}, and no write of unknown outcome can have made it.");
        AppendNamed(text, "before it ", previous);
        AppendNamed(text, "after it  ", next);
        AppendNamed(text, "known by  ", reads[gap.Revision].FirstOrDefault());
        foreach ((string key, KeyRecord? record) in evidence.FindChanges(gap.Revision))
        {
            text.Append($"\n    seen of it {record?.ToString() ?? $"the deletion of {Token.Escape(key)}"}");
            AppendNamed(text, "asked for that, at another revision", record is null ? null : FindWriter(record, gap.Revision, writes));
        }

        foreach ((StoreOperation candidate, Func<string> reason) in gap.Rejected.Take(LinesMax))
        {
            text.Append($"\n    not by     {candidate}\n      since {reason().ReplaceLineEndings("\n  ")}");
        }

        return text.ToString();
    }

    /// <summary>The keys that a read shows differently from what it should.</summary>
    public static Footprint DifferingKeys(StoreOperation read, StoreResult expected) =>
        read.Answer!.Result is StoreResult.Found found && expected is StoreResult.Found right
            ? Footprint.Of(found.Keys.Except(right.Keys).Concat(right.Keys.Except(found.Keys)).Select(record => record.Key))
            : Footprint.Of(read.Request);

    private static StoreOperation? FindWriter(KeyRecord record, long revision, ILookup<long, StoreOperation> writes) =>
        writes.Where(group => group.Key != revision).SelectMany(group => group)
            .FirstOrDefault(write => Puts(write.Request, record));

    private static bool Puts(StoreRequest request, KeyRecord record) => request switch
    {
        StoreRequest.Put put => put.Key == record.Key && put.Value == record.Value,
        StoreRequest.Transaction transaction => transaction.Then.Concat(transaction.Else).Any(inner => Puts(inner, record)),
        _ => false,
    };

    private static void AppendNamed(StringBuilder text, string what, StoreOperation? operation)
    {
        if (operation is not null)
        {
            text.Append($"\n    {what} {operation}");
        }
    }
}
