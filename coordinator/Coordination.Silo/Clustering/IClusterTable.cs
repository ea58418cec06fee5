namespace Coordination.Silo;

/// <summary>
/// A small table that the whole cluster shares and agrees on: linearizable, with a version for every row and one for the whole.
/// Thread-safe. Every call ends by itself within a bounded time, also when its token is never cancelled.
/// </summary>
public interface IClusterTable
{
    /// <summary>Reads every row, all of them at one moment, not older than the call.</summary>
    /// <exception cref="ClusterTableUnavailableException">There is no quorum to ask.</exception>
    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Writes all of the rows at once, if the condition of each of them holds, and otherwise none.</summary>
    /// <param name="writes">At least one write; no two of the same key.</param>
    /// <param name="cancellationToken">Ends the wait. It does not take the write back.</param>
    /// <returns>False when a condition did not hold, so that nothing was written.</returns>
    /// <exception cref="ClusterTableUnavailableException">No quorum confirmed the write in time. Whether it happens is unknown.</exception>
    /// <exception cref="OperationCanceledException">The caller does not wait any more. Whether the write happens is unknown.</exception>
    Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken);
}
