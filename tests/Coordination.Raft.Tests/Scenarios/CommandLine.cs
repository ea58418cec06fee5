using System.Globalization;

namespace Coordination.Raft.Tests;

/// <summary>
/// One command of a scenario: a verb, positional arguments, and options written <c>name=value</c>. Whatever a command does not ask for
/// is an error, so that a misspelt option cannot go unnoticed.
/// </summary>
internal sealed class CommandLine
{
    private readonly Queue<string> _positional = new();
    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal);

    public CommandLine(string text)
    {
        Text = text;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Verb = words[0];
        foreach (string word in words[1..])
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                _positional.Enqueue(word);
            }
            else
            {
                _options.Add(word[..equals], word[(equals + 1)..]);
            }
        }
    }

    public string Text { get; }

    public string Verb { get; }

    public bool HasPositional => _positional.Count > 0;

    public string Next() => _positional.TryDequeue(out string? word) ? word : throw new ScenarioException($"'{Text}' lacks an argument.");

    public ReplicaId NextId() => ParseId(Next());

    public ReplicaId[] NextIds() => ParseIds(Next());

    public ulong NextNumber() => ParseNumber(Next());

    /// <summary>The remaining positional arguments as ids.</summary>
    public ReplicaId[] RemainingIds()
    {
        List<ReplicaId> ids = [];
        while (HasPositional)
        {
            ids.AddRange(ParseIds(Next()));
        }

        return [.. ids];
    }

    /// <summary>Takes a word out of the positional arguments and says whether it was there.</summary>
    public bool Flag(string word)
    {
        string[] others = [.. _positional.Where(other => other != word)];
        bool isThere = others.Length < _positional.Count;
        _positional.Clear();
        Array.ForEach(others, _positional.Enqueue);
        return isThere;
    }

    public string? Option(string name) => _options.Remove(name, out string? value) ? value : null;

    public ulong? NumberOption(string name) => Option(name) is { } value ? ParseNumber(value) : null;

    public int IntOption(string name, int otherwise) => (int)(NumberOption(name) ?? (ulong)otherwise);

    public ReplicaId[] IdsOption(string name) => Option(name) is { } value ? ParseIds(value) : [];

    public void CheckNothingIsLeft()
    {
        string[] left = [.. _positional, .. _options.Keys];
        if (left.Length > 0)
        {
            throw new ScenarioException($"'{Text}': not understood: {string.Join(' ', left)}.");
        }
    }

    /// <summary>Reads <c>n1</c>, a list <c>n1,n4</c> or a range <c>n1-n3</c>.</summary>
    private static ReplicaId[] ParseIds(string text)
    {
        List<ReplicaId> ids = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            ulong first = ParseId(ends[0]).Value;
            ulong last = ParseId(ends[^1]).Value;
            for (ulong id = first; id <= last; id++)
            {
                ids.Add(new ReplicaId(id));
            }
        }

        return [.. ids];
    }

    private static ReplicaId ParseId(string text) =>
        text.StartsWith('n') ? new ReplicaId(ParseNumber(text[1..])) : throw new ScenarioException($"'{text}' is no replica.");

    private static ulong ParseNumber(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw new ScenarioException($"'{text}' is no number.");
}
