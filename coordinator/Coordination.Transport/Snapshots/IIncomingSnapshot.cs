namespace Coordination.Transport;

/// <summary>
/// Where the bytes of one transfer go. Called by one thread at a time. Disposed at the end in any case; what was written without
/// <see cref="CompleteAsync"/> should be kept for a later transfer of the same identity.
/// </summary>
public interface IIncomingSnapshot : IAsyncDisposable
{
    /// <summary>How many bytes are here already: the transfer begins after them.</summary>
    long ResumeAt { get; }

    /// <summary>Takes the next bytes, whose checksum was right. They are valid until the returned task completes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation);

    /// <summary>All bytes are here: makes them durable and tells the core. The sender is told when this completes.</summary>
    ValueTask CompleteAsync(CancellationToken cancellation);
}
