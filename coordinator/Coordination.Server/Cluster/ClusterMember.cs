namespace Coordination.Server;

/// <summary>A member, as clients and other members are told of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="PeerUrls">Where other members find it.</param>
/// <param name="ClientUrls">Where clients find it; none until it has said so, which it does when it first starts.</param>
internal sealed record ClusterMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls);
