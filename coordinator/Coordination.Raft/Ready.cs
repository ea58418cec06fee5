namespace Coordination.Raft;

/// <summary>
/// Everything that a replica's owner has to do, as <see cref="RaftNode.TakeReady"/> hands it out. The lists belong to the node and are
/// valid until the next call of <see cref="RaftNode.TakeReady"/>; messages, entries and requests in them are immutable and may be kept.
/// The parts are independent: the order in which the owner does them does not matter, since the node itself holds back what depends on
/// the disk until <see cref="RaftNode.Persisted"/>.
/// </summary>
public sealed class Ready
{
    internal List<Message> MessageList { get; } = [];

    internal List<ReadResult> ReadList { get; } = [];

    internal List<ReplicaId> SnapshotsWantedList { get; } = [];

    internal List<RaftEvent> EventList { get; } = [];

    /// <summary>Messages to send now, in this order per receiver. Losing one is allowed.</summary>
    public IReadOnlyList<Message> Messages => MessageList;

    /// <summary>What to write to the log, or null.</summary>
    public PersistRequest? Persist { get; internal set; }

    /// <summary>
    /// Committed entries to apply, in order, each exactly once; all durable on this replica. The owner reports progress to
    /// <see cref="RaftNode.Applied"/>.
    /// </summary>
    public ReadOnlyMemory<Entry> Committed { get; internal set; }

    /// <summary>Reads that were answered or given up.</summary>
    public IReadOnlyList<ReadResult> Reads => ReadList;

    /// <summary>
    /// Followers that need a snapshot: the owner makes one and calls <see cref="RaftNode.SendSnapshot"/>, or
    /// <see cref="RaftNode.SnapshotFailed"/> when it cannot.
    /// </summary>
    public IReadOnlyList<ReplicaId> SnapshotsWanted => SnapshotsWantedList;

    /// <summary>What happened that an operator may want to read; the core itself never logs.</summary>
    public IReadOnlyList<RaftEvent> Events => EventList;

    internal void Clear()
    {
        MessageList.Clear();
        Persist = null;
        Committed = default;
        ReadList.Clear();
        SnapshotsWantedList.Clear();
        EventList.Clear();
    }
}
