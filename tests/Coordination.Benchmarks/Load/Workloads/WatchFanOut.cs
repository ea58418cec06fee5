using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>
/// Keeps writers and watchers of one run in step: only so many puts may be out whose events are not all delivered. Without that the writers
/// would run ahead, and what is measured would be how a server deals with watchers that fell behind.
/// </summary>
internal sealed class WatchFanOut(LoadRecorder recorder, int eventsPerPut, int putsOutMax)
{
    private readonly Stack<WatchWriter> _idleWriters = [];

    public LoadRecorder Recorder => recorder;

    /// <summary>How many watchers the server has confirmed.</summary>
    public int WatchersCreated { get; set; }

    public void AddIdle(WatchWriter writer) => _idleWriters.Push(writer);

    /// <summary>Events of a put begun at <paramref name="started"/> have reached a watcher.</summary>
    public void Deliver(long started, long now)
    {
        recorder.UnderWay--;
        recorder.Complete(started, now);
    }

    /// <summary>Begins as many puts as are allowed.</summary>
    public void Pump()
    {
        while (!recorder.IsStopping && !recorder.HasTooManyErrors
            && recorder.UnderWay <= (long)(putsOutMax - 1) * eventsPerPut && _idleWriters.TryPop(out WatchWriter? writer))
        {
            recorder.UnderWay += eventsPerPut;
            writer.Start(Stopwatch.GetTimestamp());
        }
    }
}
