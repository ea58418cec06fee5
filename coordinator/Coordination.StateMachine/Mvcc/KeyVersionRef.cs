namespace Coordination.StateMachine;

/// <summary>A version whose value may have to be read from the store before it can be shown.</summary>
public readonly struct KeyVersionRef
{
    internal KeyVersionRef(KeyVersion? version) => Version = version;

    /// <summary>Whether there is a version.</summary>
    public bool Exists => Version is not null;

    internal KeyVersion? Version { get; }
}
