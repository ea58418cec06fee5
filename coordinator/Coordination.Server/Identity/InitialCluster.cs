using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Server;

/// <summary>
/// The members that a cluster begins with. All ids follow from the configuration as etcd's do, so that every member derives the same ones,
/// and whoever derives them knows them before a node runs.
/// </summary>
internal sealed class InitialCluster
{
    private InitialCluster(IReadOnlyList<InitialMember> members)
    {
        Members = members;
        byte[] ids = new byte[members.Count * sizeof(ulong)];
        for (int i = 0; i < members.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(ids.AsSpan(i * sizeof(ulong)), members[i].Id);
        }

        Id = Digest(ids);
    }

    /// <summary>The cluster's id.</summary>
    public ulong Id { get; }

    /// <summary>The members, by id.</summary>
    public IReadOnlyList<InitialMember> Members { get; }

    /// <summary>What the configuration says.</summary>
    public static InitialCluster Of(NodeOptions options) => new(
        [.. options.InitialCluster.Select(member => MemberOf(member.Key, member.Value, options.InitialClusterToken))
            .OrderBy(static member => member.Id)]);

    /// <summary>The member of a name, which is one of them.</summary>
    public InitialMember Find(string name) => Members.Single(member => member.Name == name);

    private static InitialMember MemberOf(string name, IReadOnlyList<Uri> urls, string token)
    {
        string[] peers = [.. urls.Select(static url => url.OriginalString).Order(StringComparer.Ordinal)];
        return new InitialMember(Digest(Encoding.UTF8.GetBytes(string.Concat(peers) + token)), name, peers);
    }

    [SuppressMessage(
        "Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "Ids are defined by it, and protect nothing.")]
    private static ulong Digest(byte[] text) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(text));
}
