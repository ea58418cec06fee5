namespace Coordination.Raft.Tests;

/// <summary>Commands about messages under way. Each shows the messages that it touched.</summary>
internal sealed class NetworkCommands(Cluster cluster, ScenarioJournal journal)
{
    public void Register(IDictionary<string, Action<CommandLine>> verbs)
    {
        verbs.Add("deliver", Deliver);
        verbs.Add("drop", command => Write(cluster.Network.Take(new MessageFilter(command).Matches)));
        verbs.Add("duplicate", command => Write(cluster.Network.Duplicate(new MessageFilter(command).Matches)));
        verbs.Add("reorder", command => Write(cluster.Network.Reverse(new MessageFilter(command).Matches)));
        verbs.Add("hold", command => Write(cluster.Network.Hold(new MessageFilter(command).Matches)));
        verbs.Add("release", command => Write(cluster.Network.Release(new MessageFilter(command).Matches)));
        verbs.Add("stabilize", command => cluster.Stabilize(command.RemainingIds()));
        verbs.Add("isolate", command => WriteLost(cluster.Isolate(command.NextId())));
        verbs.Add("partition", Partition);
        verbs.Add("cut", command => WriteLost(cluster.Network.Cut(command.NextId(), command.NextId())));
        verbs.Add("heal", _ => cluster.Network.Heal());
    }

    /// <summary>Delivers what is under way now, not what comes of it.</summary>
    private void Deliver(CommandLine command)
    {
        var messages = cluster.Network.Take(new MessageFilter(command).Matches);
        Write(messages);
        foreach (var message in messages)
        {
            cluster.Deliver(message);
        }
    }

    /// <summary><c>partition n1,n2 n3-n5</c>: each argument is one side.</summary>
    private void Partition(CommandLine command)
    {
        List<ReplicaId[]> sides = [];
        while (command.HasPositional)
        {
            sides.Add(command.NextIds());
        }

        WriteLost(cluster.Partition([.. sides]));
    }

    private void Write(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            journal.Write(MessageFormatter.Format(message));
        }
    }

    private void WriteLost(IReadOnlyList<Message> messages)
    {
        foreach (var message in messages)
        {
            journal.Write($"{MessageFormatter.Format(message)} (lost)");
        }
    }
}
