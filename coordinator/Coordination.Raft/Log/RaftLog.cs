namespace Coordination.Raft;

/// <summary>
/// The replicated log of one replica: everything after the last compaction, in memory; what of it is committed, applied, handed out and
/// on disk; and the memberships in it. Owned by <see cref="RaftCore"/>; knows nothing of roles, terms of office or messages.
/// </summary>
/// <remarks>
/// The order that always holds: <c>base &lt;= applied &lt;= handed out &lt;= committed &lt;= last</c>, and handed out is durable.
/// </remarks>
internal sealed class RaftLog
{
    private readonly EntryBuffer _entries = new();
    private readonly Durability _durability;
    private readonly MembershipHistory _memberships;
    private LogIndex _baseIndex;
    private Term _baseTerm;
    private LogIndex _handedOut;
    private LogIndex _issued;
    private SnapshotMetadata? _snapshotToIssue;

    public RaftLog(RestoredState state)
    {
        _baseIndex = state.Snapshot.Index;
        _baseTerm = state.Snapshot.Term;
        _memberships = new MembershipHistory(_baseIndex, state.Snapshot.Membership);
        foreach (var entry in state.Entries)
        {
            AddAtEnd(entry);
        }

        _issued = LastIndex;
        _durability = new Durability(LastIndex);
        Applied = LogIndex.Max(state.Applied, _baseIndex);
        _handedOut = Applied;
        Committed = LogIndex.Max(state.HardState.Commit, Applied);
        CheckOrder();
    }

    /// <summary>Everything up to here is compacted away.</summary>
    public LogIndex BaseIndex => _baseIndex;

    public LogIndex LastIndex => _baseIndex + _entries.Count;

    public Term LastTerm => _entries.Count == 0 ? _baseTerm : _entries[_entries.Count - 1].Term;

    public LogIndex Committed { get; private set; }

    public LogIndex Applied { get; private set; }

    public LogIndex Durable => _durability.Index;

    public long Bytes => _entries.Bytes;

    public Membership Membership => _memberships.Latest;

    /// <summary>The latest membership that is known to be committed.</summary>
    public Membership CommittedMembership => _memberships.At(Committed);

    public LogIndex MembershipIndex => _memberships.LatestIndex;

    public Durability Durability => _durability;

    /// <summary>Whether anything is not yet handed to the disk.</summary>
    public bool HasUnissued => _issued < LastIndex || _snapshotToIssue is not null;

    /// <summary>Whether committed and durable entries wait to be handed out.</summary>
    public bool HasCommittedToHandOut => _handedOut < LogIndex.Min(Committed, Durable);

    /// <summary>The term of an entry, or of the compacted one right before the first; null when the position is outside.</summary>
    public Term? FindTerm(LogIndex index)
    {
        if (index == _baseIndex)
        {
            return _baseTerm;
        }

        return index < _baseIndex || index > LastIndex ? null : _entries[PositionOf(index)].Term;
    }

    /// <summary>The term of an entry that must be there.</summary>
    public Term TermAt(LogIndex index)
    {
        var term = FindTerm(index);
        Invariant.Check(term.HasValue, $"Entry {index} is outside the log ({_baseIndex}, {LastIndex}].");
        return term.Value;
    }

    /// <summary>Whether the entry at <paramref name="index"/> has this term.</summary>
    public bool Matches(LogIndex index, Term term) => FindTerm(index) == term;

    /// <summary>Whether a log that ends so is at least as up to date as this one (Raft paper, section 5.4.1).</summary>
    public bool IsUpToDate(LogIndex lastIndex, Term lastTerm) =>
        lastTerm > LastTerm || (lastTerm == LastTerm && lastIndex >= LastIndex);

    /// <summary>
    /// The highest position, at most <paramref name="index"/>, whose term is at most <paramref name="term"/>: where a log that has that
    /// term at that position may still agree with this one. Skips a whole term in one exchange instead of one entry.
    /// </summary>
    public LogIndex FindAgreement(LogIndex index, Term term)
    {
        for (var candidate = LogIndex.Min(index, LastIndex); candidate > _baseIndex; candidate = candidate.Previous())
        {
            if (TermAt(candidate) <= term)
            {
                return candidate;
            }
        }

        return LogIndex.Min(index, _baseIndex);
    }

    /// <summary>Appends an entry of this replica's own; returns whether the membership changed.</summary>
    public bool Append(Entry entry)
    {
        Invariant.Check(entry.Index == LastIndex.Next(), $"Entry {entry} does not follow the last entry {LastIndex}.");
        return AddAtEnd(entry);
    }

    /// <summary>
    /// Takes a leader's entries, whose predecessor is known to match: what is there already stays, and the first difference cuts the log.
    /// </summary>
    public AppendEffect AppendFromLeader(ReadOnlySpan<Entry> entries)
    {
        int known = 0;
        while (known < entries.Length && (entries[known].Index <= _baseIndex || Matches(entries[known].Index, entries[known].Term)))
        {
            known++;
        }

        var fresh = entries[known..];
        if (fresh.IsEmpty)
        {
            return AppendEffect.None;
        }

        var effect = AppendEffect.None;
        if (fresh[0].Index <= LastIndex)
        {
            effect |= AppendEffect.Truncated;
            effect |= Truncate(fresh[0].Index) ? AppendEffect.MembershipChanged : AppendEffect.None;
        }

        foreach (var entry in fresh)
        {
            effect |= Append(entry) ? AppendEffect.MembershipChanged : AppendEffect.None;
        }

        return effect;
    }

    /// <summary>Everything up to <paramref name="index"/> is committed. Going back is ignored.</summary>
    public void CommitTo(LogIndex index)
    {
        Invariant.Check(
            index <= LastIndex,
            $"Entry {index} is committed, but this log ends at {LastIndex}: acknowledged entries were lost from this replica's disk.");
        Committed = LogIndex.Max(Committed, index);
        CheckOrder();
    }

    /// <summary>The next committed entries to apply, at most about <paramref name="maxBytes"/>.</summary>
    public ReadOnlyMemory<Entry> HandOutCommitted(long maxBytes)
    {
        var slice = Slice(_handedOut.Next(), LogIndex.Min(Committed, Durable), maxBytes, int.MaxValue);
        _handedOut += slice.Length;
        CheckOrder();
        return slice;
    }

    /// <summary>The state machine contains everything up to <paramref name="index"/>.</summary>
    public void AppliedTo(LogIndex index)
    {
        Invariant.Check(index <= _handedOut, $"Entry {index} was reported applied, but only {_handedOut} was handed out.");
        Applied = LogIndex.Max(Applied, index);
    }

    /// <summary>Entries from <paramref name="first"/> on, as far as the limits allow, but at least one if there is any.</summary>
    public ReadOnlyMemory<Entry> Slice(LogIndex first, LogIndex last, long maxBytes, int maxCount)
    {
        if (first > last)
        {
            return default;
        }

        int position = PositionOf(first);
        int available = (int)Math.Min(last - first + 1, maxCount);
        int count = 0;
        for (long bytes = 0; count < available; count++)
        {
            bytes += _entries[position + count].SizeBytes;
            if (bytes > maxBytes && count > 0)
            {
                break;
            }
        }

        return _entries.Slice(position, count);
    }

    /// <summary>What is not yet handed to the disk, as the next write; returns the number of the write.</summary>
    public long IssueWrite(out SnapshotMetadata? snapshot, out ReadOnlyMemory<Entry> entries)
    {
        snapshot = _snapshotToIssue;
        entries = Slice(_issued.Next(), LastIndex, long.MaxValue, int.MaxValue);
        _snapshotToIssue = null;
        _issued = LastIndex;
        return _durability.Issue(LastIndex);
    }

    /// <summary>Forgets everything up to <paramref name="index"/>.</summary>
    public void Compact(LogIndex index)
    {
        if (index <= _baseIndex)
        {
            return;
        }

        Invariant.Check(index <= Applied, $"The log cannot be compacted to {index}: only {Applied} is applied.");
        _memberships.Compact(index);
        var term = TermAt(index);
        _entries.RemoveFirst((int)(index - _baseIndex));
        _baseIndex = index;
        _baseTerm = term;
        CheckOrder();
    }

    /// <summary>What a snapshot of the state machine at <paramref name="index"/> contains.</summary>
    public SnapshotMetadata Describe(LogIndex index)
    {
        Invariant.Check(
            index >= _baseIndex && index <= Applied,
            $"A snapshot at {index} cannot be described: the log starts after {_baseIndex} and {Applied} is applied.");
        return new SnapshotMetadata(index, TermAt(index), _memberships.At(index));
    }

    /// <summary>A snapshot that reaches beyond this log, or contradicts it, takes the place of everything.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        Invariant.Check(
            snapshot.Index > Committed, $"A snapshot at {snapshot.Index} would take back entries committed up to {Committed}.");
        _durability.Truncate(new LogIndex(1));
        _entries.KeepFirst(0);
        _baseIndex = snapshot.Index;
        _baseTerm = snapshot.Term;
        _memberships.Reset(snapshot.Index, snapshot.Membership);
        _snapshotToIssue = snapshot;
        _issued = snapshot.Index;
        _handedOut = snapshot.Index;
        Applied = snapshot.Index;
        Committed = snapshot.Index;
        CheckOrder();
    }

    private bool Truncate(LogIndex first)
    {
        Invariant.Check(
            first > Committed, $"A leader's entries would replace entry {first}, but everything up to {Committed} is committed.");
        _entries.KeepFirst(PositionOf(first));
        _durability.Truncate(first);
        _issued = LogIndex.Min(_issued, first.Previous());
        return _memberships.Truncate(first);
    }

    private bool AddAtEnd(Entry entry)
    {
        Invariant.Check(
            entry.Index == LastIndex.Next() && entry.Term >= LastTerm,
            $"Entry {entry} cannot follow entry {LastIndex}@{LastTerm}.");
        _entries.Add(entry);
        if (entry.Kind != EntryKind.Membership)
        {
            return false;
        }

        _memberships.Add(entry.Index, MembershipEntry.Decode(entry.Data).Membership);
        return true;
    }

    private int PositionOf(LogIndex index) => (int)(index - _baseIndex) - 1;

    private void CheckOrder() =>
        Invariant.Check(
            _baseIndex <= Applied && Applied <= _handedOut && _handedOut <= Committed && Committed <= LastIndex,
            $"The log is out of order: base {_baseIndex}, applied {Applied}, handed out {_handedOut}, committed {Committed}, "
            + $"last {LastIndex}.");
}
