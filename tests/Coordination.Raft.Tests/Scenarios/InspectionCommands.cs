namespace Coordination.Raft.Tests;

/// <summary>Commands that only show something.</summary>
internal sealed class InspectionCommands(Cluster cluster, ScenarioJournal journal)
{
    public void Register(IDictionary<string, Action<CommandLine>> verbs)
    {
        verbs.Add("status", command => ForEach(command, WriteStatus));
        verbs.Add("peers", command => ForEach(command, WritePeers));
        verbs.Add("log", command => ForEach(command, WriteLog));
        verbs.Add("under-way", _ => WriteMessages());
    }

    private void ForEach(CommandLine command, Action<Replica> write)
    {
        ReplicaId[] ids = command.HasPositional ? command.RemainingIds() : [.. cluster.Running.Select(replica => replica.Id)];
        Array.ForEach(ids, id => write(cluster[id]));
    }

    private void WriteStatus(Replica replica)
    {
        var status = replica.Node.GetStatus();
        string line = $"{Names.Of(status.Id)} {status.Role} term={status.Term} vote={Names.Of(status.Vote)} leader={Names.Of(status.Leader)}"
            + $" last={status.LastIndex}@{status.LastTerm} durable={status.Durable} committed={status.Committed} applied={status.Applied}";
        line += status.UncommittedBytes > 0 ? $" uncommitted={status.UncommittedBytes}B" : "";
        line += status.PendingReads > 0 ? $" reads={status.PendingReads}" : "";
        line += status.TransferTarget.IsSome ? $" transfer={Names.Of(status.TransferTarget)}" : "";
        line += status.IsQuiesced ? " quiesced" : "";
        journal.Write($"{line} {status.Membership}");
    }

    private void WritePeers(Replica replica)
    {
        foreach (var peer in replica.Node.GetStatus().Peers.Where(peer => peer.Id != replica.Id))
        {
            string line = $"{Names.Of(replica.Id)} sees {Names.Of(peer.Id)} {peer.State} match={peer.Match} next={peer.Next}"
                + $" inflight={peer.InflightAppends}/{peer.InflightBytes}B";
            journal.Write(line + (peer.IsRecentlyActive ? "" : " inactive") + (peer.IsLearner ? " learner" : ""));
        }
    }

    /// <summary>The log on disk, which at the end of a stabilization is the log.</summary>
    private void WriteLog(Replica replica)
    {
        var snapshot = replica.Disk.Snapshot;
        string before = snapshot.Index.IsSome ? $"snapshot={snapshot.Index}@{snapshot.Term} " : "";
        journal.Write($"{Names.Of(replica.Id)} {before}{MessageFormatter.FormatAll(replica.Disk.Entries)}");
    }

    private void WriteMessages()
    {
        foreach (var message in cluster.Network.UnderWay)
        {
            journal.Write(MessageFormatter.Format(message));
        }

        foreach (var message in cluster.Network.Held)
        {
            journal.Write($"{MessageFormatter.Format(message)} (held)");
        }
    }
}
