using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// Makes the bytes of an event as watchers receive them: once for all of them. Called by one thread at a time, not always the same.
/// </summary>
public interface IWatchEventEncoder
{
    /// <summary>
    /// The bytes of one event, complete with whatever separates it from the next one: the bytes of several, one after the other, are the
    /// events of a response.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <param name="previous">The key before it, for watchers who asked for that, if it existed and is not compacted away.</param>
    byte[] Encode(KeyEvent happened, KeyValue? previous);
}
