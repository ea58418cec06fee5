namespace Coordination.StateMachine;

/// <summary>A key as clients see it at one revision.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; empty for a tombstone or when only keys were asked for.</param>
/// <param name="CreateRevision">The revision in which the key was created, the last time it was; 0 for a tombstone.</param>
/// <param name="ModRevision">The revision of the last change.</param>
/// <param name="Version">How many changes the key has had since it was created; 0 for a tombstone.</param>
/// <param name="Lease">The lease that the key is attached to; 0 for none.</param>
public sealed record KeyValue(
    byte[] Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, long Lease);
