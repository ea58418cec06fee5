namespace Coordination.Server;

/// <summary>
/// Who a node is, for good: chosen when its data directory is created and kept there. Flags that would give other ids have no effect on a
/// directory that has them.
/// </summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">The id of this member in it.</param>
/// <param name="Members">The members that the cluster began with, by id; this one is among them.</param>
internal sealed record StoredIdentity(ulong ClusterId, ulong MemberId, IReadOnlyList<InitialMember> Members)
{
    /// <summary>What the cluster began with for this member.</summary>
    public InitialMember Self => Members.First(member => member.Id == MemberId);

    /// <summary>The identity of a member of a new cluster.</summary>
    public static StoredIdentity Of(NodeOptions options)
    {
        var cluster = InitialCluster.Of(options);
        return new StoredIdentity(cluster.Id, cluster.Find(options.Name).Id, cluster.Members);
    }
}
