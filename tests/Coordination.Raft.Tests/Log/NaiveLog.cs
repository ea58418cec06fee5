namespace Coordination.Raft.Tests;

/// <summary>
/// A log as one would write it without thought for speed: lists, and a full record of every write under way. <see cref="RaftLog"/> must
/// agree with it after any sequence of operations.
/// </summary>
internal sealed class NaiveLog(Membership first)
{
    private readonly List<(long Sequence, Entry[] Log, int Base)> _writes = [];
    private readonly List<(int Index, Membership Membership)> _memberships = [(0, first)];
    private Entry[] _disk = [];
    private long _sequence;

    public List<Entry> Entries { get; } = [];

    public int Base { get; private set; }

    public int BaseTerm { get; private set; }

    public int Committed { get; private set; }

    public int Applied { get; private set; }

    public int HandedOut { get; private set; }

    /// <summary>How far disk and log agree, entry by entry.</summary>
    public int Durable { get; private set; }

    public int Last => Base + Entries.Count;

    public int LastTerm => Entries.Count == 0 ? BaseTerm : (int)Entries[^1].Term.Value;

    public Membership Membership => _memberships[^1].Membership;

    public long LastIssued => _sequence;

    public void Append(Entry entry)
    {
        Entries.Add(entry);
        if (entry.Kind == EntryKind.Membership)
        {
            _memberships.Add(((int)entry.Index.Value, MembershipEntry.Decode(entry.Data).Membership));
        }
    }

    public int? TermAt(int index) =>
        index == Base ? BaseTerm : index < Base || index > Last ? null : (int)Entries[index - Base - 1].Term.Value;

    public void AppendFromLeader(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            int index = (int)entry.Index.Value;
            if (index <= Base || TermAt(index) == (int)entry.Term.Value)
            {
                continue;
            }

            CutFrom(index);
            Append(entry);
        }
    }

    public void CommitTo(int index) => Committed = Math.Max(Committed, index);

    public Entry[] HandOut()
    {
        int last = Math.Max(HandedOut, Math.Min(Committed, Durable));
        Entry[] handedOut = [.. Entries.Skip(HandedOut - Base).Take(last - HandedOut)];
        HandedOut = last;
        return handedOut;
    }

    public void AppliedTo(int index) => Applied = Math.Max(Applied, index);

    public void Compact(int index)
    {
        BaseTerm = TermAt(index) ?? 0;
        Entries.RemoveRange(0, index - Base);
        Base = index;
    }

    public void Restore(SnapshotMetadata snapshot)
    {
        Entries.Clear();
        _disk = [];
        Durable = 0;
        for (int i = 0; i < _writes.Count; i++)
        {
            _writes[i] = _writes[i] with { Log = [], Base = 0 };
        }

        Base = Committed = Applied = HandedOut = (int)snapshot.Index.Value;
        BaseTerm = (int)snapshot.Term.Value;
        _memberships.Clear();
        _memberships.Add((Base, snapshot.Membership));
    }

    public void Issue() => _writes.Add((++_sequence, [.. Entries], Base));

    /// <summary>Writes up to the sequence reached the disk: the last of them says what the disk holds.</summary>
    public void Acknowledge(long sequence)
    {
        foreach (var (_, log, @base) in _writes.Where(write => write.Sequence <= sequence))
        {
            _disk = log;
            Durable = Math.Max(Durable, AgreementWithDisk(@base));
        }

        _writes.RemoveAll(write => write.Sequence <= sequence);
    }

    private int AgreementWithDisk(int diskBase)
    {
        int agreement = diskBase;
        foreach (var entry in _disk)
        {
            int index = (int)entry.Index.Value;
            bool isSame = index <= Base || (index <= Last && ReferenceEquals(Entries[index - Base - 1], entry));
            if (!isSame)
            {
                break;
            }

            agreement = index;
        }

        return agreement;
    }

    private void CutFrom(int index)
    {
        if (index > Last)
        {
            return;
        }

        Entries.RemoveRange(index - Base - 1, Last - index + 1);
        _memberships.RemoveAll(change => change.Index >= index);
        Durable = Math.Min(Durable, index - 1);
    }
}
