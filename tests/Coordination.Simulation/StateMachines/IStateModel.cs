using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What every replica's state machine must be at every position of the one committed history. Fed by <see cref="CanonicalLog"/>; what
/// differs throws <see cref="ViolationException"/>.
/// </summary>
internal interface IStateModel
{
    /// <summary>The next entry is committed.</summary>
    void Apply(Entry entry);

    /// <summary>A replica reached a position, by an entry or a snapshot: looks at what costs little to look at.</summary>
    void OnApplied(ReplicaRecord replica, IAppliedState state);

    /// <summary>A client reads at a replica; <paramref name="floor"/> is what it must see at least.</summary>
    void OnRead(ReplicaRecord replica, IAppliedState state, LogIndex floor);

    /// <summary>Compares all that can be read.</summary>
    void Compare(ReplicaRecord replica, IAppliedState state);
}
