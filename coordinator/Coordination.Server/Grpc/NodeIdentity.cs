namespace Coordination.Server;

/// <summary>Who this node is, and where it is found.</summary>
internal sealed record NodeIdentity
{
    /// <summary>The cluster that it belongs to.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>The member that it is.</summary>
    public required ulong MemberId { get; init; }

    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where other members find it.</summary>
    public required IReadOnlyList<string> PeerUrls { get; init; }

    /// <summary>Where clients find it.</summary>
    public required IReadOnlyList<string> ClientUrls { get; init; }

    /// <summary>The identity of a member of a new cluster.</summary>
    public static NodeIdentity Of(NodeOptions options)
    {
        var cluster = InitialCluster.Of(options);
        var member = cluster.Find(options.Name);
        return new NodeIdentity
        {
            ClusterId = cluster.Id,
            MemberId = member.Id,
            Name = options.Name,
            PeerUrls = member.PeerUrls,
            ClientUrls = [.. options.AdvertiseClientUrls.Select(static url => url.OriginalString)],
        };
    }
}
