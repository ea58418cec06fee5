using System.Runtime.InteropServices;
using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>One position of a <see cref="ShadowLog"/>.</summary>
/// <param name="Term">The entry's term.</param>
/// <param name="Chain">The <see cref="Fingerprint"/> of the log up to and including the entry.</param>
/// <param name="Entry">The entry itself; null for the base of a log.</param>
internal readonly record struct ShadowEntry(Term Term, ulong Chain, Entry? Entry);

/// <summary>
/// What a checker believes a log to be: a base (a snapshot's position) and the entries after it. Checkers keep one for what a replica
/// wrote and one for what is durable of it.
/// </summary>
internal sealed class ShadowLog
{
    private readonly List<ShadowEntry> _entries = [];
    private ShadowEntry _base = new(Term.None, Fingerprint.Empty, null);

    /// <summary>The position before the first entry.</summary>
    public LogIndex BaseIndex { get; private set; }

    /// <summary>The last position.</summary>
    public LogIndex LastIndex => BaseIndex + _entries.Count;

    /// <summary>What lies at the last position.</summary>
    public ShadowEntry Last => _entries.Count == 0 ? _base : _entries[^1];

    /// <summary>What lies at the base.</summary>
    public ShadowEntry Base => _base;

    /// <summary>The entries after the base.</summary>
    public ReadOnlySpan<ShadowEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Begins anew after a snapshot.</summary>
    public void Reset(LogIndex index, Term term, ulong chain)
    {
        _entries.Clear();
        BaseIndex = index;
        _base = new ShadowEntry(term, chain, null);
    }

    /// <summary>Forgets the entries up to a position, which becomes the base.</summary>
    public void DropThrough(LogIndex index)
    {
        if (index <= BaseIndex)
        {
            return;
        }

        var last = this[index];
        _base = last with { Entry = null };
        _entries.RemoveRange(0, (int)(index - BaseIndex));
        BaseIndex = index;
    }

    /// <summary>Removes the entries from a position on, which lies after the base.</summary>
    public void Truncate(LogIndex from)
    {
        int keep = (int)(from - BaseIndex) - 1;
        if (keep < _entries.Count)
        {
            _entries.RemoveRange(keep, _entries.Count - keep);
        }
    }

    /// <summary>Adds an entry after the last one.</summary>
    public void Append(Entry entry, ulong chain) => _entries.Add(new ShadowEntry(entry.Term, chain, entry));

    /// <summary>What lies at a position between the base and the last one.</summary>
    public ShadowEntry this[LogIndex index] => index == BaseIndex ? _base : _entries[(int)(index - BaseIndex) - 1];

    /// <summary>Whether a position is known here, and what lies there.</summary>
    public bool TryGet(LogIndex index, out ShadowEntry entry)
    {
        if (index < BaseIndex || index > LastIndex)
        {
            entry = default;
            return false;
        }

        entry = this[index];
        return true;
    }

    /// <summary>Becomes a copy of another log.</summary>
    public void CopyFrom(ShadowLog other)
    {
        BaseIndex = other.BaseIndex;
        _base = other._base;
        _entries.Clear();
        _entries.AddRange(other._entries);
    }
}
