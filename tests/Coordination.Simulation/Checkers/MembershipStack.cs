using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>The memberships of one log, by position, so that a truncation rolls back to the one before.</summary>
internal sealed class MembershipStack
{
    private readonly List<(LogIndex Index, Membership Membership)> _items = [(LogIndex.None, Membership.Empty)];

    /// <summary>The latest membership: the one that counts, committed or not.</summary>
    public Membership Latest => _items[^1].Membership;

    /// <summary>Where the latest one lies.</summary>
    public LogIndex LatestIndex => _items[^1].Index;

    /// <summary>Begins anew with the membership of a snapshot.</summary>
    public void Reset(LogIndex index, Membership membership)
    {
        _items.Clear();
        _items.Add((index, membership));
    }

    /// <summary>Adds the membership of an entry.</summary>
    public void Push(LogIndex index, Membership membership) => _items.Add((index, membership));

    /// <summary>Forgets the memberships from a position on.</summary>
    public void Truncate(LogIndex from)
    {
        while (_items.Count > 1 && _items[^1].Index >= from)
        {
            _items.RemoveAt(_items.Count - 1);
        }
    }

    /// <summary>The membership that holds at a position.</summary>
    public Membership At(LogIndex index)
    {
        for (int i = _items.Count - 1; i > 0; i--)
        {
            if (_items[i].Index <= index)
            {
                return _items[i].Membership;
            }
        }

        return _items[0].Membership;
    }
}
