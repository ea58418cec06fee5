using System.Buffers.Binary;
using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Builds a batch in place: the payload goes straight to where it will stand in the sectors, the frames are filled in by
/// <see cref="Seal"/>, and the whole is handed to the file in one write. One buffer is used again for every batch; it keeps the size of
/// the largest one.
/// </summary>
internal sealed class BatchBuffer
{
    private const int InitialBytes = 64 * Sector.Bytes;

    private byte[] _bytes = new byte[InitialBytes];
    private int _position = BatchHeader.PayloadOffset;
    private int _sectorEnd = Sector.Bytes;

    /// <summary>How much payload the buffer holds.</summary>
    public int PayloadBytes { get; private set; }

    /// <summary>How many bytes the batch takes in the file.</summary>
    public int FileBytes => BatchHeader.SectorsFor(PayloadBytes) * Sector.Bytes;

    public void Clear()
    {
        PayloadBytes = 0;
        _position = BatchHeader.PayloadOffset;
        _sectorEnd = Sector.Bytes;
    }

    public void Write(ReadOnlySpan<byte> payload)
    {
        PayloadBytes += payload.Length;
        while (true)
        {
            int room = _sectorEnd - _position;
            if (payload.Length <= room)
            {
                payload.CopyTo(_bytes.AsSpan(_position));
                _position += payload.Length;
                return;
            }

            payload[..room].CopyTo(_bytes.AsSpan(_position));
            payload = payload[room..];
            BeginSector();
        }
    }

    public void WriteRecordHeader(PartitionId partition, RecordKind kind, int bodyBytes)
    {
        Span<byte> header = stackalloc byte[RecordLayout.HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, bodyBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], partition.Value);
        header[8] = (byte)kind;
        Write(header);
    }

    /// <summary>Completes the frames and returns the bytes to write; valid until the buffer is used again.</summary>
    /// <param name="number">The batch's number.</param>
    /// <param name="durableThrough">The last batch known to be durable.</param>
    /// <param name="chain">The CRC of the sector before; becomes that of the batch's last sector.</param>
    public ReadOnlySpan<byte> Seal(ulong number, ulong durableThrough, ref uint chain)
    {
        Invariant.Check(durableThrough < number, $"Batch {number} cannot know of batch {durableThrough}.");
        int fileBytes = FileBytes;
        Invariant.Check(fileBytes == _sectorEnd, $"A batch of {PayloadBytes} bytes takes {fileBytes}, but {_sectorEnd} were laid out.");
        _bytes.AsSpan(_position, _sectorEnd - _position).Clear();
        new BatchHeader(number, durableThrough, PayloadBytes).Encode(_bytes);
        var kind = SectorKind.BatchStart;
        for (int offset = 0; offset < fileBytes; offset += Sector.Bytes)
        {
            chain = Sector.Seal(_bytes.AsSpan(offset, Sector.Bytes), kind, (uint)(offset / Sector.Bytes), chain);
            kind = SectorKind.Continuation;
        }

        return _bytes.AsSpan(0, fileBytes);
    }

    private void BeginSector()
    {
        _position = _sectorEnd + Sector.HeaderBytes;
        _sectorEnd += Sector.Bytes;
        if (_sectorEnd > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
    }
}
