namespace Coordination.Server;

/// <summary>
/// Whether the store may grow. Asking the store for its size costs more than a put, so the size is one of at most
/// <see cref="SizeAgeMax"/> ago plus what was let through since; before something is refused, the store is asked. From any thread.
/// </summary>
internal sealed class SpaceQuota(long? quotaBytes, Func<long> readSize, TimeProvider time)
{
    private static readonly TimeSpan SizeAgeMax = TimeSpan.FromMilliseconds(100);

    private readonly long _ageMax = (long)(SizeAgeMax.TotalSeconds * time.TimestampFrequency);
    private long _sizeBytes;
    private long _acceptedBytes;
    private long _nextReading = long.MinValue;

    /// <summary>Size in bytes from which on the store does not grow; null for none.</summary>
    public long? QuotaBytes => quotaBytes;

    /// <summary>Whether there is room for so many bytes more; if so, they are taken for used.</summary>
    public bool TryUse(long bytes)
    {
        if (quotaBytes is not { } quota || bytes == 0)
        {
            return true;
        }

        if (time.GetTimestamp() >= Volatile.Read(ref _nextReading))
        {
            ReadSize();
        }

        long accepted = Interlocked.Add(ref _acceptedBytes, bytes);
        if (Volatile.Read(ref _sizeBytes) + accepted < quota)
        {
            return true;
        }

        ReadSize();
        return Volatile.Read(ref _sizeBytes) + bytes < quota;
    }

    private void ReadSize()
    {
        // Calls that meet here read the same size, and what they accept in between may be counted twice or not at all for a moment: the
        // quota is a rule of thumb anyway.
        Volatile.Write(ref _nextReading, time.GetTimestamp() + _ageMax);
        Volatile.Write(ref _sizeBytes, readSize());
        Interlocked.Exchange(ref _acceptedBytes, 0);
    }
}
