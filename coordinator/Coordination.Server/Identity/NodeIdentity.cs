using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Server;

/// <summary>
/// Who a node is, for good: chosen when its data directory is created and kept there. Flags that would give other ids have no effect on a
/// directory that has them.
/// </summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">The id of this member in it.</param>
/// <param name="Name">The member's name when the directory was created.</param>
internal sealed record NodeIdentity(ulong ClusterId, ulong MemberId, string Name)
{
    /// <summary>The identity of a first member of a new cluster, by etcd's formula, from which clients can tell the ids in advance.</summary>
    public static NodeIdentity ForNewCluster(NodeOptions options)
    {
        ulong[] members = [.. options.InitialCluster.Values.Select(urls => MemberIdOf(urls, options.InitialClusterToken)).Order()];
        byte[] bytes = new byte[members.Length * sizeof(ulong)];
        for (int i = 0; i < members.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), members[i]);
        }

        ulong own = MemberIdOf(options.InitialCluster[options.Name], options.InitialClusterToken);
        return new NodeIdentity(FirstBytesOfHash(bytes), own, options.Name);
    }

    private static ulong MemberIdOf(IReadOnlyList<Uri> peerUrls, string token)
    {
        IEnumerable<string> texts = peerUrls.Select(url => url.OriginalString).Order(StringComparer.Ordinal);
        return FirstBytesOfHash(Encoding.UTF8.GetBytes(string.Concat(texts) + token));
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "etcd's ids are SHA-1; no secret.")]
    private static ulong FirstBytesOfHash(byte[] text) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(text));
}
