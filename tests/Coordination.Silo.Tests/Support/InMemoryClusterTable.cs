namespace Coordination.Silo.Tests;

/// <summary>A cluster table that one process shares, and that can lose its quorum.</summary>
internal sealed class InMemoryClusterTable : IClusterTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ClusterTableRow> _rows = new(StringComparer.Ordinal);
    private long _version;

    public bool HasQuorum { get; set; } = true;

    public Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckQuorum();
        lock (_lock)
        {
            var rows = new Dictionary<string, ClusterTableRow>(_rows, StringComparer.Ordinal);
            return Task.FromResult(new ClusterTableSnapshot(_version, rows));
        }
    }

    public async Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Other writers come in between, as they do with a table that is not in memory.
        await Task.Yield();
        CheckQuorum();
        lock (_lock)
        {
            if (!writes.All(write => write.Allows(_rows.TryGetValue(write.Key, out ClusterTableRow? row) ? row.Version : null)))
            {
                return false;
            }

            _version++;
            foreach (RowWrite write in writes)
            {
                if (write.Value is { } value)
                {
                    _rows[write.Key] = new ClusterTableRow(value.ToArray(), _version);
                }
                else
                {
                    _rows.Remove(write.Key);
                }
            }

            return true;
        }
    }

    private void CheckQuorum()
    {
        if (!HasQuorum)
        {
            throw new ClusterTableUnavailableException();
        }
    }
}
