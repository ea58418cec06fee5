namespace Coordination.Client;

/// <summary>
/// A cluster seen through a prefix: keys in requests get it, keys in answers lose it, and nothing outside of it can be reached. Belongs to
/// the <see cref="CoordinationClient"/> that it came from and ends with it. Any thread.
/// </summary>
public sealed class CoordinationNamespace
{
    private readonly Caller _caller;

    internal CoordinationNamespace(Key prefix, Caller caller)
    {
        Prefix = prefix;
        _caller = caller;
        KeyValues = new KeyValueClient(caller, new KeyPrefix(prefix));
    }

    /// <summary>What every key begins with.</summary>
    public Key Prefix { get; }

    /// <summary>Keys and values below the prefix.</summary>
    public KeyValueClient KeyValues { get; }

    /// <summary>A namespace within this one.</summary>
    /// <param name="prefix">What follows this namespace's own prefix.</param>
    public CoordinationNamespace InNamespace(Key prefix) => new(Prefix.Append(prefix), _caller);
}
