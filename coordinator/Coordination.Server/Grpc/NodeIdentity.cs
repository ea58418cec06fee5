namespace Coordination.Server;

/// <summary>Who answers: what the header of every answer says.</summary>
/// <param name="ClusterId">The cluster that the node belongs to.</param>
/// <param name="MemberId">The member that it is.</param>
internal sealed record NodeIdentity(ulong ClusterId, ulong MemberId);
