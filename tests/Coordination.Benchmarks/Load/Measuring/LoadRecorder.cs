using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>
/// Where the clients of a run report to: counts and times operations while recording, collects errors always. Also tells the clients when
/// to stop. Used on the thread of the event loop only.
/// </summary>
internal sealed class LoadRecorder
{
    /// <summary>A server that only fails is not worth waiting for.</summary>
    private const int ErrorsMax = 1_000;

    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);

    public LatencyHistogram Latencies { get; private set; } = new();

    public long Operations { get; private set; }

    public bool IsRecording { get; private set; }

    /// <summary>Clients finish what is under way and begin nothing new.</summary>
    public bool IsStopping { get; private set; }

    public long Errors { get; private set; }

    public bool HasTooManyErrors => Errors >= ErrorsMax;

    /// <summary>Requests under way, or events still to be delivered.</summary>
    public long UnderWay { get; set; }

    public void StartRecording()
    {
        Latencies = new LatencyHistogram();
        Operations = 0;
        IsRecording = true;
    }

    public void StopRecording() => IsRecording = false;

    public void Stop() => IsStopping = true;

    /// <summary>An operation begun at <paramref name="started"/>, a timestamp of the stopwatch, has succeeded now.</summary>
    public void Complete(long started, long now)
    {
        if (IsRecording)
        {
            Operations++;
            Latencies.Record((long)((now - started) * NanosecondsPerTick));
        }
    }

    public void Fail(string error)
    {
        Errors++;
        _errors[error] = _errors.GetValueOrDefault(error) + 1;
    }

    /// <summary>Throws if anything went wrong since the beginning, warm-up included.</summary>
    public void ThrowIfFailed()
    {
        if (Errors > 0)
        {
            IEnumerable<string> lines = _errors.OrderByDescending(each => each.Value).Take(5).Select(each => $"{each.Value} x {each.Key}");
            throw new LoadException($"{Errors} operations failed: {string.Join("; ", lines)}");
        }
    }
}
