namespace Coordination.Client;

/// <summary>
/// A client of one cluster: of this project's coordinator, or of etcd 3.4 and later. Make one for a process and keep it. All members may be
/// called from any thread at the same time. Connections are made when they are first needed. Disposal ends watches and lease sessions;
/// it revokes no lease, so that what hangs on a session vanishes when its time to live has passed, unless the session is disposed first.
/// </summary>
/// <example><code>
/// await using var client = new CoordinationClient("http://127.0.0.1:2379");
/// await client.KeyValues.PutAsync("greeting", "hello");
/// GetResult greeting = await client.KeyValues.GetAsync("greeting");
/// </code></example>
public sealed class CoordinationClient : IAsyncDisposable
{
    private readonly Connections _connections;
    private readonly CoordinationNamespace _root;

    /// <summary>A client with default options.</summary>
    /// <param name="endpoints">The client addresses of members of one cluster, such as <c>http://127.0.0.1:2379</c>.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or one that is no http or https address.</exception>
    /// <exception cref="UriFormatException">An endpoint is no address.</exception>
    public CoordinationClient(params IEnumerable<string> endpoints)
        : this(ToOptions(endpoints))
    {
    }

    /// <summary>A client with the given options.</summary>
    /// <param name="options">Where the servers are, and how they are called.</param>
    /// <exception cref="ArgumentException">The options make no sense; names everything that is wrong with them.</exception>
    public CoordinationClient(CoordinationClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.FindErrors();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        }

        _connections = new Connections(options);
        _root = new CoordinationNamespace(options.Namespace, _connections);
    }

    /// <summary>Keys and values, in the namespace of the options.</summary>
    public KeyValueClient KeyValues => _root.KeyValues;

    /// <summary>Leases.</summary>
    public LeaseClient Leases => _root.Leases;

    /// <summary>Watches of keys, in the namespace of the options.</summary>
    public WatchClient Watches => _root.Watches;

    /// <summary>The same cluster seen through a prefix, below the namespace of the options. Shares the connections.</summary>
    /// <param name="prefix">What every key begins with, such as <c>app/</c>.</param>
    public CoordinationNamespace InNamespace(Key prefix) => _root.InNamespace(prefix);

    /// <summary>Reads a range and keeps it up to date in this process; see <see cref="KeyCache"/>.</summary>
    /// <param name="range">The keys, such as <c>KeyRange.Prefix("services/")</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the first state.</param>
    /// <exception cref="RequestRefusedException">The server does not allow the range to be read.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public Task<KeyCache> OpenCacheAsync(KeyRange range, CancellationToken cancellationToken = default) =>
        _root.OpenCacheAsync(range, cancellationToken);

    /// <summary>Ends everything that is under way and closes the connections.</summary>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private static CoordinationClientOptions ToOptions(IEnumerable<string> endpoints)
    {
        var options = new CoordinationClientOptions();
        foreach (var endpoint in endpoints)
        {
            options.Endpoints.Add(new Uri(endpoint));
        }

        return options;
    }
}
