namespace Coordination.Conformance.Tests;

/// <summary>An error as clients tell it from others: by its code and its exact text.</summary>
public sealed record Refusal(StatusCode Code, string Text)
{
    public static readonly Refusal EmptyKey = new(StatusCode.InvalidArgument, "etcdserver: key is not provided");
    public static readonly Refusal KeyNotFound = new(StatusCode.InvalidArgument, "etcdserver: key not found");
    public static readonly Refusal ValueProvided = new(StatusCode.InvalidArgument, "etcdserver: value is provided");
    public static readonly Refusal LeaseProvided = new(StatusCode.InvalidArgument, "etcdserver: lease is provided");
    public static readonly Refusal TooManyOperations = new(StatusCode.InvalidArgument, "etcdserver: too many operations in txn request");
    public static readonly Refusal DuplicateKey = new(StatusCode.InvalidArgument, "etcdserver: duplicate key given in txn request");
    public static readonly Refusal InvalidSortOption = new(StatusCode.InvalidArgument, "etcdserver: invalid sort option");
    public static readonly Refusal RequestTooLarge = new(StatusCode.InvalidArgument, "etcdserver: request is too large");
    public static readonly Refusal Compacted = new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted");
    public static readonly Refusal FutureRevision =
        new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision");
    public static readonly Refusal TimeToLiveTooLarge = new(StatusCode.OutOfRange, "etcdserver: too large lease TTL");
    public static readonly Refusal NoSpace = new(StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded");
    public static readonly Refusal LeaseNotFound = new(StatusCode.NotFound, "etcdserver: requested lease not found");
    public static readonly Refusal LeaseExists = new(StatusCode.FailedPrecondition, "etcdserver: lease already exists");

    /// <summary>The services of locks and elections tell the text of what they met, without its code.</summary>
    public static readonly Refusal LeaseNotFoundInService = new(StatusCode.Unknown, "etcdserver: requested lease not found");
    public static readonly Refusal LeaderNotProvided = new(StatusCode.Unknown, "\"leader\" field must be provided");
    public static readonly Refusal NoElectedLeader = new(StatusCode.Unknown, "election: no leader");
    public static readonly Refusal NotElected = new(StatusCode.Unknown, "election: not leader");

    /// <summary>Asserts that the call is refused with exactly this.</summary>
    public async Task Answers(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((Code, Text), (error.StatusCode, error.Status.Detail));
    }
}
