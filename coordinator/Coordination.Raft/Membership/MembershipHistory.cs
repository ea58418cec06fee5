namespace Coordination.Raft;

/// <summary>
/// The memberships of the part of the log that is in memory. The latest one counts as soon as it is in the log, committed or not (Raft
/// paper, section 6); when the log is truncated, so is this, and the one before counts again.
/// </summary>
internal sealed class MembershipHistory
{
    private readonly List<Change> _changes = [];

    public MembershipHistory(LogIndex index, Membership membership) => _changes.Add(new Change(index, membership));

    /// <summary>The membership that counts.</summary>
    public Membership Latest => _changes[^1].Membership;

    /// <summary>The entry (or snapshot) that it comes from.</summary>
    public LogIndex LatestIndex => _changes[^1].Index;

    /// <summary>A membership entry was appended.</summary>
    public void Add(LogIndex index, Membership membership)
    {
        Invariant.Check(index > LatestIndex, $"The membership at {index} does not follow the one at {LatestIndex}.");
        _changes.Add(new Change(index, membership));
    }

    /// <summary>The log was cut from <paramref name="first"/> on. Returns whether another membership counts now.</summary>
    public bool Truncate(LogIndex first)
    {
        bool changed = false;
        while (LatestIndex >= first)
        {
            Invariant.Check(_changes.Count > 1, $"Truncation at {first} would leave no membership.");
            _changes.RemoveAt(_changes.Count - 1);
            changed = true;
        }

        return changed;
    }

    /// <summary>The membership as of <paramref name="index"/>.</summary>
    public Membership At(LogIndex index)
    {
        for (int i = _changes.Count - 1; i >= 0; i--)
        {
            if (_changes[i].Index <= index)
            {
                return _changes[i].Membership;
            }
        }

        throw new InvariantViolationException($"The membership as of {index} is compacted away; the oldest is of {_changes[0].Index}.");
    }

    /// <summary>What lies before the membership as of <paramref name="index"/> is no longer needed.</summary>
    public void Compact(LogIndex index)
    {
        int keep = 0;
        while (keep + 1 < _changes.Count && _changes[keep + 1].Index <= index)
        {
            keep++;
        }

        _changes.RemoveRange(0, keep);
    }

    /// <summary>A snapshot replaces the log.</summary>
    public void Reset(LogIndex index, Membership membership)
    {
        _changes.Clear();
        _changes.Add(new Change(index, membership));
    }

    private readonly record struct Change(LogIndex Index, Membership Membership);
}
