using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>A client in a closed loop: one request under way, the next one as soon as its response is there.</summary>
internal sealed class UnaryClient : GrpcCall
{
    private readonly Http2Connection _connection;
    private readonly LoadRecorder _recorder;
    private readonly IReadOnlyList<RequestTemplate> _mix;
    private readonly int _weights;
    private readonly bool[] _wasChecked;
    private readonly byte[] _request;
    private RandomSequence _random;
    private int _current;
    private long _started;

    public UnaryClient(Http2Connection connection, LoadRecorder recorder, IReadOnlyList<RequestTemplate> mix, int seed)
    {
        _connection = connection;
        _recorder = recorder;
        _mix = mix;
        _weights = mix.Sum(each => each.Weight);
        _wasChecked = new bool[mix.Count];
        _request = new byte[mix.Max(each => each.Length)];
        _random = new RandomSequence((ulong)seed + 1);
    }

    public void Start()
    {
        _recorder.UnderWay++;
        StartNext();
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        RequestTemplate template = _mix[_current];
        if (message.Length < template.ResponseBytesMin)
        {
            _recorder.Fail($"a response of {message.Length} bytes, too short for what was asked for");
        }
        else if (!_wasChecked[_current])
        {
            _wasChecked[_current] = true;
            if (template.Check(message.ToArray()) is { } wrong)
            {
                _recorder.Fail(wrong);
            }
        }
    }

    protected override void OnEnd(GrpcOutcome outcome)
    {
        if (outcome.IsOk)
        {
            _recorder.Complete(_started, Stopwatch.GetTimestamp());
        }
        else
        {
            _recorder.Fail(outcome.ToString());
        }

        if (_recorder.IsStopping || _recorder.HasTooManyErrors)
        {
            _recorder.UnderWay--;
        }
        else
        {
            StartNext();
        }
    }

    private void StartNext()
    {
        Choose();
        RequestTemplate template = _mix[_current];
        template.Write(_request, ref _random);
        _started = Stopwatch.GetTimestamp();
        _connection.StartUnary(this, template.Method, _request.AsSpan(0, template.Length));
    }

    private void Choose()
    {
        _current = 0;
        if (_mix.Count == 1)
        {
            return;
        }

        for (int left = _random.Next(_weights); left >= _mix[_current].Weight; _current++)
        {
            left -= _mix[_current].Weight;
        }
    }
}
