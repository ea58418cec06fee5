using System.Buffers.Binary;
using System.Diagnostics;
using Coordination.Protocol.Etcd;
using Google.Protobuf;

namespace Coordination.Benchmarks;

/// <summary>One watch stream with many watchers.</summary>
internal sealed class WatchStream(Http2Connection connection, WatchFanOut fanOut) : GrpcCall
{
    private bool _isOpen;

    /// <summary>Asks for a watcher of the key with this number.</summary>
    public void AddWatcher(int keyNumber)
    {
        var create = new WatchCreateRequest { Key = ByteString.CopyFrom(LoadKeys.GetKey(keyNumber)) };
        byte[] request = new WatchRequest { CreateRequest = create }.ToByteArray();
        if (_isOpen)
        {
            connection.Send(this, request);
            return;
        }

        _isOpen = true;
        connection.StartStream(this, GrpcMethod.Watch, request);
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        long now = Stopwatch.GetTimestamp();
        var reader = new WatchResponseReader(message);
        while (reader.ReadEvent(out ReadOnlySpan<byte> value))
        {
            fanOut.Deliver(BinaryPrimitives.ReadInt64LittleEndian(value), now);
        }

        if (reader.IsCanceled)
        {
            fanOut.Recorder.Fail($"a watcher was cancelled: {WatchResponse.Parser.ParseFrom(message).CancelReason}");
        }
        else if (reader.IsCreated)
        {
            fanOut.WatchersCreated++;
            return;
        }

        fanOut.Pump();
    }

    protected override void OnEnd(GrpcOutcome outcome) => fanOut.Recorder.Fail($"a watch stream ended: {outcome}");
}
