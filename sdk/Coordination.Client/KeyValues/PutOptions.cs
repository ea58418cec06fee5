namespace Coordination.Client;

/// <summary>How a key is written.</summary>
public sealed record PutOptions
{
    internal static readonly PutOptions Default = new();

    /// <summary>The lease that the key hangs on from now; <see cref="LeaseId.None"/> takes it off the one that it hung on.</summary>
    /// <value>The default is <see cref="LeaseId.None"/>.</value>
    public LeaseId Lease { get; init; }

    /// <summary>True to leave the key on the lease that it hangs on. The key must exist, and <see cref="Lease"/> be none.</summary>
    /// <value>The default is false.</value>
    public bool KeepLease { get; init; }

    /// <summary>
    /// True to leave the value as it is, and change only the lease, the revision and the version. The key must exist, and the value of the
    /// request be empty.
    /// </summary>
    /// <value>The default is false.</value>
    public bool KeepValue { get; init; }

    /// <summary>True to have the key as it was before in the answer.</summary>
    /// <value>The default is false.</value>
    public bool ReturnPrevious { get; init; }
}
