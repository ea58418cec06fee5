using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>What distinguishes the responses of watchers of the same range.</summary>
[Flags]
internal enum WatcherTraits
{
    None = 0,
    WithPrevious = 1,
    NoPut = 2,
    NoDelete = 4,
    MayFragment = 8,
}

/// <summary>One watcher. Belongs to the hub's turn.</summary>
internal sealed class Watcher(WatchStream stream, long id, WatchCreation creation, long nextRevision)
{
    private Ownership _ownership = Ownership.Whole;
    private long _lastRevision = long.MaxValue;

    public WatchStream Stream { get; } = stream;

    public long Id { get; } = id;

    public WatchCreation Creation { get; } = creation;

    public WatcherTraits Traits { get; } =
        (creation.WithPrevious ? WatcherTraits.WithPrevious : WatcherTraits.None)
        | (creation.NoPut ? WatcherTraits.NoPut : WatcherTraits.None)
        | (creation.NoDelete ? WatcherTraits.NoDelete : WatcherTraits.None)
        | (creation.MayFragment ? WatcherTraits.MayFragment : WatcherTraits.None);

    /// <summary>
    /// No event before this revision is for the watcher. Events come in order, so a watcher that takes part in everything that happens
    /// needs no further memory of what it was told; one that does not remembers here where it stopped.
    /// </summary>
    public long NextRevision { get; set; } = nextRevision;

    /// <summary>Whether the watcher takes part in what is being told; false while it waits for its turn to read history.</summary>
    public bool IsTaking { get; set; }

    /// <summary>Whether events of the past wait for it in history.</summary>
    public bool IsLagging { get; set; }

    /// <summary>Whether it had no event since the last time that it was or could have been told of progress.</summary>
    public bool IsQuiet { get; set; } = true;

    /// <summary>Where it stands in its group's list.</summary>
    public int Place { get; set; }

    /// <summary>By what keys of it went, as of the last call of <see cref="LastRevision"/>.</summary>
    public Delegation? MovedBy { get; private set; }

    /// <summary>
    /// The last revision that the partition can tell it, since some of its keys are elsewhere after that; the largest number when all are
    /// here.
    /// </summary>
    public long LastRevision(StoreView view)
    {
        if (!ReferenceEquals(_ownership, view.Ownership))
        {
            _ownership = view.Ownership;
            MovedBy = _ownership.FindDelegation(Creation.Range);
            _lastRevision = MovedBy?.Revision ?? long.MaxValue;

            // A partition that has retired changes no more.
            if (_ownership.Phase == PartitionPhase.Retired && MovedBy is null)
            {
                _lastRevision = view.Revision;
            }
        }

        return _lastRevision;
    }
}
