using System.Diagnostics;

namespace Coordination.Client;

/// <summary>What is told of one operation: its activity while it runs, and its duration when it ends. Belongs to the operation.</summary>
internal sealed class OperationTrace : IDisposable
{
    private readonly Telemetry _telemetry;
    private readonly Rpc _rpc;
    private readonly Activity? _activity;
    private readonly long _began;
    private int _attempts;
    private string? _error;

    public OperationTrace(Telemetry telemetry, Rpc rpc, Activity? activity)
    {
        _telemetry = telemetry;
        _rpc = rpc;
        _activity = activity;
        _began = telemetry.Time.GetTimestamp();
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("rpc.system", "grpc").SetTag("rpc.service", rpc.Service).SetTag("rpc.method", rpc.Method);
        }
    }

    /// <summary>An attempt begins.</summary>
    public void Attempt(Uri endpoint)
    {
        if (_attempts++ > 0)
        {
            _telemetry.Instruments.Retries.Add(1, new("rpc.service", _rpc.Service), new("rpc.method", _rpc.Method));
            _activity?.AddEvent(new ActivityEvent("retry"));
        }

        _activity?.SetTag("server.address", endpoint.Host).SetTag("server.port", endpoint.Port);
    }

    public void Fail(Exception failure)
    {
        _error = failure is CoordinationException known ? known.Error.ToString() : failure.GetType().Name;
        _activity?.SetTag("error.type", _error).SetStatus(ActivityStatusCode.Error, failure.Message);
    }

    public void Dispose()
    {
        if (_telemetry.Instruments.Duration.Enabled)
        {
            var tags = new TagList { { "rpc.service", _rpc.Service }, { "rpc.method", _rpc.Method } };
            if (_error is not null)
            {
                tags.Add("error.type", _error);
            }

            _telemetry.Instruments.Duration.Record(_telemetry.Time.GetElapsedTime(_began).TotalSeconds, tags);
        }

        _activity?.Dispose();
    }
}
