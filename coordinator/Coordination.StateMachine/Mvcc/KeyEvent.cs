namespace Coordination.StateMachine;

/// <summary>One change of one key, as watchers see it.</summary>
/// <param name="Current">The key after the change; a tombstone for a deletion, with nothing but key and mod revision.</param>
/// <param name="Before">The key before the change, or null when it did not exist.</param>
public readonly record struct KeyEvent(KeyValue Current, KeyVersionRef Before)
{
    /// <summary>Whether the key was deleted.</summary>
    public bool IsDelete => Current.Version == 0;
}

/// <summary>A version whose value may have to be read from the store before it can be shown.</summary>
public readonly struct KeyVersionRef
{
    internal KeyVersionRef(KeyVersion? version) => Version = version;

    /// <summary>Whether there is a version.</summary>
    public bool Exists => Version is not null;

    internal KeyVersion? Version { get; }
}
