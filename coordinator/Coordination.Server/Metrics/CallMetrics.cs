using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Counts gRPC calls by method, by the names that Go's gRPC middleware gave these metrics. Counting is a few increments a call; what they
/// come to is read off when somebody asks.
/// </summary>
internal sealed class CallMetrics
{
    private static readonly StatusCode[] Codes = Enum.GetValues<StatusCode>();

    private readonly ConcurrentDictionary<string, MethodCalls> _methods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Type, string Version), ClientCount> _clients = new();
    private readonly Histogram<double> _duration;

    public CallMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(NodeMetrics.MeterName);
        meter.CreateObservableCounter(
            "grpc_server_started_total", () => Each(calls => calls.Started), null, "Calls begun.");
        meter.CreateObservableCounter(
            "grpc_server_msg_received_total", () => Each(calls => calls.Received), null, "Messages received.");
        meter.CreateObservableCounter("grpc_server_msg_sent_total", () => Each(calls => calls.Sent), null, "Messages sent.");
        meter.CreateObservableCounter("grpc_server_handled_total", EachHandled, null, "Calls ended, by how.");
        meter.CreateObservableCounter("etcd_server_client_requests_total", EachClient, null, "Calls begun, by the client's version.");
        _duration = meter.CreateHistogram(
            "grpc_server_handling_seconds", null, "How long calls took; with --metrics=extensive.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = MetricBuckets.Seconds });
    }

    /// <summary>The figures of a method.</summary>
    /// <param name="name">Its full name, such as <c>/etcdserverpb.KV/Put</c>.</param>
    /// <param name="type">Its type.</param>
    public MethodCalls Of(string name, string type) =>
        _methods.TryGetValue(name, out MethodCalls? calls) ? calls : _methods.GetOrAdd(name, Create, type);

    /// <summary>How many calls of a method have ended.</summary>
    public long Handled(string name) => _methods.TryGetValue(name, out MethodCalls? calls) ? calls.Handled : 0;

    /// <summary>A call began.</summary>
    /// <param name="type"><c>unary</c> or <c>stream</c>.</param>
    /// <param name="version">What the client says its version is, or <c>unknown</c>.</param>
    public void OnClientRequest(string type, string version) => _clients.GetOrAdd((type, version), static _ => new ClientCount()).Increment();

    /// <summary>A call ended; for extensive metrics.</summary>
    public void OnDuration(MethodCalls calls, TimeSpan took) => _duration.Record(took.TotalSeconds, calls.Labels);

    private static MethodCalls Create(string name, string type)
    {
        string[] parts = name.Split('/');
        return new MethodCalls(parts[^2], parts[^1], type);
    }

    private IEnumerable<Measurement<long>> Each(Func<MethodCalls, long> read) =>
        _methods.Values.Select(calls => new Measurement<long>(read(calls), calls.Labels));

    private IEnumerable<Measurement<long>> EachHandled() =>
        from calls in _methods.Values
        from code in Codes
        let count = calls.HandledWith(code)
        where count > 0
        select new Measurement<long>(count, [new("grpc_code", code.ToString()), .. calls.Labels]);

    private IEnumerable<Measurement<long>> EachClient() => _clients.Select(client => new Measurement<long>(
        client.Value.Count, new("client_api_version", client.Key.Version), new KeyValuePair<string, object?>("type", client.Key.Type)));

    private sealed class ClientCount
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public void Increment() => Interlocked.Increment(ref _count);
    }
}
