namespace Coordination.Storage;

/// <summary>Reads a segment from front to back, a sector at a time, with few large reads underneath.</summary>
internal sealed class SectorReader(IFile file, long length)
{
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[Math.Min(BufferBytes, length)];
    private long _bufferStart;
    private int _bufferLength;

    /// <summary>Where the current sector begins in the file.</summary>
    public long Offset { get; private set; } = -Sector.Bytes;

    /// <summary>The current sector; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan((int)(Offset - _bufferStart), Sector.Bytes);

    public bool MoveNext()
    {
        long next = Offset + Sector.Bytes;
        if (next >= length)
        {
            return false;
        }

        if (next >= _bufferStart + _bufferLength)
        {
            _bufferLength = (int)Math.Min(_buffer.Length, length - next);
            file.Read(next, _buffer.AsSpan(0, _bufferLength));
            _bufferStart = next;
        }

        Offset = next;
        return true;
    }
}
