namespace Coordination.Storage;

/// <summary>A segment file: its number and its size in bytes.</summary>
internal readonly record struct SegmentExtent(ulong Number, long Bytes);
