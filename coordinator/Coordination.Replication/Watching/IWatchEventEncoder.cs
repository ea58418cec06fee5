using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>Makes the bytes of an event as watchers receive them: once for all of them.</summary>
public interface IWatchEventEncoder
{
    /// <summary>The bytes of one event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="previous">The key before it, for watchers who asked for that, if it existed and is not compacted away.</param>
    byte[] Encode(KeyEvent happened, KeyValue? previous);
}
