namespace Coordination.Client;

/// <summary>One key as it was at some revision.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What it holds.</param>
/// <param name="CreateRevision">The revision that created it; starts anew after a deletion.</param>
/// <param name="ModRevision">The revision of its last change.</param>
/// <param name="Version">The number of changes since its creation, from 1; 0 for the key of a deletion event.</param>
/// <param name="Lease">The lease that it hangs on; <see cref="LeaseId.None"/> when on none.</param>
public sealed record KeyValue(Key Key, Value Value, long CreateRevision, long ModRevision, long Version, LeaseId Lease);
