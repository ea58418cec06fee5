namespace Coordination.Silo.Tests;

/// <summary>A table that is of no use while a silo runs: its owner can always look at it before it builds one.</summary>
internal sealed class UnstartableTable : IClusterTable
{
    private readonly InMemoryClusterTable _table = new();
    private int _refusals;

    /// <summary>How many looks and writes of silos got no answer.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>Whether a silo runs now.</summary>
    public Func<bool> SiloRuns { get; set; } = static () => false;

    /// <summary>Whether silos are told at once that there is no quorum; otherwise they wait for as long as they will.</summary>
    public bool Fails { get; set; }

    public async Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        await RefuseSilosAsync(cancellationToken);
        return await _table.ReadAllAsync(cancellationToken);
    }

    public async Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        await RefuseSilosAsync(cancellationToken);
        return await _table.TryWriteAsync(writes, cancellationToken);
    }

    private async Task RefuseSilosAsync(CancellationToken cancellationToken)
    {
        if (!SiloRuns())
        {
            return;
        }

        Interlocked.Increment(ref _refusals);
        if (Fails)
        {
            throw new ClusterTableUnavailableException();
        }

        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }
}
