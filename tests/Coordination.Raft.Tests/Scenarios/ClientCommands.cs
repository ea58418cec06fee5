using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>Commands for what an owner asks of a node on behalf of its clients and operators.</summary>
internal sealed class ClientCommands(Cluster cluster, ScenarioJournal journal)
{
    public void Register(IDictionary<string, Action<CommandLine>> verbs)
    {
        verbs.Add("propose", Propose);
        verbs.Add("propose-membership", ProposeMembership);
        verbs.Add("read", Read);
        verbs.Add("transfer", Transfer);
        verbs.Add("send-snapshot", SendSnapshot);
        verbs.Add("snapshot-delivered", SnapshotDelivered);
        verbs.Add("snapshot-failed", command => NextNode(command).SnapshotFailed(command.NextId()));
        verbs.Add("gone", command => NextNode(command).Gone(command.NextId()));
        verbs.Add("unreachable", command => NextNode(command).Unreachable(command.NextId()));
    }

    private RaftNode NextNode(CommandLine command) => cluster[command.NextId()].Node;

    private void SnapshotDelivered(CommandLine command) =>
        NextNode(command).SnapshotDelivered(command.NextId(), new LogIndex(command.NextNumber()));

    private void Propose(CommandLine command)
    {
        var node = NextNode(command);
        if (command.NumberOption("size") is { } size)
        {
            Write(node.Propose(new byte[size]));
        }

        while (command.HasPositional)
        {
            Write(node.Propose(Encoding.UTF8.GetBytes(command.Next())));
        }
    }

    private void ProposeMembership(CommandLine command)
    {
        var node = NextNode(command);
        List<MemberChange> changes = [];
        AddChanges("add-voter", MemberChangeKind.AddVoter);
        AddChanges("add-learner", MemberChangeKind.AddLearner);
        AddChanges("remove", MemberChangeKind.Remove);
        Write(node.ProposeMembership(new MembershipChange(changes, ForceJoint: command.Flag("joint"))));

        void AddChanges(string option, MemberChangeKind kind) =>
            changes.AddRange(command.IdsOption(option).Select(id => new MemberChange(kind, id)));
    }

    private void Read(CommandLine command)
    {
        var node = NextNode(command);
        while (command.HasPositional)
        {
            ulong id = command.NextNumber();
            if (!node.Read(id))
            {
                journal.Write($"read {id} refused");
            }
        }
    }

    private void Transfer(CommandLine command) => journal.Write(NextNode(command).TransferLeadership(command.NextId()).ToString());

    private void SendSnapshot(CommandLine command)
    {
        var replica = cluster[command.NextId()];
        var peer = command.NextId();
        var index = command.NumberOption("index") is { } given ? new LogIndex(given) : replica.Applied;
        replica.Node.SendSnapshot(peer, replica.Node.DescribeSnapshot(index));
    }

    private void Write(ProposalResult result) =>
        journal.Write(result.Status == ProposalStatus.Accepted ? $"Accepted {result.Index}@{result.Term}" : result.Status.ToString());
}
