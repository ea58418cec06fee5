namespace Coordination.Raft.Tests;

/// <summary>Collects the output of one command, and writes down what replicas hand out while it runs.</summary>
internal sealed class ScenarioJournal(Network network)
{
    private readonly List<string> _lines = [];

    /// <summary>Leaves messages and disk writes out: for the parts of a scenario that only lead up to the point.</summary>
    public bool IsBrief { get; set; }

    public void Write(string line) => _lines.Add(line);

    public IReadOnlyList<string> TakeLines()
    {
        string[] lines = [.. _lines];
        _lines.Clear();
        return lines;
    }

    public void WriteReady(Replica replica, Ready ready)
    {
        string name = Names.Of(replica.Id);
        foreach (var happened in ready.Events)
        {
            Write($"{name} {MessageFormatter.Format(happened)}");
        }

        if (!IsBrief)
        {
            WriteEffects(name, ready);
        }

        if (!ready.Committed.IsEmpty)
        {
            Write($"{name} commits {MessageFormatter.Format(ready.Committed)}");
        }

        foreach (var read in ready.Reads)
        {
            Write($"{name} read {MessageFormatter.Format(read)}");
        }

        foreach (var peer in ready.SnapshotsWanted)
        {
            Write($"{name} wants a snapshot for {Names.Of(peer)}");
        }
    }

    private void WriteEffects(string name, Ready ready)
    {
        if (ready.Persist is { } request)
        {
            Write($"{name} writes {MessageFormatter.Format(request)}");
        }

        foreach (var message in ready.Messages)
        {
            Write(MessageFormatter.Format(message) + (network.IsLost(message) ? " (lost)" : ""));
        }
    }
}
