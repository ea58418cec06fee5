namespace Coordination.Server;

/// <summary>A member that a cluster begins with.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="PeerUrls">Where other members find it, in order.</param>
internal sealed record InitialMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls);
