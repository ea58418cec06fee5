using System.Runtime.InteropServices;

namespace Coordination.Storage;

/// <summary>
/// Walks a range of one column family as it was when the iterator was made. Keeps the database open. The spans point into RocksDB's memory
/// and are valid until the next move. One thread.
/// </summary>
internal sealed unsafe class RocksDbIterator : SafeHandle
{
    private readonly RocksDbDatabase _database;
    private readonly nint _options;
    private readonly byte* _bounds;
    private readonly int _firstBytes;
    private bool _isPlaced;

    /// <summary>From <paramref name="first"/> to before <paramref name="end"/>; to the last key when that is empty.</summary>
    public RocksDbIterator(RocksDbDatabase database, nint family, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
        : base(0, ownsHandle: true)
    {
        bool isTaken = false;
        database.DangerousAddRef(ref isTaken);
        _database = database;

        // RocksDB keeps a pointer to the bound, so it lies in memory that does not move.
        _firstBytes = first.Length;
        _bounds = (byte*)NativeMemory.Alloc((nuint)(first.Length + end.Length));
        first.CopyTo(new Span<byte>(_bounds, first.Length));
        end.CopyTo(new Span<byte>(_bounds + first.Length, end.Length));
        _options = RocksDbNative.CreateReadOptions();
        RocksDbNative.SetVerifyChecksums(_options, 1);
        RocksDbNative.SetFillCache(_options, 0);
        if (!end.IsEmpty)
        {
            RocksDbNative.SetUpperBound(_options, _bounds + first.Length, (nuint)end.Length);
        }

        SetHandle(database.CreateIterator(family, _options));
    }

    public override bool IsInvalid => handle == 0;

    public ReadOnlySpan<byte> Key => new(RocksDbNative.IteratorKey(handle, out nuint bytes), checked((int)bytes));

    public ReadOnlySpan<byte> Value => new(RocksDbNative.IteratorValue(handle, out nuint bytes), checked((int)bytes));

    /// <summary>Goes to the first record, then to the next; false at the end. Damage on the way is an exception, not the end.</summary>
    public bool MoveNext()
    {
        if (_isPlaced)
        {
            RocksDbNative.MoveNext(handle);
        }
        else
        {
            RocksDbNative.Seek(handle, _bounds, (nuint)_firstBytes);
            _isPlaced = true;
        }

        if (RocksDbNative.IsValid(handle) != 0)
        {
            return true;
        }

        RocksDbNative.IteratorError(handle, out nint error);
        _database.ThrowIfAny(error);
        return false;
    }

    protected override bool ReleaseHandle()
    {
        RocksDbNative.DestroyIterator(handle);
        RocksDbNative.DestroyReadOptions(_options);
        NativeMemory.Free(_bounds);
        _database.DangerousRelease();
        return true;
    }
}
