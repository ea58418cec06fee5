using Coordination.Raft;

namespace Coordination.Simulation.Tests;

/// <summary>A partition of three voters whose history a test writes by hand, good or bad.</summary>
internal sealed class History
{
    public History()
    {
        Directory = new ReplicaDirectory();
        for (int node = 0; node < 4; node++)
        {
            Directory.Add(node);
        }

        Checks = new PartitionChecks(Directory, Voters, new RegisterModel());
        foreach (var replica in Directory.All)
        {
            Checks.OnStart(replica, new RestoredState { Snapshot = Start });
            Checks.OnDurableStart(replica, Start);
        }
    }

    public static Membership Voters { get; } = Membership.Create([new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)]);

    public static SnapshotMetadata Start { get; } = new(LogIndex.None, Term.None, Voters);

    public ReplicaDirectory Directory { get; }

    public PartitionChecks Checks { get; }

    public ReplicaRecord this[int id] => Directory.All[id - 1];

    public static Entry Entry(ulong index, ulong term, byte value = 0) =>
        new(new Term(term), new LogIndex(index), EntryKind.Command, new RegisterCommand(0, false, 0, value, 0).Encode());

    public static PersistRequest Request(params Entry[] entries) => new(1, null, null, entries, true);

    /// <summary>Writes entries to a replica's log and, unless told otherwise, its disk.</summary>
    public void Write(int id, Entry entry, bool isDurable = true)
    {
        var replica = this[id];
        replica.Log.Truncate(entry.Index);
        replica.Log.Append(entry, Fingerprint.Extend(replica.Log.Last.Chain, entry));
        if (isDurable)
        {
            Checks.OnDurable(replica, Request(entry));
        }
    }

    /// <summary>Makes an entry durable on replicas 1 and 2, and committed.</summary>
    public Entry Commit(ulong index, ulong term, byte value = 0)
    {
        var entry = Entry(index, term, value);
        Write(1, entry);
        Write(2, entry);
        Checks.Canonical.Add(entry, this[1].Log.Last.Chain, entry.Term);
        return entry;
    }

    public static void Breaks(string rule, Action action) => Assert.Equal(rule, Assert.Throws<ViolationException>(action).Rule);
}
