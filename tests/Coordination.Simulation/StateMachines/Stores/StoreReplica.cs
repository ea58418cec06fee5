using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// The product's state machine in a running replica, used as a production replica uses it: entries are decoded and applied, committed
/// one or several at a time, and what compactions gave up is removed slice by slice, at a pace that differs between replicas.
/// </summary>
internal sealed class StoreReplica : IReplicaState, IStoreState
{
    private const int SliceMax = 8;
    private static readonly int[] CompactionsPerMille = [0, 50, 300, 1000];
    private static readonly int[] CachedBytes = [0, 3, 1_000_000];
    private readonly StoreDisk _disk;
    private readonly SimulationRandom _random;
    private readonly int _compactionPerMille;
    private readonly int _commitPerMille;
    private readonly int _cachedBytes;
    private SimulatedStateStore _store;

    /// <summary>Starts with what the disk holds.</summary>
    public StoreReplica(StoreDisk disk, WorldServices world)
    {
        _disk = disk;
        _random = world.StateRandom;
        _compactionPerMille = CompactionsPerMille[_random.Next(CompactionsPerMille.Length)];
        _commitPerMille = _random.Next(1000);
        _cachedBytes = CachedBytes[_random.Next(CachedBytes.Length)];
        _store = new SimulatedStateStore(disk);
        State = new PartitionState(_store, _cachedBytes);
    }

    /// <inheritdoc/>
    public PartitionState State { get; private set; }

    /// <inheritdoc/>
    public StoreContent Content => _store.Content;

    /// <inheritdoc/>
    public ApplyResult? LastResult { get; private set; }

    /// <inheritdoc/>
    public bool HasUncommittedRemovals { get; private set; }

    /// <inheritdoc/>
    public LogIndex Applied => new(State.AppliedIndex);

    /// <inheritdoc/>
    public Term AppliedTerm => new(State.AppliedTerm);

    /// <inheritdoc/>
    public Membership Membership => MembershipEntry.Decode(State.Membership).Membership;

    /// <inheritdoc/>
    public void Apply(Entry entry)
    {
        LastResult = null;
        switch (entry.Kind)
        {
            case EntryKind.Command:
                LastResult = State.Apply(entry.Index.Value, entry.Term.Value, CommandCodec.Decode(entry.Data));
                break;
            case EntryKind.Membership:
                State.Skip(entry.Index.Value, entry.Term.Value, entry.Data);
                break;
            default:
                State.Skip(entry.Index.Value, entry.Term.Value);
                break;
        }

        if (_random.Chance(_commitPerMille))
        {
            Commit();
        }
        else
        {
            CompactSlice();
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        bool compactsFirst = _random.NextBool();
        if (compactsFirst)
        {
            CompactSlice();
        }

        State.Commit();
        HasUncommittedRemovals = false;
        if (!compactsFirst)
        {
            CompactSlice();
        }
    }

    /// <inheritdoc/>
    public void Flush() => _disk.Flush();

    /// <inheritdoc/>
    public StateImage ToImage(SnapshotMetadata metadata) => new StoreImage(metadata, Content.Clone());

    /// <inheritdoc/>
    public void Install(StateImage image)
    {
        _disk.Replace(((StoreImage)image).Content.Clone());
        _store = new SimulatedStateStore(_disk);
        State = new PartitionState(_store, _cachedBytes);
        LastResult = null;
        HasUncommittedRemovals = false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Applied}@{AppliedTerm} with revision {State.View.Revision}, last {LastResult}";

    private void CompactSlice()
    {
        if (State.HasCompactionWork && _random.Chance(_compactionPerMille))
        {
            State.Compact(_random.NextBool() ? _random.Next(SliceMax) : int.MaxValue);
            HasUncommittedRemovals = true;
        }
    }
}
