namespace Coordination.StateMachine;

/// <summary>One change of one key, as watchers see it.</summary>
/// <param name="Current">The key after the change; a tombstone for a deletion, with nothing but key and mod revision.</param>
/// <param name="Before">The key before the change, or null when it did not exist.</param>
public readonly record struct KeyEvent(KeyValue Current, KeyVersionRef Before)
{
    /// <summary>Whether the key was deleted.</summary>
    public bool IsDelete => Current.Version == 0;
}
