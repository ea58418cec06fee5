namespace Coordination.Replication;

/// <summary>How many bytes wait in the queues of all streams together. Any thread.</summary>
internal sealed class QueueBudget(long bytesMax)
{
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public bool IsSpent => Bytes > bytesMax;

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
