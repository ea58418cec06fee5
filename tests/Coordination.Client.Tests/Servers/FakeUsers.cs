namespace Coordination.Client.Tests;

/// <summary>
/// The authentication service of a <see cref="FakeServer"/>: gives out a new token at every request, and knows only the last one.
/// </summary>
public sealed class FakeUsers : Etcd.Auth.AuthBase
{
    private int _tokens;

    public Func<Etcd.AuthenticateRequest, ServerCallContext, Task>? OnAuthenticate { get; set; }

    /// <summary>How many tokens were given out.</summary>
    public int Tokens => _tokens;

    /// <summary>What every call has to carry; null when anybody may call.</summary>
    public string? Token { get; set; }

    public override async Task<Etcd.AuthenticateResponse> Authenticate(Etcd.AuthenticateRequest request, ServerCallContext context)
    {
        if (OnAuthenticate is { } decide)
        {
            await decide(request, context);
        }

        Token = $"t{Interlocked.Increment(ref _tokens)}";
        return new Etcd.AuthenticateResponse { Header = new Etcd.ResponseHeader(), Token = Token };
    }

    /// <summary>Forgets the tokens that were given out, as a server does that restarts.</summary>
    public void Expire() => Token = "none that was given out";

    /// <summary>Refuses a call that does not carry the token, as etcd does.</summary>
    public void Check(ServerCallContext context)
    {
        if (Token is null)
        {
            return;
        }

        var token = context.RequestHeaders.GetValue("authorization") ?? throw new RpcException(
            new Status(StatusCode.InvalidArgument, "etcdserver: user name is empty"));
        if (token != Token)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "etcdserver: invalid auth token"));
        }
    }
}
