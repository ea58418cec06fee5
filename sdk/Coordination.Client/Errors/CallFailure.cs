using System.Net.Http;
using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Reads gRPC's errors: etcd's are told apart by code and by exact text, those of connections by what the HTTP client met.
/// </summary>
internal static class CallFailure
{
    /// <summary>The HTTP/2 error by which a server says that it did not look at a request (RFC 9113, section 8.7).</summary>
    private const long RefusedStream = 7;

    /// <summary>Said before a request is proposed: nothing of it is in the log.</summary>
    private static readonly HashSet<string> NotBegun = new(StringComparer.Ordinal)
    {
        "etcdserver: no leader", "etcdserver: not leader", "etcdserver: too many requests",
    };

    /// <summary>What servers say to a token that they do not know, or that is older than what users may do, and to none.</summary>
    private static readonly HashSet<string> TokenRejections = new(StringComparer.Ordinal)
    {
        "etcdserver: invalid auth token", "etcdserver: revision of auth store is old", "etcdserver: user name is empty",
    };

    /// <summary>True when the request was refused, before anything was done, for its token: with another one it may succeed.</summary>
    public static bool IsTokenRejected(Status status) => TokenRejections.Contains(status.Detail);

    /// <summary>
    /// True for what reading from a stream, or writing to one, throws when the stream has ended or its connection breaks: a write can meet
    /// the transport's own exception, or find the call complete, where a read meets one of gRPC.
    /// </summary>
    public static bool IsBrokenStream(Exception failure) =>
        failure is RpcException or OperationCanceledException or InvalidOperationException or IOException;

    public static FailureKind KindOf(RpcException error)
    {
        if (NotBegun.Contains(error.Status.Detail) || WasNeverSent(error.Status.DebugException))
        {
            return FailureKind.NotDone;
        }

        return error.StatusCode switch
        {
            StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.PermissionDenied
                or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.Unimplemented or StatusCode.ResourceExhausted
                or StatusCode.Unauthenticated or StatusCode.DataLoss => FailureKind.Refused,
            StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Aborted => FailureKind.Interrupted,

            // A connection that breaks in the middle of an answer is an internal error, with a cause; a server's own has none.
            _ => error.Status.DebugException is null ? FailureKind.Faulted : FailureKind.Interrupted,
        };
    }

    /// <summary>The exception for a request that the server refused, or that failed in it.</summary>
    public static CoordinationException Refusal(Status status, Exception? cause)
    {
        var error = ErrorOf(status);
        return error switch
        {
            CoordinationError.Compacted => new CompactedException(null, status.Detail, cause),
            CoordinationError.LeaseNotFound => new LeaseNotFoundException(status.Detail, cause),
            _ => new RequestRefusedException(error, status.Detail, cause),
        };
    }

    private static CoordinationError ErrorOf(Status status) => (status.StatusCode, status.Detail) switch
    {
        (_, "etcdserver: mvcc: required revision has been compacted") => CoordinationError.Compacted,
        (_, "etcdserver: mvcc: required revision is a future revision") => CoordinationError.FutureRevision,
        (_, "etcdserver: requested lease not found") => CoordinationError.LeaseNotFound,
        (_, "etcdserver: lease already exists") => CoordinationError.LeaseExists,
        (_, "etcdserver: mvcc: database space exceeded") => CoordinationError.QuotaExceeded,
        (_, "etcdserver: authentication failed, invalid user ID or password") => CoordinationError.Unauthenticated,
        _ when IsTokenRejected(status) => CoordinationError.Unauthenticated,
        (StatusCode.Unauthenticated, _) => CoordinationError.Unauthenticated,
        (StatusCode.PermissionDenied, _) => CoordinationError.PermissionDenied,
        (StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.ResourceExhausted, _) => CoordinationError.InvalidRequest,
        (StatusCode.FailedPrecondition or StatusCode.Unimplemented, _) => CoordinationError.NotSupported,
        _ => CoordinationError.Failed,
    };

    private static bool WasNeverSent(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // Of a connection that did not come about in time: the HTTP client is told of no other limit.
                case TimeoutException:
                case HttpProtocolException { ErrorCode: RefusedStream }:
                case HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError,
                }:
                    return true;
            }
        }

        return false;
    }
}
