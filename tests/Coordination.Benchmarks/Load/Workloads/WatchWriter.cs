using System.Buffers.Binary;

namespace Coordination.Benchmarks;

/// <summary>Writes a watched key; the value begins with the time, from which the watchers learn how long the event took.</summary>
internal sealed class WatchWriter : GrpcCall
{
    private readonly Http2Connection _connection;
    private readonly WatchFanOut _fanOut;
    private readonly RequestTemplate _template;
    private readonly byte[] _request;
    private RandomSequence _random;

    public WatchWriter(Http2Connection connection, WatchFanOut fanOut, RequestTemplate template, int seed)
    {
        _connection = connection;
        _fanOut = fanOut;
        _template = template;
        _request = new byte[template.Length];
        _random = new RandomSequence((ulong)seed + 1);
    }

    public void Start(long now)
    {
        _template.Write(_request, ref _random);
        BinaryPrimitives.WriteInt64LittleEndian(_request.AsSpan(_template.FirstValueAt), now);
        _connection.StartUnary(this, _template.Method, _request);
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        // The events tell more.
    }

    protected override void OnEnd(GrpcOutcome outcome)
    {
        if (!outcome.IsOk)
        {
            _fanOut.Recorder.Fail(outcome.ToString());
        }

        _fanOut.AddIdle(this);
        _fanOut.Pump();
    }
}
