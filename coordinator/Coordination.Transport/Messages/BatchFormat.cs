namespace Coordination.Transport;

/// <summary>
/// The figures that <see cref="MessageBatchWriter"/> and <see cref="MessageBatchReader"/> agree on; see docs/peer-protocol.md.
/// </summary>
internal static class BatchFormat
{
    /// <summary>The first byte of every batch.</summary>
    public const byte Version = 1;

    /// <summary>The bits of a message's first byte that hold its kind.</summary>
    public const byte KindMask = 0x1F;

    /// <summary>Set in a message's first byte when its replicas are not those of the message before.</summary>
    public const byte HasReplicas = 0x20;

    /// <summary>
    /// Room for any message without its entries and its membership: the first byte, two replicas, and eight numbers.
    /// </summary>
    public const int FieldBytesMax = 1 + (2 * sizeof(ulong)) + (8 * FieldWriter.VarintBytesMax);

    /// <summary>Room for what stands before the data of an entry: kind, term and length.</summary>
    public const int EntryFieldBytesMax = 1 + (2 * FieldWriter.VarintBytesMax);

    /// <summary>What the smallest entry takes: one byte each for kind, term and length.</summary>
    public const int EntryBytesMin = 3;
}
