namespace Coordination.Linearizability;

/// <summary>
/// The one clock of a history, shared by all that record into it: monotonic, in ticks of 100 ns since it was made. Thread-safe.
/// </summary>
public sealed class HistoryClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Ticks of 100 ns since the clock was made.</summary>
    public long Now => time.GetElapsedTime(_origin).Ticks;
}
