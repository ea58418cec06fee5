using System.Diagnostics.Metrics;

namespace Coordination.Server.Tests;

/// <summary>Follows the metric of silent connections of one host, so that a test can wait for a number of them.</summary>
internal sealed class SilentGauge : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waits = [];
    private int _count;

    public void Observe(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ListeningMetrics.MeterName && instrument.Meter.Scope == meters && instrument is UpDownCounter<int>)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, change, _, _) => Add(change));
        _listener.Start();
    }

    public Task WaitForAsync(int count)
    {
        lock (_lock)
        {
            if (_count == count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(int change)
    {
        lock (_lock)
        {
            _count += change;
            _waits.FindAll(wait => wait.Count == _count).ForEach(wait => wait.Reached.TrySetResult());
        }
    }
}
