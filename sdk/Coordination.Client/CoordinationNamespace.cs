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

    /// <summary>A namespace within this one.</summary>
    /// <param name="prefix">What follows this namespace's own prefix.</param>
    public CoordinationNamespace InNamespace(Key prefix) => new(Prefix.Append(prefix), _connections);
}
