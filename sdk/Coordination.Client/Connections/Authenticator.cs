using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Who the client says it is: asks a server for a token when one is first needed, and for another when a server does not take it any more.
/// However many calls need one at that moment, one request is made for all of them. Any thread.
/// </summary>
internal sealed class Authenticator
{
    /// <summary>The server has no users, so that nobody needs a token; it may have some later.</summary>
    private const string NotEnabled = "etcdserver: authentication is not enabled";

    private readonly Lock _lock = new();
    private readonly Etcd.AuthenticateRequest? _request;
    private readonly TimeSpan _answerMax;
    private readonly TimeProvider _time;
    private readonly Telemetry _telemetry;
    private CallHeaders? _headers;
    private Task<CallHeaders>? _asking;

    public Authenticator(CoordinationClientOptions options, Telemetry telemetry)
    {
        _telemetry = telemetry;
        _answerMax = options.AttemptTimeout;
        _time = options.TimeProvider;
        if (options.UserName is { } user)
        {
            _request = new Etcd.AuthenticateRequest { Name = user, Password = options.Password ?? "" };
        }
        else
        {
            _headers = CallHeaders.Anonymous;
        }
    }

    /// <summary>False for a client without a user: it has no token, and cannot get one.</summary>
    public bool HasUser => _request is not null;

    /// <summary>The headers for a call; the first caller's endpoint is asked for a token when there is none.</summary>
    /// <exception cref="RpcException">The endpoint did not give one: nothing of the call itself was sent.</exception>
    public async ValueTask<CallHeaders> HeadersAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        Task<CallHeaders> asking;
        lock (_lock)
        {
            if (_headers is { } known)
            {
                return known;
            }

            // Not on the caller's token: when that caller gives up, others still wait.
            asking = _asking ??= Task.Run(() => AskAsync(endpoint), CancellationToken.None);
        }

        return await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A server did not take the token of these headers; true when another attempt will have newer ones, as far as this client has a user.
    /// </summary>
    public bool Forget(CallHeaders rejected)
    {
        if (!HasUser)
        {
            return false;
        }

        lock (_lock)
        {
            // Unless somebody else was told before and a newer one is here.
            if (ReferenceEquals(_headers, rejected))
            {
                _headers = null;
            }
        }

        return true;
    }

    private async Task<CallHeaders> AskAsync(Endpoint endpoint)
    {
        CallHeaders? headers = null;
        try
        {
            using var limit = new CancellationTokenSource(_answerMax, _time);
            var answer = await endpoint.Auth.AuthenticateAsync(_request, cancellationToken: limit.Token).ConfigureAwait(false);
            _telemetry.TokenGot(endpoint.Address);
            return headers = CallHeaders.Of(answer.Token);
        }
        catch (RpcException error) when (error.Status.Detail == NotEnabled)
        {
            return headers = CallHeaders.Anonymous;
        }
        finally
        {
            lock (_lock)
            {
                _headers = headers;
                _asking = null;
            }
        }
    }
}
