namespace Coordination.Server;

/// <summary>The members of the cluster, as this node knows them. Any thread.</summary>
internal sealed class ClusterMembers(StoredIdentity identity)
{
    private IReadOnlyList<string> _ownClientUrls = [];

    /// <summary>The cluster.</summary>
    public ulong ClusterId => identity.ClusterId;

    /// <summary>The members, by id.</summary>
    public IReadOnlyList<ClusterMember> All =>
        [.. identity.Members.Select(member => new ClusterMember(
            member.Id, member.Name, member.PeerUrls, member.Id == identity.MemberId ? Volatile.Read(ref _ownClientUrls) : []))];

    /// <summary>Tells where clients find this member.</summary>
    public void Publish(IReadOnlyList<string> clientUrls) => Volatile.Write(ref _ownClientUrls, clientUrls);
}
