namespace Coordination.Silo.Tests;

/// <summary>One node's way to the shared table, which can be cut.</summary>
internal sealed class ReachableTable(InMemoryClusterTable table) : IClusterTable
{
    public bool IsCut { get; set; }

    public Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken) =>
        IsCut ? throw new ClusterTableUnavailableException() : table.ReadAllAsync(cancellationToken);

    public Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) =>
        IsCut ? throw new ClusterTableUnavailableException() : table.TryWriteAsync(writes, cancellationToken);
}
