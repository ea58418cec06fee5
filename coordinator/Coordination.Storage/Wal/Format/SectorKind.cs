namespace Coordination.Storage;

/// <summary>What a sector of a segment is. None is zero, so that a written sector is never all zeros.</summary>
internal enum SectorKind : byte
{
    /// <summary>The first sector of the file.</summary>
    SegmentHeader = 0xA5,

    /// <summary>The first sector of a batch.</summary>
    BatchStart = 0xB1,

    /// <summary>A further sector of a batch.</summary>
    Continuation = 0xC0,
}
