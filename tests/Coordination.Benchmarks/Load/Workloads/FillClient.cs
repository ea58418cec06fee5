using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>One of the clients that together put the keys 0 to N - 1 into the store.</summary>
internal sealed class FillClient : GrpcCall
{
    private readonly Http2Connection _connection;
    private readonly LoadRecorder _recorder;
    private readonly RequestTemplate _template;
    private readonly FillPlan _plan;
    private readonly byte[] _request;
    private RandomSequence _random;
    private long _started;

    public FillClient(Http2Connection connection, LoadRecorder recorder, RequestTemplate template, FillPlan plan, int seed)
    {
        _connection = connection;
        _recorder = recorder;
        _template = template;
        _plan = plan;
        _request = new byte[template.Length];
        _random = new RandomSequence((ulong)seed + 1);
    }

    public void Start()
    {
        if (_plan.TakeNext() is not { } firstKey)
        {
            return;
        }

        _recorder.UnderWay++;
        _template.WriteConsecutive(_request, firstKey, ref _random);
        _started = Stopwatch.GetTimestamp();
        _connection.StartUnary(this, _template.Method, _request);
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        // That it came with status 0 is all there is to know of a write.
    }

    protected override void OnEnd(GrpcOutcome outcome)
    {
        _recorder.UnderWay--;
        if (outcome.IsOk)
        {
            _recorder.Complete(_started, Stopwatch.GetTimestamp());
            Start();
        }
        else
        {
            _recorder.Fail(outcome.ToString());
        }
    }
}
