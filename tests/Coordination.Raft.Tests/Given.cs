using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>Short forms of what tests are made of.</summary>
internal static class Given
{
    public static ReplicaId Id(ulong id) => new(id);

    public static ReplicaId[] Ids(params ulong[] ids) => [.. ids.Select(id => new ReplicaId(id))];

    public static LogIndex At(int index) => new((ulong)index);

    public static Term In(int term) => new((ulong)term);

    public static Entry Command(int index, int term, string text = "") =>
        new(In(term), At(index), EntryKind.Command, Encoding.UTF8.GetBytes(text));

    public static Entry MembershipChange(int index, int term, Membership membership) =>
        new(In(term), At(index), EntryKind.Membership, new MembershipEntry(membership, default).Encode());

    /// <summary>Commands at the positions from 1 on, one per term given.</summary>
    public static Entry[] Commands(params int[] terms) => [.. terms.Select((term, position) => Command(position + 1, term))];

    public static Membership Voters(params ulong[] ids) => Membership.Create(Ids(ids));

    public static SnapshotMetadata Snapshot(int index, int term, Membership membership) => new(At(index), In(term), membership);

    /// <summary>What is on the disk of a member of a group of three with these entries.</summary>
    public static RestoredState Restored(Entry[] entries, int term, int commit = 0, ulong vote = 0) => new()
    {
        HardState = new HardState(In(term), new ReplicaId(vote), At(commit)),
        Snapshot = Snapshot(0, 0, Voters(1, 2, 3)),
        Entries = entries,
    };

    public static RaftOptions Options(ulong id = 1) => Cluster.DefaultOptions(Id(id));
}
