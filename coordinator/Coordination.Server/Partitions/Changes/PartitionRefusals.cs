using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>What requests about partitions are refused with. The texts are for people; etcd has none for this.</summary>
internal static class PartitionRefusals
{
    public static RpcException EmptyPrefix() =>
        Refuse(StatusCode.InvalidArgument, "a partition has a prefix; only the default one is of all other keys");

    public static RpcException PrefixTooLong(int bytesMax) =>
        Refuse(StatusCode.InvalidArgument, $"a prefix has at most {bytesMax} bytes");

    public static RpcException TooFewMembers(uint wanted, int members) => Refuse(
        StatusCode.InvalidArgument, $"{wanted} replicas were asked for, and the cluster has {members} member{(members == 1 ? "" : "s")}");

    public static RpcException Exists(PartitionEntry entry) =>
        Refuse(StatusCode.AlreadyExists, $"partition {entry.Id} has the prefix {NameOf(entry.Prefix)}");

    public static RpcException Changing(PartitionEntry entry) => Refuse(
        StatusCode.FailedPrecondition,
        $"partition {entry.Id} with the prefix {NameOf(entry.Prefix)} is just being "
            + (entry.IsChanging ? "moved to other members" : entry.Stage == PartitionStage.Creating ? "created" : "dropped"));

    public static RpcException NotFound(uint partition) => Refuse(StatusCode.NotFound, $"there is no partition {partition}");

    public static RpcException IsDefault() =>
        Refuse(StatusCode.FailedPrecondition, "partition 0 has all keys of no other partition, and stays");

    public static RpcException IsAround(PartitionEntry entry, PartitionEntry inner) => Refuse(
        StatusCode.FailedPrecondition,
        $"partition {entry.Id} is around partition {inner.Id} with the prefix {NameOf(inner.Prefix)}, which has to be dropped first");

    public static RpcException NotEmpty(uint partition, long keys) =>
        Refuse(StatusCode.FailedPrecondition, $"partition {partition} is not empty: it has {keys} key{(keys == 1 ? "" : "s")}");

    public static RpcException StillCreating(uint partition) => Refuse(
        StatusCode.Unavailable, $"partition {partition} is being created; that takes longer than a request may, and goes on by itself");

    public static RpcException StillDropping(uint partition) => Refuse(
        StatusCode.Unavailable, $"partition {partition} is being dropped; that takes longer than a request may, and goes on by itself");

    public static RpcException StillMoving(uint partition) => Refuse(
        StatusCode.Unavailable,
        $"a replica of partition {partition} is being moved; that takes longer than a request may, and goes on by itself");

    public static RpcException IsEverywhere() =>
        Refuse(StatusCode.FailedPrecondition, "partition 0 has a replica on every member, and none of them moves");

    public static RpcException NoMember(ulong member) =>
        Refuse(StatusCode.InvalidArgument, $"there is no member {NameOf(member)}");

    public static RpcException HasNoReplica(PartitionEntry entry, ulong member) =>
        Refuse(StatusCode.FailedPrecondition, $"member {NameOf(member)} has no replica of partition {entry.Id}");

    public static RpcException HasReplica(PartitionEntry entry, ulong member) =>
        Refuse(StatusCode.FailedPrecondition, $"member {NameOf(member)} has a replica of partition {entry.Id} already");

    public static RpcException StillDeleting(PartitionEntry entry, ulong member) => Refuse(
        StatusCode.FailedPrecondition,
        $"member {NameOf(member)} has not deleted the replica of partition {entry.Id} yet that it had before; is it running?");

    public static RpcException DroppedMeanwhile(uint partition) =>
        Refuse(StatusCode.Unavailable, $"partition {partition} was created, and dropped at once by somebody else");

    public static RpcException Refuse(StatusCode code, string reason) => new(new Status(code, $"coordination: {reason}"));

    /// <summary>A member's id as it is written everywhere.</summary>
    public static string NameOf(ulong member) => member.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A prefix for people: in quotation marks if it is plain text, otherwise in hexadecimal digits.</summary>
    public static string NameOf(byte[] prefix) => Array.TrueForAll(prefix, static octet => octet is > 0x20 and < 0x7f and not (byte)'"')
        ? $"\"{Encoding.ASCII.GetString(prefix)}\""
        : $"0x{Convert.ToHexStringLower(prefix)}";
}
