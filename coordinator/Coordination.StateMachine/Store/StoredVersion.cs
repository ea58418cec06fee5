namespace Coordination.StateMachine;

/// <summary>One change of one key as it is stored.</summary>
/// <param name="Revision">When.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; empty for a tombstone.</param>
/// <param name="CreateRevision">The key's create revision; 0 for a tombstone.</param>
/// <param name="Version">The key's version; 0 for a tombstone.</param>
/// <param name="Lease">The lease that the key is attached to; 0 for none.</param>
public readonly record struct StoredVersion(
    Revision Revision, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long CreateRevision, long Version, long Lease);
