namespace Coordination.Transport;

/// <summary>The bytes of a snapshot that is being sent, in one piece from offset 0 to the offered total.</summary>
public interface ISnapshotSource
{
    /// <summary>
    /// Reads bytes from <paramref name="offset"/> on until <paramref name="destination"/> is full; the transport never asks beyond the
    /// total.
    /// </summary>
    ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation);
}
