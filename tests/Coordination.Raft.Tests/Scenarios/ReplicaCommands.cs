namespace Coordination.Raft.Tests;

/// <summary>Commands about replicas themselves: how they start, time, disk, state machine, crashes.</summary>
internal sealed class ReplicaCommands(Cluster cluster, ScenarioJournal journal)
{
    public void Register(IDictionary<string, Action<CommandLine>> verbs)
    {
        verbs.Add("add-nodes", AddNodes);
        verbs.Add("tick", Tick);
        verbs.Add("elapse", Elapse);
        verbs.Add("campaign", command => ForEach(command, replica => replica.Node.Campaign()));
        verbs.Add("wake", command => ForEach(command, replica => replica.Node.Wake()));
        verbs.Add("process-ready", ProcessReady);
        verbs.Add("persist", Persist);
        verbs.Add("stall-disk", command => ForEach(command, replica => replica.IsDiskStalled = true));
        verbs.Add("resume-disk", command => ForEach(command, replica => replica.IsDiskStalled = false));
        verbs.Add("apply", command => cluster[command.NextId()].Apply(new LogIndex(command.NumberOption("upto") ?? 0)));
        verbs.Add("compact", command => cluster[command.NextId()].Compact(new LogIndex(command.NextNumber())));
        verbs.Add("crash", Crash);
        verbs.Add("restart", command => Array.ForEach(command.RemainingIds(), cluster.Restart));
    }

    private void ForEach(CommandLine command, Action<Replica> act) =>
        Array.ForEach(command.RemainingIds(), id => act(cluster[id]));

    private void AddNodes(CommandLine command)
    {
        var start = new StartOptions(command);
        var ids = command.RemainingIds();
        foreach (var id in ids)
        {
            cluster.Add(start.Options(id), start.State(ids));
        }
    }

    private void Tick(CommandLine command)
    {
        var replica = cluster[command.NextId()];
        ulong count = command.HasPositional ? command.NextNumber() : 1;
        for (ulong i = 0; i < count; i++)
        {
            replica.Node.Tick();
        }
    }

    private void Elapse(CommandLine command) => cluster.Elapse((int)command.NextNumber(), command.RemainingIds());

    private void ProcessReady(CommandLine command)
    {
        bool persist = command.Option("persist") != "no";
        bool apply = command.Option("apply") != "no";
        foreach (var replica in command.RemainingIds().Select(id => cluster[id]))
        {
            while (replica.Node.HasReady)
            {
                cluster.TakeReady(replica);
                if (persist && !replica.IsDiskStalled)
                {
                    replica.Persist();
                }

                if (apply)
                {
                    replica.Apply();
                }
            }
        }
    }

    private void Persist(CommandLine command)
    {
        var replica = cluster[command.NextId()];
        foreach (var request in replica.Persist((long)(command.NumberOption("upto") ?? long.MaxValue)))
        {
            journal.Write($"{Names.Of(replica.Id)} has on disk {MessageFormatter.Format(request)}");
        }
    }

    private void Crash(CommandLine command)
    {
        foreach (var id in command.RemainingIds())
        {
            foreach (var request in cluster[id].Unsynced)
            {
                journal.Write($"{Names.Of(id)} loses {MessageFormatter.Format(request)}");
            }

            foreach (var message in cluster.Crash(id))
            {
                journal.Write($"{MessageFormatter.Format(message)} (lost)");
            }
        }
    }
}
