namespace Coordination.StateMachine;

/// <summary>
/// Keeps the values of recent changes in memory up to a number of bytes, oldest out first: what was written last is what is read, compared
/// and shown to watchers most. Used by the applying thread only; readers see a value go at any time and read it from the store then.
/// </summary>
internal sealed class ValueCache(long bytesMax)
{
    private readonly Queue<KeyVersion> _cached = new();
    private long _bytes;

    /// <summary>Takes a version whose value is in the store now.</summary>
    public void Add(KeyVersion version)
    {
        _cached.Enqueue(version);
        _bytes += Cost(version);
        while (_bytes > bytesMax && _cached.TryDequeue(out var oldest))
        {
            _bytes -= Cost(oldest);
            oldest.ForgetValue();
        }
    }

    private static long Cost(KeyVersion version) => version.CachedValue?.Length ?? 0;
}
