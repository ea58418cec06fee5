namespace Coordination.Server;

/// <summary>
/// Who a node is, for good: chosen when its data directory is created and kept there. Flags that would give other ids have no effect on a
/// directory that has them.
/// </summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">The id of this member in it.</param>
/// <param name="Name">The member's name when the directory was created.</param>
internal sealed record StoredIdentity(ulong ClusterId, ulong MemberId, string Name);
