using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Reads one segment from its header to its end, feeds its batches to a <see cref="LogReplay"/>, and judges what it finds
/// (docs/disk-format.md, "Recovery"). Every sector is blank or intact; anything else is damage. The first blank sector where a batch should
/// go on ends the log, and the batch it interrupts was never acknowledged; unless a later batch tells that it was durable.
/// </summary>
internal sealed class SegmentScan
{
    private readonly string _path;
    private readonly SegmentHeader _header;
    private readonly SectorReader _sectors;
    private readonly LogReplay _replay;
    private readonly List<BatchPlace> _places = [];
    private byte[] _payload = [];
    private BatchHeader _batch;
    private long _batchOffset;
    private int _payloadRead;
    private int _sectorsLeft;

    public SegmentScan(IFile file, string path, in SegmentHeader header, uint headerCrc, LogReplay replay)
    {
        _path = path;
        _header = header;
        _replay = replay;
        _sectors = new SectorReader(file, header.SegmentBytes);
        Chain = headerCrc;
        LastBatch = header.FirstBatch - 1;
        EndOffset = Sector.Bytes;
    }

    /// <summary>The CRC of the last sector of the last complete batch.</summary>
    public uint Chain { get; private set; }

    /// <summary>The number of the last complete batch.</summary>
    public ulong LastBatch { get; private set; }

    /// <summary>The last batch that the last complete batch knew to be durable.</summary>
    public ulong DurableThrough { get; private set; }

    /// <summary>Where the last complete batch ends.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Where the last sector that is not blank ends; beyond <see cref="EndOffset"/> when there is something to cut.</summary>
    public long WrittenEnd { get; private set; } = Sector.Bytes;

    /// <summary>Where the complete batches after <paramref name="batch"/> begin.</summary>
    public long OffsetAfter(ulong batch)
    {
        foreach (var place in _places)
        {
            if (place.Number > batch)
            {
                return place.Offset;
            }
        }

        return EndOffset;
    }

    /// <summary>Reads all of the segment.</summary>
    /// <exception cref="WalCorruptException">The segment is damaged.</exception>
    public void Run()
    {
        _sectors.MoveNext();
        uint chain = Chain;
        while (_sectors.MoveNext())
        {
            var sector = _sectors.Current;
            if (Sector.IsBlank(sector))
            {
                ReadTail();
                return;
            }

            CheckIntact(sector);
            if (Sector.PreviousOf(sector) != chain)
            {
                throw Corrupt("The sector does not follow the one before it.");
            }

            chain = Sector.CrcOf(sector);
            WrittenEnd = _sectors.Offset + Sector.Bytes;
            if (_sectorsLeft == 0)
            {
                BeginBatch(sector);
            }
            else
            {
                ContinueBatch(sector);
            }

            if (_sectorsLeft == 0)
            {
                CompleteBatch(chain);
            }
        }

        Invariant.Check(_sectorsLeft == 0, $"{_path} ends inside a batch that was checked to fit.");
    }

    private void BeginBatch(ReadOnlySpan<byte> sector)
    {
        _batch = BatchHeader.Decode(sector);
        _batchOffset = _sectors.Offset;
        if (Sector.KindOf(sector) != SectorKind.BatchStart || Sector.OrdinalOf(sector) != 0 || _batch.Number != LastBatch + 1)
        {
            throw Corrupt($"The start of batch {LastBatch + 1} is expected.");
        }

        if (_batch.DurableThrough >= _batch.Number || _batch.DurableThrough < DurableThrough)
        {
            throw Corrupt($"The batch says that batch {_batch.DurableThrough} was durable.");
        }

        if (_batch.PayloadBytes < 0 || BatchHeader.SectorsFor(_batch.PayloadBytes) > (_header.SegmentBytes - _batchOffset) / Sector.Bytes)
        {
            throw Corrupt($"The batch says to have {_batch.PayloadBytes} bytes, more than the segment has room for.");
        }

        if (_payload.Length < _batch.PayloadBytes)
        {
            _payload = new byte[Math.Max(_batch.PayloadBytes, _payload.Length * 2)];
        }

        _sectorsLeft = BatchHeader.SectorsFor(_batch.PayloadBytes) - 1;
        _payloadRead = 0;
        TakePayload(sector[BatchHeader.PayloadOffset..]);
    }

    private void ContinueBatch(ReadOnlySpan<byte> sector)
    {
        uint ordinal = (uint)((_sectors.Offset - _batchOffset) / Sector.Bytes);
        if (Sector.KindOf(sector) != SectorKind.Continuation || Sector.OrdinalOf(sector) != ordinal)
        {
            throw Corrupt($"Sector {ordinal} of the batch is expected.");
        }

        _sectorsLeft--;
        TakePayload(sector[Sector.HeaderBytes..]);
    }

    private void TakePayload(ReadOnlySpan<byte> body)
    {
        int count = Math.Min(body.Length, _batch.PayloadBytes - _payloadRead);
        body[..count].CopyTo(_payload.AsSpan(_payloadRead));
        _payloadRead += count;
    }

    private void CompleteBatch(uint chain)
    {
        var payload = _payload.AsSpan(0, _batch.PayloadBytes);
        try
        {
            if (_batch.Number == _header.FirstBatch)
            {
                _replay.ApplyCheckpoint(payload);
            }
            else
            {
                _replay.ApplyBatch(payload, _header.Segment);
            }
        }
        catch (FormatException contradiction)
        {
            throw new WalCorruptException(_path, _batchOffset, _batch.Number, contradiction.Message, contradiction);
        }

        Chain = chain;
        LastBatch = _batch.Number;
        DurableThrough = _batch.DurableThrough;
        EndOffset = _sectors.Offset + Sector.Bytes;
        _places.Add(new BatchPlace(_batch.Number, _batchOffset));
    }

    /// <summary>From a blank sector on: what else was written after the last complete batch, and is none of it proof of more?</summary>
    private void ReadTail()
    {
        do
        {
            var sector = _sectors.Current;
            if (Sector.IsBlank(sector))
            {
                continue;
            }

            CheckIntact(sector);
            WrittenEnd = _sectors.Offset + Sector.Bytes;
            switch (Sector.KindOf(sector))
            {
                case SectorKind.BatchStart:
                    CheckNoProof(BatchHeader.Decode(sector));
                    break;
                case SectorKind.Continuation:
                    break;
                default:
                    throw Corrupt("The sector is of a kind that has no place here.");
            }
        }
        while (_sectors.MoveNext());
    }

    private void CheckNoProof(BatchHeader later)
    {
        ulong cut = LastBatch + 1;
        if (later.Number <= cut)
        {
            throw Corrupt($"Batch {later.Number} stands after the end of batch {LastBatch}.");
        }

        if (later.DurableThrough >= cut)
        {
            throw new WalCorruptException(
                _path, EndOffset, cut, $"A sector of the batch is blank, but batch {later.Number} says that batch {later.DurableThrough} was durable.");
        }
    }

    private void CheckIntact(ReadOnlySpan<byte> sector)
    {
        if (!Sector.IsIntact(sector))
        {
            throw Corrupt("The checksum of a sector is wrong.");
        }
    }

    private WalCorruptException Corrupt(string damage) => new(_path, _sectors.Offset, LastBatch + 1, damage);

    private readonly record struct BatchPlace(ulong Number, long Offset);
}
