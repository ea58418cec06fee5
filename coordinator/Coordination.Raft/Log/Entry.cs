namespace Coordination.Raft;

/// <summary>
/// One entry of the replicated log. Immutable, so that the log, the messages to every follower, the batch for the disk and the
/// list to apply share one object; nobody may change the bytes behind <see cref="Data"/> once the entry exists.
/// </summary>
public sealed class Entry
{
    /// <summary>
    /// What an entry is charged on top of its data in every limit that counts bytes: about what it costs in memory and in a message.
    /// </summary>
    public const int OverheadBytes = 32;

    /// <summary>Creates an entry around <paramref name="data"/>, which it keeps without copying.</summary>
    public Entry(Term term, LogIndex index, EntryKind kind, ReadOnlyMemory<byte> data)
    {
        Term = term;
        Index = index;
        Kind = kind;
        Data = data;
    }

    /// <summary>The term of the leader that created the entry.</summary>
    public Term Term { get; }

    /// <summary>The entry's position.</summary>
    public LogIndex Index { get; }

    /// <summary>What the data mean.</summary>
    public EntryKind Kind { get; }

    /// <summary>The payload; empty for <see cref="EntryKind.Empty"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What the entry counts for in byte limits.</summary>
    public int SizeBytes => Data.Length + OverheadBytes;

    /// <inheritdoc/>
    public override string ToString() => $"{Index}@{Term} {Kind} {Data.Length}B";
}
