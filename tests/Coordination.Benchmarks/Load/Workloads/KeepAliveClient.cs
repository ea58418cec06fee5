using System.Diagnostics;
using Coordination.Protocol.Etcd;
using Google.Protobuf;

namespace Coordination.Benchmarks;

/// <summary>A client that renews its lease on a stream of its own, again and again, each time when the answer is there.</summary>
internal sealed class KeepAliveClient(Http2Connection connection, LoadRecorder recorder, long leaseId) : GrpcCall
{
    private readonly byte[] _request = new LeaseKeepAliveRequest { ID = leaseId }.ToByteArray();
    private int _responseBytesMin;
    private long _started;

    public void Start()
    {
        recorder.UnderWay++;
        _started = Stopwatch.GetTimestamp();
        connection.StartStream(this, GrpcMethod.LeaseKeepAlive, _request);
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        // An answer for a lost lease lacks the remaining time, so it is shorter.
        if (_responseBytesMin == 0 && LeaseKeepAliveResponse.Parser.ParseFrom(message).TTL > 0)
        {
            _responseBytesMin = message.Length;
        }

        if (message.Length < _responseBytesMin || _responseBytesMin == 0)
        {
            recorder.Fail("a lease is lost while it is being renewed");
        }

        recorder.Complete(_started, Stopwatch.GetTimestamp());
        if (recorder.IsStopping || recorder.HasTooManyErrors)
        {
            recorder.UnderWay--;
            return;
        }

        _started = Stopwatch.GetTimestamp();
        connection.Send(this, _request);
    }

    protected override void OnEnd(GrpcOutcome outcome)
    {
        recorder.UnderWay--;
        recorder.Fail($"a keepalive stream ended: {outcome}");
    }
}
