using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// The disk under a replica's state store, as RocksDB without a log of its own uses it: what was flushed is durable, and of the commits
/// since then a crash leaves the first so and so many, since memory may have been written out at any of them.
/// </summary>
internal sealed class StoreDisk(WorldServices world, StoreContent start) : IStateDisk
{
    private readonly List<StoreCommit> _unflushed = [];
    private StoreContent _durable = start;

    /// <inheritdoc/>
    public SnapshotMetadata Durable
    {
        get
        {
            var metadata = _durable.Metadata;
            return new SnapshotMetadata(
                new LogIndex(metadata.AppliedIndex),
                new Term(metadata.AppliedTerm),
                MembershipEntry.Decode(metadata.Membership).Membership);
        }
    }

    /// <inheritdoc/>
    public void Crash()
    {
        if (_unflushed.Count > 0)
        {
            int survivors = world.StateRandom.Next(_unflushed.Count + 1);
            world.Statistics.CommitsLost += _unflushed.Count - survivors;
            _unflushed.RemoveRange(survivors, _unflushed.Count - survivors);
            Flush();
        }
    }

    /// <inheritdoc/>
    public IReplicaState Open() => new StoreReplica(this, world);

    /// <summary>What the disk holds, for a store that opens it.</summary>
    public StoreContent Read()
    {
        Invariant.Check(_unflushed.Count == 0, $"The disk is opened with {_unflushed.Count} commits in memory.");
        return _durable.Clone();
    }

    /// <summary>The store committed.</summary>
    public void Add(StoreCommit commit) => _unflushed.Add(commit);

    /// <summary>Everything committed becomes durable.</summary>
    public void Flush()
    {
        foreach (var commit in _unflushed)
        {
            _durable.Apply(commit);
        }

        _unflushed.Clear();
    }

    /// <summary>Replaces everything.</summary>
    public void Replace(StoreContent content)
    {
        _unflushed.Clear();
        _durable = content;
    }
}
