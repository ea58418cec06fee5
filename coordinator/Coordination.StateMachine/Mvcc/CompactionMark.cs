namespace Coordination.StateMachine;

/// <summary>
/// How far history has been given up by now. Shared by the applying thread, which moves it before it removes anything, and all views, which
/// look at it after they have read: what they read was complete if it has not passed them by then.
/// </summary>
/// <remarks>
/// The order holds without locks. The links between versions are volatile too: a reader that finds one cut has seen a write that came after
/// the move of the mark, and its next look at the mark is not done before.
/// </remarks>
internal sealed class CompactionMark
{
    private volatile Position _position = new(0, 0);

    /// <summary>The oldest revision that may be read.</summary>
    public long Revision
    {
        get => _position.Revision;
        set => _position = _position with { Revision = value };
    }

    /// <summary>
    /// Up to here superseded changes may be gone; the same or less. What may not be read any more may still be copied as it was there.
    /// </summary>
    public long RemovalRevision
    {
        get => _position.RemovalRevision;
        set
        {
            if (value != _position.RemovalRevision)
            {
                _position = _position with { RemovalRevision = value };
            }
        }
    }

    private sealed record Position(long Revision, long RemovalRevision);
}
