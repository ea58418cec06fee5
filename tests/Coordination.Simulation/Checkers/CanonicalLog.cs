using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>One position of the canonical history.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Chain">The fingerprint of the history up to it.</param>
/// <param name="CommitTerm">The term of the leader that committed it first.</param>
internal readonly record struct CanonicalEntry(Entry Entry, ulong Chain, Term CommitTerm);

/// <summary>
/// The one history of a partition: what was ever committed, in order. Grows when a leader commits, never changes; every replica is
/// compared with it.
/// </summary>
internal sealed class CanonicalLog(Membership initialMembership, IStateModel model)
{
    private readonly List<CanonicalEntry> _entries = [];
    private readonly List<(LogIndex Index, Membership Membership)> _memberships = [(LogIndex.None, initialMembership)];

    /// <summary>The last committed position.</summary>
    public LogIndex LastIndex => new((ulong)_entries.Count);

    /// <summary>The membership committed last.</summary>
    public Membership Membership { get; private set; } = initialMembership;

    /// <summary>What the state machine is at each position.</summary>
    public IStateModel Model => model;

    /// <summary>Where the membership committed last lies.</summary>
    public LogIndex MembershipIndex { get; private set; }

    /// <summary>What lies at a position from 1 to the last.</summary>
    public CanonicalEntry this[LogIndex index] => _entries[(int)index.Value - 1];

    /// <summary>The fingerprint of the history up to a position from 0 to the last.</summary>
    public ulong ChainAt(LogIndex index) => index.IsSome ? this[index].Chain : Fingerprint.Empty;

    /// <summary>The membership as of a position from 0 to the last.</summary>
    public Membership MembershipAt(LogIndex index) => _memberships.FindLast(change => change.Index <= index).Membership;

    /// <summary>Adds the next committed entry.</summary>
    public void Add(Entry entry, ulong chain, Term commitTerm)
    {
        model.Apply(entry);
        if (entry.Kind == EntryKind.Membership)
        {
            Membership = MembershipEntry.Decode(entry.Data).Membership;
            MembershipIndex = entry.Index;
            _memberships.Add((entry.Index, Membership));
        }

        _entries.Add(new CanonicalEntry(entry, chain, commitTerm));
    }

    /// <summary>The last position that was committed by a leader of a term before <paramref name="term"/>.</summary>
    public LogIndex LastCommittedBefore(Term term)
    {
        int count = _entries.Count;
        while (count > 0 && _entries[count - 1].CommitTerm >= term)
        {
            count--;
        }

        return new LogIndex((ulong)count);
    }
}
