using System.Globalization;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// The metadata that every call between members begins with: who calls, and whom it means. An address may have been given to another
/// member, or to another cluster, since it was written down; nothing must pass then.
/// </summary>
internal static class Handshake
{
    /// <summary>In the response's headers: the member that answers. Its presence says that the call was accepted.</summary>
    public const string AnsweredBy = "coordination-answered-by";

    private const string ProtocolKey = "coordination-protocol";
    private const string ClusterKey = "coordination-cluster";
    private const string FromKey = "coordination-from";
    private const string ToKey = "coordination-to";
    private const uint Protocol = 1;

    /// <summary>What a call to a member says.</summary>
    public static Metadata Greet(PeerTransportOptions self, MemberId to) => new()
    {
        { ProtocolKey, Protocol.ToString(CultureInfo.InvariantCulture) },
        { ClusterKey, self.Cluster.ToString() },
        { FromKey, self.Member.ToString() },
        { ToKey, to.ToString() },
    };

    /// <summary>Finds out who calls.</summary>
    /// <exception cref="RpcException">The call is not for this member, or from none that it could talk to.</exception>
    public static MemberId Check(PeerTransportOptions self, Metadata metadata)
    {
        uint protocol = (uint)Read(metadata, ProtocolKey, NumberStyles.None);
        if (protocol != Protocol)
        {
            throw Refuse($"Member {self.Member} speaks version {Protocol} of the peer protocol, but the call is of version {protocol}.");
        }

        var cluster = new ClusterId(Read(metadata, ClusterKey, NumberStyles.AllowHexSpecifier));
        if (cluster != self.Cluster)
        {
            throw Refuse($"This is a member of cluster {self.Cluster}, but the call comes from a member of cluster {cluster}.");
        }

        var to = new MemberId(Read(metadata, ToKey, NumberStyles.AllowHexSpecifier));
        if (to != self.Member)
        {
            throw Refuse($"This is member {self.Member}, but the call is meant for member {to}.");
        }

        var from = new MemberId(Read(metadata, FromKey, NumberStyles.AllowHexSpecifier));
        return from.IsSome && from != self.Member
            ? from
            : throw Refuse($"This is member {self.Member}, but the call says that it comes from member {from}.");
    }

    /// <summary>What a call that was accepted is answered with at once.</summary>
    public static Metadata Welcome(PeerTransportOptions self) => new() { { AnsweredBy, self.Member.ToString() } };

    private static ulong Read(Metadata metadata, string key, NumberStyles style) =>
        ulong.TryParse(metadata.GetValue(key), style, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Refuse($"The call lacks the metadata {key}, so it comes from no member of a cluster.");

    private static RpcException Refuse(string reason) => new(new Status(StatusCode.FailedPrecondition, reason));
}
