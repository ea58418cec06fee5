using Coordination.Client;
using Coordination.Recipes;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>What calls of <c>coordination.v1</c> that are carried out by recipes are refused with.</summary>
internal static class RecipeErrors
{
    public static readonly Status NotRegistered = new(StatusCode.NotFound, "the instance is not registered");
    public static readonly Status OtherLease =
        new(StatusCode.NotFound, "lease_id: the instance is registered on another lease, by somebody else");
    public static readonly Status ClaimIsOver =
        new(StatusCode.NotFound, "claim_id: the claim is over; the message is, or will be, delivered again");
    public static readonly Status NoDeadLetter = new(StatusCode.NotFound, "sequence: there is no such dead letter");
    public static readonly Status NoVersion = new(StatusCode.NotFound, "version: there is no such version");
    public static readonly Status NothingPublished = new(StatusCode.NotFound, "nothing is published under this name");
    public static readonly Status NoGrayRelease = new(StatusCode.FailedPrecondition, "there is no gray release");
    public static readonly Status TimedOut = new(StatusCode.Unavailable, "the cluster does not answer in time");

    /// <summary>Carries out a recipe; its exceptions become statuses.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> recipe)
    {
        try
        {
            return await recipe().ConfigureAwait(false);
        }
        catch (QueueFullException full)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, full.Message));
        }
        catch (VersionMismatchException mismatch)
        {
            throw new RpcException(new Status(StatusCode.Aborted, $"expected_version: {mismatch.Message}"));
        }
        catch (CoordinationException failure)
        {
            throw new RpcException(Of(failure));
        }
    }

    private static Status Of(CoordinationException failure) => failure switch
    {
        OutcomeUnknownException => new Status(StatusCode.Unavailable, $"nobody knows whether it was done: {failure.Message}"),
        UnavailableException => TimedOut,
        LeaseNotFoundException => new Status(StatusCode.NotFound, "lease_id: there is no such lease"),

        // What the node's own methods refused is said as they said it.
        { InnerException: RpcException refusal } => refusal.Status,
        _ => new Status(StatusCode.Unknown, failure.Message),
    };
}
