namespace Coordination.Client;

/// <summary>
/// A cluster seen through a prefix: keys in requests get it, keys in answers lose it, and nothing outside of it can be reached. Belongs to
/// the <see cref="CoordinationClient"/> that it came from and ends with it. Any thread.
/// </summary>
public sealed class CoordinationNamespace
{
    private readonly Connections _connections;

    internal CoordinationNamespace(Key prefix, Connections connections)
    {
        Prefix = prefix;
        _connections = connections;
        var keyPrefix = new KeyPrefix(prefix);
        KeyValues = new KeyValueClient(connections.Caller, keyPrefix);
        Leases = new LeaseClient(connections.Caller, connections.Keeper, keyPrefix);
        Watches = new WatchClient(connections, keyPrefix);
    }

    /// <summary>What every key begins with.</summary>
    public Key Prefix { get; }

    /// <summary>Keys and values below the prefix.</summary>
    public KeyValueClient KeyValues { get; }

    /// <summary>Leases, which belong to the whole cluster.</summary>
    public LeaseClient Leases { get; }

    /// <summary>Watches of keys below the prefix.</summary>
    public WatchClient Watches { get; }

    /// <summary>Reads a range and keeps it up to date in this process; see <see cref="KeyCache"/>.</summary>
    /// <param name="range">The keys, such as <c>KeyRange.Prefix("services/")</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the first state.</param>
    /// <exception cref="RequestRefusedException">The server does not allow the range to be read.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public Task<KeyCache> OpenCacheAsync(KeyRange range, CancellationToken cancellationToken = default) =>
        KeyCache.OpenAsync(KeyValues, Watches, _connections.Telemetry, range, cancellationToken);

    /// <summary>A namespace within this one.</summary>
    /// <param name="prefix">What follows this namespace's own prefix.</param>
    public CoordinationNamespace InNamespace(Key prefix) => new(Prefix.Append(prefix), _connections);
}
