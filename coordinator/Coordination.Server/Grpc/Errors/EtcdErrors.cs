using Coordination.Client;
using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Everything that a call can be refused with: etcd's codes and texts, which clients compare letter by letter. The only place that has
/// them.
/// </summary>
internal static class EtcdErrors
{
    public static readonly Status KeyNotProvided = new(StatusCode.InvalidArgument, "etcdserver: key is not provided");
    public static readonly Status KeyNotFound = new(StatusCode.InvalidArgument, "etcdserver: key not found");
    public static readonly Status ValueProvided = new(StatusCode.InvalidArgument, "etcdserver: value is provided");
    public static readonly Status LeaseProvided = new(StatusCode.InvalidArgument, "etcdserver: lease is provided");
    public static readonly Status TooManyOperations =
        new(StatusCode.InvalidArgument, "etcdserver: too many operations in txn request");
    public static readonly Status DuplicateKey =
        new(StatusCode.InvalidArgument, "etcdserver: duplicate key given in txn request");
    public static readonly Status InvalidSortOption = new(StatusCode.InvalidArgument, "etcdserver: invalid sort option");
    public static readonly Status RequestTooLarge = new(StatusCode.InvalidArgument, "etcdserver: request is too large");
    public static readonly Status WrongDowngradeVersionFormat =
        new(StatusCode.InvalidArgument, "etcdserver: wrong downgrade target version format");
    public static readonly Status InvalidDowngradeVersion =
        new(StatusCode.InvalidArgument, "etcdserver: invalid downgrade target version");

    public static readonly Status Compacted =
        new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted");
    public static readonly Status FutureRevision =
        new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision");
    public static readonly Status LeaseTtlTooLarge = new(StatusCode.OutOfRange, "etcdserver: too large lease TTL");

    public static readonly Status NoSpace = new(StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded");
    public static readonly Status LeaseNotFound = new(StatusCode.NotFound, "etcdserver: requested lease not found");
    public static readonly Status UnknownHealthService = new(StatusCode.NotFound, "unknown service");

    public static readonly Status LeaseExists = new(StatusCode.FailedPrecondition, "etcdserver: lease already exists");
    public static readonly Status NotLeader = new(StatusCode.FailedPrecondition, "etcdserver: not leader");
    public static readonly Status BadLeaderTransferee =
        new(StatusCode.FailedPrecondition, "etcdserver: bad leader transferee");
    public static readonly Status NoDowngrade =
        new(StatusCode.FailedPrecondition, "etcdserver: no inflight downgrade job");

    public static readonly Status Corrupt = new(StatusCode.DataLoss, "etcdserver: corrupt cluster");

    public static readonly Status NoLeader = new(StatusCode.Unavailable, "etcdserver: no leader");
    public static readonly Status LeaderChanged = new(StatusCode.Unavailable, "etcdserver: leader changed");
    public static readonly Status Stopped = new(StatusCode.Unavailable, "etcdserver: server stopped");
    public static readonly Status TimedOut = new(StatusCode.Unavailable, "etcdserver: request timed out");
    public static readonly Status LeaderTransferTimedOut =
        new(StatusCode.Unavailable, "etcdserver: request timed out, leader transfer took too long");

    public static readonly Status TooManyRequests = new(StatusCode.Unknown, "etcdserver: too many requests");
    public static readonly Status UnknownMethod = new(StatusCode.Unknown, "etcdserver: unknown method");

    public static readonly Status SessionExpired = new(StatusCode.Unknown, "mutex: session is expired");
    public static readonly Status LeaderNotProvided = new(StatusCode.Unknown, "\"leader\" field must be provided");
    public static readonly Status NoElectedLeader = new(StatusCode.Unknown, "election: no leader");
    public static readonly Status NotElected = new(StatusCode.Unknown, "election: not leader");

    /// <summary>Not one of etcd's: it would have crashed.</summary>
    public static readonly Status Unexpected =
        new(StatusCode.Internal, "etcdserver: unexpected failure; the log of the server says which");

    /// <summary>Not one of etcd's: the partition that was asked has given the keys away, or does not have them yet.</summary>
    public static readonly Status WrongPartition =
        new(StatusCode.Unavailable, "coordination: the keys are on their way to another partition");

    /// <summary>Not one of etcd's, which has no partitions.</summary>
    public static readonly Status NoReplica =
        new(StatusCode.Unavailable, "coordination: no member with a replica of the partition answers");

    /// <summary>The error of a request that only one partition could answer, and that is about several.</summary>
    public static Status SpansPartitions(string what, IEnumerable<uint> partitions) => new(
        StatusCode.FailedPrecondition,
        $"coordination: {what} cannot span partitions; the keys of this one are in partitions {string.Join(", ", partitions)}");

    /// <summary>The error of a command or a read that the state machine refused.</summary>
    public static Status Of(ApplyError error) => error switch
    {
        ApplyError.KeyNotFound => KeyNotFound,
        ApplyError.LeaseNotFound => LeaseNotFound,
        ApplyError.LeaseExists => LeaseExists,
        ApplyError.Compacted => Compacted,
        ApplyError.FutureRevision => FutureRevision,
        ApplyError.NoSpace => NoSpace,
        ApplyError.Corrupt => Corrupt,
        ApplyError.WrongPartition => WrongPartition,

        // Steps of moving keys: no client's request ends by them.
        ApplyError.WrongChunk or ApplyError.NotEmpty or ApplyError.LeaseSuperseded => Unexpected,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "This is no error that clients are told."),
    };

    /// <summary>The error of a proposal that was not applied.</summary>
    public static Status Of(ProposalEnd end) => end switch
    {
        ProposalEnd.NotLeader or ProposalEnd.Superseded => LeaderChanged,
        ProposalEnd.TooManyRequests => TooManyRequests,
        ProposalEnd.TimedOut => TimedOut,
        ProposalEnd.Stopped => Stopped,

        // Changes of members: no client's request ends by them.
        ProposalEnd.Refused or ProposalEnd.NotCaughtUp => Unexpected,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "This is no error that clients are told."),
    };

    /// <summary>The error of a read that no leader confirmed.</summary>
    public static Status Of(ReadEnd end) => end switch
    {
        ReadEnd.TooManyRequests => TooManyRequests,
        ReadEnd.TimedOut => TimedOut,
        ReadEnd.Stopped => Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "This is no error that clients are told."),
    };

    /// <summary>
    /// The error of a call that is carried out by others. As in etcd, they end with the text of what one of them was refused with, and
    /// without its code.
    /// </summary>
    public static Status Of(CoordinationException failure) =>
        failure is OutcomeUnknownException or UnavailableException ? TimedOut : new Status(StatusCode.Unknown, failure.Message);

    /// <summary>Whether this is what a call was refused with.</summary>
    public static bool Is(RpcException refusal, Status status) =>
        refusal.StatusCode == status.StatusCode && refusal.Status.Detail == status.Detail;

    /// <summary>What to throw.</summary>
    public static RpcException Refuse(Status status) => new(status);
}
