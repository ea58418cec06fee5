using Grpc.Core;

namespace Coordination.Client;

/// <summary>What calls carry beside the request: the token of the user, and whether only a server with a leader shall serve.</summary>
internal sealed class CallHeaders
{
    private CallHeaders(string? token)
    {
        // Asks a server that has lost its leader to refuse at once instead of keeping the request until its own time limit.
        LeaderRequired = new Metadata { { "hasleader", "true" } };
        Any = null;
        if (token is not null)
        {
            LeaderRequired.Add(TokenName, token);
            Any = new Metadata { { TokenName, token } };
        }
    }

    /// <summary>Of calls that say nothing about who makes them.</summary>
    public static CallHeaders Anonymous { get; } = new(token: null);

    /// <summary>Of a call that only a server with a leader shall serve.</summary>
    public Metadata LeaderRequired { get; }

    /// <summary>Of a call that a member answers from its own state.</summary>
    public Metadata? Any { get; }

    private static string TokenName => "authorization";

    /// <summary>Of calls of a user.</summary>
    /// <param name="token">What the server gave the user.</param>
    public static CallHeaders Of(string token) => new(token);
}
