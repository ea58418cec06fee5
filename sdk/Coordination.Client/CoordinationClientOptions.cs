using System.Diagnostics.Metrics;
using System.Net.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Coordination.Client;

/// <summary>
/// How a <see cref="CoordinationClient"/> reaches its servers. The client reads it once, when it is made; later changes have no effect.
/// </summary>
public sealed class CoordinationClientOptions
{
    /// <summary>The shortest <see cref="KeepAlivePingDelay"/>: etcd ends connections that ping more often.</summary>
    public static readonly TimeSpan KeepAlivePingDelayMin = TimeSpan.FromSeconds(5);

    /// <summary>The client addresses of members of one cluster, such as <c>http://127.0.0.1:2379</c>. At least one.</summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>Which of the endpoints that work gets the next call.</summary>
    /// <value>The default is <see cref="EndpointSelection.Sticky"/>.</value>
    public EndpointSelection EndpointSelection { get; set; } = EndpointSelection.Sticky;

    /// <summary>
    /// True to send writes to the endpoint that leads the cluster, if it is one of <see cref="Endpoints"/> and works; they are spared the
    /// way from another member to it. Which one leads is asked of all endpoints (their status) while the client writes, and no write waits
    /// for that: until it is known, and for everything else, <see cref="EndpointSelection"/> counts. Keys of a partition of their own may
    /// have another leader; writes to them are right all the same, and go the longer way.
    /// </summary>
    /// <value>The default is false.</value>
    public bool PreferLeader { get; set; }

    /// <summary>
    /// How often the endpoints are asked which one leads, at most, with <see cref="PreferLeader"/>; five times as often while that is not
    /// known.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan LeaderRefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What every key begins with, invisibly to the program: it is put in front of keys in requests and taken off those in answers. Empty
    /// for none.
    /// </summary>
    /// <value>The default is empty.</value>
    public Key Namespace { get; set; }

    /// <summary>How TLS is spoken with <c>https</c> endpoints: trusted authorities, the client's certificate.</summary>
    /// <value>The default is null: the system's authorities, and no certificate of the client's.</value>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>
    /// Who the client is to servers that ask. The client gets a token for the password when it is first needed, and another whenever a
    /// server does not take it any more; programs notice nothing of it.
    /// </summary>
    /// <value>The default is null: nobody in particular, or whom the client's certificate names.</value>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>. It crosses the network as it is: use <c>https</c> endpoints.</summary>
    /// <value>The default is null.</value>
    public string? Password { get; set; }

    /// <summary>The longest that an operation takes, with all its attempts. Streams (watches, keep-alives) are not limited.</summary>
    /// <value>The default is 10 seconds, which lets a server give up by itself first.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest wait for the answer to one attempt of an operation that may be repeated, and for a stream to open. An endpoint that is
    /// silent for so long is put aside. Writes are not limited by it: to give one up makes its outcome unknown.
    /// </summary>
    /// <value>The default is 3 seconds. Not more than <see cref="RequestTimeout"/>.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest that a connection takes to come about.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection with open calls is silent before the client pings the server.</summary>
    /// <value>The default is 10 seconds, the least is <see cref="KeepAlivePingDelayMin"/>.</value>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server may take to answer a ping before the connection counts as dead and its calls fail.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an endpoint that failed once is put aside; doubles with every further failure.</summary>
    /// <value>The default is 100 milliseconds.</value>
    public TimeSpan EndpointBackoffMin { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that an endpoint is put aside. While all are, the one whose time ends first is used.</summary>
    /// <value>The default is 5 seconds. Not less than <see cref="EndpointBackoffMin"/>.</value>
    public TimeSpan EndpointBackoffMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of every timeout, back-off and lease deadline.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the client logs what happens to its endpoints, sessions and caches; never keys, values or passwords.</summary>
    /// <value>The default is null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Makes the meter named <see cref="ClientTelemetry.Name"/>.</summary>
    /// <value>The default is null: one meter for all clients that have no factory.</value>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>
    /// What carries the calls to an endpoint instead of a connection: a server is its own client this way, without a port in between.
    /// </summary>
    /// <value>The default is null: connections.</value>
    internal Func<Uri, CallInvoker>? CallInvokers { get; set; }

    /// <summary>Everything that is wrong with these options, in words; empty when nothing is.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (Endpoints.Count == 0)
        {
            errors.Add($"{nameof(Endpoints)} is empty: name at least one server.");
        }

        foreach (var endpoint in Endpoints)
        {
            if (endpoint is not { IsAbsoluteUri: true } || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
            {
                errors.Add($"{nameof(Endpoints)} has '{endpoint}', which is no http or https address.");
            }
        }

        if (UserName is { Length: 0 })
        {
            errors.Add($"{nameof(UserName)} is empty: leave it null for no user.");
        }

        if (UserName is null != Password is null)
        {
            errors.Add($"{nameof(UserName)} and {nameof(Password)} belong together: one of them is missing.");
        }

        (string Name, TimeSpan Value)[] positive =
        [
            (nameof(RequestTimeout), RequestTimeout), (nameof(AttemptTimeout), AttemptTimeout), (nameof(ConnectTimeout), ConnectTimeout),
            (nameof(KeepAlivePingTimeout), KeepAlivePingTimeout), (nameof(EndpointBackoffMin), EndpointBackoffMin),
            (nameof(LeaderRefreshInterval), LeaderRefreshInterval),
        ];
        errors.AddRange(positive.Where(time => time.Value <= TimeSpan.Zero).Select(time => $"{time.Name} is not above zero."));
        if (AttemptTimeout > RequestTimeout)
        {
            errors.Add($"{nameof(AttemptTimeout)} is above {nameof(RequestTimeout)}.");
        }

        if (KeepAlivePingDelay < KeepAlivePingDelayMin)
        {
            errors.Add($"{nameof(KeepAlivePingDelay)} is below {KeepAlivePingDelayMin.TotalSeconds} s, which servers refuse.");
        }

        if (EndpointBackoffMax < EndpointBackoffMin)
        {
            errors.Add($"{nameof(EndpointBackoffMax)} is below {nameof(EndpointBackoffMin)}.");
        }

        return errors;
    }
}
