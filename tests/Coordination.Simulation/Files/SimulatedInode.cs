namespace Coordination.Simulation;

/// <summary>
/// The content of one simulated file, whatever its name: what readers see, and for every sector written since the last sync what the
/// disk held before. Undoing some of these writes is a crash.
/// </summary>
internal sealed class SimulatedInode
{
    public const int SectorBytes = 512;
    private const int PageBytes = 16 * 1024;

    private readonly List<long> _undoSectors = [];
    private byte[] _undoBytes = [];
    private byte[]?[] _pages = [];
    private long _durableLength;
    private long _writtenLength;

    // The first undo entries belong to writes that a failed sync dropped: readers see them, later syncs do not make them durable.
    private int _dropped;

    public long Length { get; private set; }

    /// <summary>How many sector writes a crash could still lose.</summary>
    public int UnsyncedSectors => _undoSectors.Count;

    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int inPage = (int)(offset % PageBytes);
            int count = Math.Min(PageBytes - inPage, destination.Length);
            byte[]? page = FindPage(offset);
            if (page is null)
            {
                destination[..count].Clear();
            }
            else
            {
                page.AsSpan(inPage, count).CopyTo(destination);
            }

            destination = destination[count..];
            offset += count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        SetLength(Math.Max(Length, offset + source.Length));
        _writtenLength = Math.Max(_writtenLength, offset + source.Length);
        while (source.Length > 0)
        {
            int inSector = (int)(offset % SectorBytes);
            int count = Math.Min(SectorBytes - inSector, source.Length);
            RememberSector(offset / SectorBytes);
            source[..count].CopyTo(PageAt(offset).AsSpan((int)(offset % PageBytes)));
            source = source[count..];
            offset += count;
        }
    }

    public void Grow(long length) => SetLength(Math.Max(Length, length));

    public void Truncate(long length)
    {
        Span<byte> zeros = stackalloc byte[SectorBytes];
        zeros.Clear();
        for (long offset = length; offset < Length;)
        {
            int count = (int)Math.Min(SectorBytes - (offset % SectorBytes), Length - offset);
            if (FindPage(offset) is not null)
            {
                Write(offset, zeros[..count]);
            }

            offset += count;
        }

        Length = length;
        _writtenLength = Math.Min(_writtenLength, length);
    }

    /// <summary>Makes the data durable, and the length as far as data need it; all of the length when <paramref name="withLength"/>.</summary>
    public void Sync(bool withLength)
    {
        _durableLength = withLength ? Length : Math.Max(_durableLength, _writtenLength);
        if (_dropped == 0)
        {
            _undoSectors.Clear();
            return;
        }

        // A sector that was dropped and then written again is durable now; the others stay as lost as they were.
        var rewritten = new HashSet<long>(_undoSectors.Skip(_dropped));
        int kept = 0;
        for (int i = 0; i < _dropped; i++)
        {
            if (!rewritten.Contains(_undoSectors[i]))
            {
                _undoSectors[kept] = _undoSectors[i];
                UndoBytes(i).CopyTo(UndoBytes(kept));
                kept++;
            }
        }

        _undoSectors.RemoveRange(kept, _undoSectors.Count - kept);
        _dropped = kept;
    }

    /// <summary>A sync failed: the system forgets that the sectors were to be written, while readers go on seeing them.</summary>
    public void DropUnsynced() => _dropped = _undoSectors.Count;

    /// <summary>The power fails: every sector write since the last sync is kept or lost as <paramref name="keeps"/> says.</summary>
    public void Crash(Func<long, bool> keeps, Func<bool> keepsLength)
    {
        // Backwards: the last write of a sector that is kept decides; the ones before it no longer show.
        var settled = new HashSet<long>();
        for (int i = _undoSectors.Count - 1; i >= 0; i--)
        {
            long sector = _undoSectors[i];
            if (settled.Contains(sector))
            {
                continue;
            }

            if (keeps(sector))
            {
                settled.Add(sector);
            }
            else
            {
                UndoBytes(i).CopyTo(PageAt(sector * SectorBytes).AsSpan((int)(sector * SectorBytes % PageBytes)));
            }
        }

        _undoSectors.Clear();
        _dropped = 0;
        if (Length != _durableLength && !keepsLength())
        {
            SetLength(_durableLength);
        }

        Settle();
    }

    /// <summary>Takes what readers see as what the disk holds.</summary>
    public void Settle()
    {
        _undoSectors.Clear();
        _dropped = 0;
        _durableLength = Length;
        _writtenLength = Length;
        ClearBeyondLength();
    }

    public void FlipBit(long bitOffset)
    {
        long offset = bitOffset / 8;
        PageAt(offset)[offset % PageBytes] ^= (byte)(1 << (int)(bitOffset % 8));
    }

    private void SetLength(long length)
    {
        Length = length;
        int pages = checked((int)((length + PageBytes - 1) / PageBytes));
        if (pages > _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(pages, _pages.Length * 2));
        }
    }

    private void ClearBeyondLength()
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            long start = (long)i * PageBytes;
            if (start >= Length)
            {
                _pages[i] = null;
            }
            else if (start + PageBytes > Length)
            {
                _pages[i]?.AsSpan((int)(Length - start)).Clear();
            }
        }
    }

    private void RememberSector(long sector)
    {
        int entry = _undoSectors.Count;
        int needed = (entry + 1) * SectorBytes;
        if (_undoBytes.Length < needed)
        {
            Array.Resize(ref _undoBytes, Math.Max(needed, Math.Max(4096, _undoBytes.Length * 2)));
        }

        _undoSectors.Add(sector);
        byte[]? page = FindPage(sector * SectorBytes);
        if (page is null)
        {
            UndoBytes(entry).Clear();
        }
        else
        {
            page.AsSpan((int)(sector * SectorBytes % PageBytes), SectorBytes).CopyTo(UndoBytes(entry));
        }
    }

    private Span<byte> UndoBytes(int entry) => _undoBytes.AsSpan(entry * SectorBytes, SectorBytes);

    private byte[]? FindPage(long offset)
    {
        long page = offset / PageBytes;
        return page < _pages.Length ? _pages[page] : null;
    }

    private byte[] PageAt(long offset) => _pages[offset / PageBytes] ??= new byte[PageBytes];
}
