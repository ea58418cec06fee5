using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>Makes the bytes of events, as they lie in the responses of all their watchers.</summary>
internal sealed class WatchEventEncoder : IWatchEventEncoder
{
    /// <inheritdoc/>
    public byte[] Encode(KeyEvent happened, StateMachine.KeyValue? previous)
    {
        var encoded = new Event { Kv = Encode(happened.Current) };
        if (happened.IsDelete)
        {
            encoded.Type = Event.Types.EventType.Delete;
        }

        if (previous is not null)
        {
            encoded.PrevKv = Encode(previous);
        }

        // A response with nothing but the event is the event as it lies in a response: repeated fields follow one another.
        return new WatchResponse { Events = { encoded } }.ToByteArray();
    }

    /// <summary>Keys and values never change, so the message may refer to them.</summary>
    private static Protocol.Etcd.KeyValue Encode(StateMachine.KeyValue item) => new()
    {
        Key = UnsafeByteOperations.UnsafeWrap(item.Key),
        Value = UnsafeByteOperations.UnsafeWrap(item.Value),
        CreateRevision = item.CreateRevision,
        ModRevision = item.ModRevision,
        Version = item.Version,
        Lease = item.Lease,
    };
}
