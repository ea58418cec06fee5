namespace Coordination.Simulation;

/// <summary>
/// What is to go wrong with a <see cref="SimulatedFileSystem"/>, and how often what was done. A fault fires once; several can wait at
/// the same time, one of each kind and one that counts operations of every kind.
/// </summary>
public sealed class FileFaults
{
    private const int Kinds = (int)FileOperation.SyncDirectory + 1;
    private readonly long[] _counts = new long[Kinds];
    private readonly long[] _failAt = new long[Kinds];
    private long _total;
    private long _failAtTotal;

    /// <summary>
    /// Syncs succeed but nothing becomes durable. Storage cannot survive such a disk; simulations use it to show that losing synced data
    /// is noticed.
    /// </summary>
    public bool SyncsLie { get; set; }

    /// <summary>The most bytes that all files together may have; more is <see cref="Coordination.Storage.DiskFullException"/>.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>How many faults have fired.</summary>
    public long Fired { get; private set; }

    /// <summary>How many operations of all kinds there were.</summary>
    public long TotalOperations => _total;

    /// <summary>How many operations of one kind there were.</summary>
    public long CountOf(FileOperation operation) => _counts[(int)operation];

    /// <summary>Lets the <paramref name="n"/>-th operation of a kind from now on fail; 1 is the next one.</summary>
    public void FailNth(FileOperation operation, long n) => _failAt[(int)operation] = _counts[(int)operation] + n;

    /// <summary>Lets the <paramref name="n"/>-th operation of any kind from now on fail; 1 is the next one.</summary>
    public void FailNth(long n) => _failAtTotal = _total + n;

    /// <summary>Forgets the faults that have not fired.</summary>
    public void Clear()
    {
        Array.Clear(_failAt);
        _failAtTotal = 0;
    }

    /// <summary>Counts an operation and says whether it has to fail.</summary>
    internal bool Fails(FileOperation operation)
    {
        long count = ++_counts[(int)operation];
        long total = ++_total;
        if (count != _failAt[(int)operation] && total != _failAtTotal)
        {
            return false;
        }

        Fired++;
        return true;
    }
}
