namespace Coordination.Client;

/// <summary>
/// History that was asked for has been compacted. A watch that ends with this has missed changes: read the present state, and watch from
/// the revision after it.
/// </summary>
public sealed class CompactedException : CoordinationException
{
    internal CompactedException(long? compactRevision, string message, Exception? cause)
        : base(CoordinationError.Compacted, message, cause) => CompactRevision = compactRevision;

    /// <summary>The oldest revision that can still be read; null when the server did not say, which it does to watches only.</summary>
    public long? CompactRevision { get; }
}
