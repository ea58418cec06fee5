namespace Coordination.StateMachine;

/// <summary>How far a partition is with taking over its first keys, which come in chunks in the order of the keys.</summary>
/// <param name="Chunks">How many chunks it has taken: the number of the next one.</param>
/// <param name="LastKey">The last key of them; empty when there was none.</param>
/// <param name="LastRevision">The greatest mod revision among them; 0 when there was no key.</param>
public sealed record ReceivedKeys(long Chunks, byte[] LastKey, long LastRevision)
{
    /// <summary>Nothing was received yet.</summary>
    public static ReceivedKeys None { get; } = new(0, [], 0);
}
