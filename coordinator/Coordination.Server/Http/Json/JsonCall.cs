using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Calls of methods by plain HTTP: messages are JSON as protobuf defines it, with the protocol's names of fields, and refusals are what
/// gRPC's gateways make of them.
/// </summary>
internal static class JsonCall
{
    /// <summary>The client has left before it was answered, as proxies log it.</summary>
    private const int ClientClosedRequest = 499;

    private static readonly JsonFormatter Formatter =
        new(new JsonFormatter.Settings(formatDefaultValues: true).WithPreserveProtoFieldNames(true));

    /// <summary>A message as JSON, on one line.</summary>
    public static string Format(IMessage message) => Formatter.Format(message);

    /// <summary>A refusal as JSON, on one line.</summary>
    public static string Format(Status refusal) =>
        $$"""{"code":{{(int)refusal.StatusCode}},"message":{{JsonSerializer.Serialize(refusal.Detail)}}}""";

    /// <summary>Carries out a call of one message in and one out.</summary>
    public static Task AnswerAsync<TRequest, TResponse>(
        HttpContext http, MessageParser<TRequest> parser, Func<TRequest, Task<TResponse>> method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RefusingAsync(http, async () =>
        {
            var request = await JsonRequest.ReadAsync(http, parser).ConfigureAwait(false);
            var response = await method(request).ConfigureAwait(false);
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(Format(response) + "\n", http.RequestAborted).ConfigureAwait(false);
        });

    /// <summary>
    /// Carries out a call with a stream of messages out: a line each, or an event each for clients that accept <c>text/event-stream</c>.
    /// </summary>
    public static Task StreamAsync<TRequest, TResponse>(
        HttpContext http, MessageParser<TRequest> parser, Func<TRequest, IServerStreamWriter<TResponse>, Task> method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RefusingAsync(http, async () =>
        {
            var request = await JsonRequest.ReadAsync(http, parser).ConfigureAwait(false);
            using var stream = new JsonStream<TResponse>(http);
            var serving = method(request, stream);
            if (!serving.IsCompleted)
            {
                // What makes no sense is refused at once, with a status; whoever is served learns that without waiting for a message.
                await stream.BeginAsync().ConfigureAwait(false);
            }

            try
            {
                await serving.ConfigureAwait(false);
            }
            catch (RpcException refusal) when (http.Response.HasStarted)
            {
                await stream.EndAsync(refusal.Status).ConfigureAwait(false);
            }
        });

    /// <summary>Answers with a refusal.</summary>
    /// <param name="http">The request.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="statusCode">Of HTTP; null for the one that goes with the refusal.</param>
    public static Task RefuseAsync(HttpContext http, Status refusal, int? statusCode = null)
    {
        http.Response.StatusCode = statusCode ?? StatusCodeOf(refusal.StatusCode);
        http.Response.ContentType = "application/json";

        // Without the token of a client that has left: nothing is sent to it, and nothing thrown.
        return http.Response.WriteAsync(Format(refusal) + "\n", CancellationToken.None);
    }

    private static async Task RefusingAsync(HttpContext http, Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (RpcException refusal)
        {
            await RefuseAsync(http, refusal.Status).ConfigureAwait(false);
        }
        catch (BadHttpRequestException unreadable)
        {
            await RefuseAsync(http, new Status(StatusCode.InvalidArgument, $"body: {unreadable.Message}"), unreadable.StatusCode)
                .ConfigureAwait(false);
        }
        catch (Exception left) when (http.RequestAborted.IsCancellationRequested && left is IOException or OperationCanceledException)
        {
            // The client is gone: there is nobody to answer.
        }
    }

    private static int StatusCodeOf(StatusCode code) => code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
