namespace Coordination.StateMachine;

/// <summary>
/// Keeps copies of small byte strings side by side in larger arrays. Commands and values are forgotten in about the order in which they
/// came, so a chunk goes as a whole, and the garbage collector, whose work on what survives is the dearest part of a put, sees one object
/// for some two hundred of them. One thread; what it returns may be read by any.
/// </summary>
public sealed class SharedChunks
{
    /// <summary>Below the limit (85,000 bytes) from which arrays are only collected with the oldest generation.</summary>
    private const int ChunkBytes = 64 * 1024;

    /// <summary>What is larger gets an array of its own, so that little of a chunk is left unused.</summary>
    private const int SharedBytesMax = ChunkBytes / 16;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>Copies <paramref name="bytes"/>; the copy never changes.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SharedBytesMax)
        {
            return bytes.ToArray();
        }

        if (bytes.Length > _chunk.Length - _used)
        {
            _chunk = GC.AllocateUninitializedArray<byte>(ChunkBytes);
            _used = 0;
        }

        var copy = _chunk.AsMemory(_used, bytes.Length);
        bytes.CopyTo(copy.Span);
        _used += bytes.Length;
        return copy;
    }
}
