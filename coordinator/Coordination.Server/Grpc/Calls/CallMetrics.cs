using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The calls of all methods as metrics, under the names that etcd's have. The instruments are observed: a call only counts in its method's
/// <see cref="MethodCounters"/>.
/// </summary>
internal sealed class CallMetrics
{
    public const string MeterName = "Coordination.Server.Grpc";

    private static readonly StatusCode[] Codes = Enum.GetValues<StatusCode>();

    private readonly ConcurrentQueue<MethodCounters> _methods = new();

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter(
            "grpc_server_started_total", () => Observe(static method => method.Started), "{call}", "Calls that began.");
        meter.CreateObservableCounter(
            "grpc_server_msg_received_total", () => Observe(static method => method.Received), "{message}", "Messages received.");
        meter.CreateObservableCounter(
            "grpc_server_msg_sent_total", () => Observe(static method => method.Sent), "{message}", "Messages sent.");
        meter.CreateObservableCounter("grpc_server_handled_total", ObserveHandled, "{call}", "Calls that ended, by their status.");
    }

    /// <summary>The counters of a method that is served from now on.</summary>
    public MethodCounters Add(IMethod method)
    {
        var counters = new MethodCounters(method.ServiceName, method.Name, method.Type);
        _methods.Enqueue(counters);
        return counters;
    }

    /// <summary>How many calls of a method have succeeded.</summary>
    public long Succeeded(string service, string name) =>
        _methods.Where(method => method.Service == service && method.Method == name).Sum(method => method.Handled(StatusCode.OK));

    private IEnumerable<Measurement<long>> Observe(Func<MethodCounters, long> count) =>
        _methods.Select(method => new Measurement<long>(count(method), Tags(method)));

    private IEnumerable<Measurement<long>> ObserveHandled() =>
        from method in _methods
        from code in Codes
        let count = method.Handled(code)
        where count > 0 || code == StatusCode.OK
        select new Measurement<long>(count, [.. Tags(method), new("grpc_code", NameOf(code))]);

    private static KeyValuePair<string, object?>[] Tags(MethodCounters method) =>
        [new("grpc_type", method.Type), new("grpc_service", method.Service), new("grpc_method", method.Method)];

    /// <summary>The one name that is spelled differently elsewhere.</summary>
    private static string NameOf(StatusCode code) => code == StatusCode.Cancelled ? "Canceled" : code.ToString();
}
