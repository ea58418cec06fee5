namespace Coordination.Storage;

/// <summary>
/// An open file. Not thread-safe. Errors are <see cref="IOException"/> with the path in the message; a full disk is
/// <see cref="DiskFullException"/>. After a failed write or sync nothing is known about what the file holds.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>The size in bytes, written or preallocated.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> with the bytes at <paramref name="offset"/>.</summary>
    /// <exception cref="EndOfStreamException">The file ends before the destination is full.</exception>
    void Read(long offset, Span<byte> destination);

    /// <summary>
    /// Writes all of <paramref name="source"/> at <paramref name="offset"/>, growing the file when needed. Durable only after a sync;
    /// before it a crash keeps any subset of the 512-byte sectors written.
    /// </summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>
    /// Grows the file to <paramref name="length"/> bytes of reserved space that reads as zeros; never shrinks it. The new size is durable
    /// after <see cref="SyncAll"/>.
    /// </summary>
    void Preallocate(long length);

    /// <summary>
    /// Makes everything written durable, and of the metadata what is needed to read it back. A failed sync must never be tried again:
    /// the system may have dropped the writes, and a second call would succeed without them.
    /// </summary>
    void SyncData();

    /// <summary>As <see cref="SyncData"/>, with all metadata of the file.</summary>
    void SyncAll();

    /// <summary>Cuts the file to <paramref name="length"/> bytes, durable after <see cref="SyncAll"/>.</summary>
    void Truncate(long length);
}
