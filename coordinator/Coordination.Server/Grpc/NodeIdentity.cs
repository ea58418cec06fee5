using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

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

    /// <summary>
    /// The identity of the only member of a new cluster. The ids follow from the configuration as etcd's do, so that whoever derives them
    /// knows them before the node runs.
    /// </summary>
    public static NodeIdentity Of(NodeOptions options)
    {
        string[] peers = [.. options.InitialAdvertisePeerUrls.Select(static url => url.OriginalString).Order(StringComparer.Ordinal)];
        ulong member = Digest(Encoding.UTF8.GetBytes(string.Concat(peers) + options.InitialClusterToken));
        var memberBytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(memberBytes, member);
        return new NodeIdentity
        {
            ClusterId = Digest(memberBytes),
            MemberId = member,
            Name = options.Name,
            PeerUrls = peers,
            ClientUrls = [.. options.AdvertiseClientUrls.Select(static url => url.OriginalString)],
        };
    }

    [SuppressMessage(
        "Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "Ids are defined by it, and protect nothing.")]
    private static ulong Digest(byte[] text) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(text));
}
