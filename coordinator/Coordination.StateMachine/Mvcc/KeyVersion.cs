using System.Runtime.InteropServices;

namespace Coordination.StateMachine;

/// <summary>
/// One version of one key, and the way to the versions before it. Immutable but for two things: compaction cuts the way to what it
/// removes, and the cached value may go when memory is short. Readers on other threads may see either at any time: whoever followed the way
/// asks the <see cref="CompactionMark"/> afterwards whether it was whole, and a value that is not cached is read from the store.
/// </summary>
internal sealed class KeyVersion
{
    private volatile KeyVersion? _previous;
    private volatile KeyVersion? _jump;
    private volatile byte[]? _valueArray;
    private readonly int _valueStart;
    private readonly int _valueLength;
    private readonly int _depth;

    /// <summary>A version whose value is not in memory.</summary>
    public KeyVersion(byte[] key, Revision modified, long createRevision, long version, long lease, KeyVersion? previous)
    {
        Key = key;
        Modified = modified;
        CreateRevision = createRevision;
        Version = version;
        Lease = lease;
        _previous = previous;
        _depth = previous is null ? 0 : previous._depth + 1;
        _jump = ChooseJump(previous);
    }

    /// <summary>A version with its value, which must not change any more.</summary>
    public KeyVersion(
        byte[] key, Revision modified, long createRevision, long version, long lease, KeyVersion? previous, ReadOnlyMemory<byte> value)
        : this(key, modified, createRevision, version, lease, previous)
    {
        // Not kept as it is: readers see the value go at any time, and what goes has to be one reference.
        var segment = MemoryMarshal.TryGetArray(value, out var found) ? found : new ArraySegment<byte>(value.ToArray());
        _valueArray = segment.Array ?? [];
        _valueStart = segment.Offset;
        _valueLength = segment.Count;
    }

    /// <summary>The key; shared by all its versions and the index.</summary>
    public byte[] Key { get; }

    /// <summary>The change that made this version.</summary>
    public Revision Modified { get; }

    /// <summary>The revision in which the key was created, the last time it was; 0 for a tombstone.</summary>
    public long CreateRevision { get; }

    /// <summary>How many changes the key has had since it was created; 0 for a tombstone.</summary>
    public long Version { get; }

    /// <summary>The lease that the key is attached to; 0 for none.</summary>
    public long Lease { get; }

    /// <summary>Whether the key was deleted by this change.</summary>
    public bool IsTombstone => Version == 0;

    /// <summary>The version before, unless there is none or it is compacted away.</summary>
    public KeyVersion? Previous => _previous;

    /// <summary>The value, while it is kept in memory; null means that it must be read from the store.</summary>
    public ReadOnlyMemory<byte>? CachedValue
    {
        get
        {
            // Not a conditional expression: a null in it would be an empty value.
            if (_valueArray is { } array)
            {
                return new ReadOnlyMemory<byte>(array, _valueStart, _valueLength);
            }

            return null;
        }
    }

    /// <summary>Keeps the value in memory no longer.</summary>
    public void ForgetValue() => _valueArray = null;

    /// <summary>The version that was current at a revision: the newest that is not newer; null when the key did not exist yet.</summary>
    public KeyVersion? At(long revision)
    {
        var version = this;
        while (version is not null && version.Modified.Main > revision)
        {
            var jump = version._jump;
            version = jump is not null && jump.Modified.Main > revision ? jump : version._previous;
        }

        return version;
    }

    /// <summary>
    /// Removes what lies behind this version. The removed versions are also cut from each other: jumps of newer versions may still point
    /// at one of them, and must not keep the whole chain alive.
    /// </summary>
    public void CutHistory()
    {
        var removed = _previous;
        _previous = null;
        _jump = null;
        while (removed is not null)
        {
            var next = removed._previous;
            removed._previous = null;
            removed._jump = null;
            removed = next;
        }
    }

    /// <summary>
    /// Where to jump from the version after <paramref name="previous"/>: twice as far whenever the two jumps before it were equally long
    /// (a skew-binary list, Myers 1983). Finding a version among n takes about log n steps, and adding one is constant.
    /// </summary>
    private static KeyVersion? ChooseJump(KeyVersion? previous)
    {
        var near = previous?._jump;
        var far = near?._jump;
        bool equallyLong = previous is not null && near is not null && far is not null
            && previous._depth - near._depth == near._depth - far._depth;
        return equallyLong ? far : previous;
    }
}
