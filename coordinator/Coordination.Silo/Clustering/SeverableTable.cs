namespace Coordination.Silo;

/// <summary>
/// One silo's way to the cluster's table. Orleans insists on having its silos' last words in the table, and tries for minutes while there
/// is no quorum to write them. Once severed, the silo has only its own last view, and writes that reach nobody succeed: it ends at once,
/// and whatever it says then changes nothing for others. Severed by <see cref="SiloLife"/>; called on any thread.
/// </summary>
internal sealed class SeverableTable(IClusterTable table, TimeProvider time) : IClusterTable, IDisposable
{
    /// <summary>The pace of answers from memory, for whoever looks again and again for news that cannot come any more.</summary>
    private static readonly TimeSpan SeveredPace = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _severed = new();

    /// <summary>The latest view of an initialized membership; at first one without any silo.</summary>
    private ClusterTableSnapshot _latest = new(
        0, new Dictionary<string, ClusterTableRow> { [MembershipRows.VersionKey] = new(MembershipRows.EncodeNumber(0), 0) });

    /// <summary>Ends what is under way with the table; from now on it is asked nothing.</summary>
    public void Sever() => _severed.Cancel();

    /// <inheritdoc/>
    public Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken) => AskAsync(
        async token =>
        {
            ClusterTableSnapshot snapshot = await table.ReadAllAsync(token);
            if (snapshot.Rows.ContainsKey(MembershipRows.VersionKey))
            {
                Volatile.Write(ref _latest, snapshot);
            }

            return snapshot;
        },
        () => Volatile.Read(ref _latest),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) =>
        AskAsync(token => table.TryWriteAsync(writes, token), static () => true, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _severed.Dispose();

    private async Task<T> AskAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T> answerWhenSevered, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _severed.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (_severed.IsCancellationRequested)
        {
            await Task.Delay(SeveredPace, time, cancellationToken);
            return answerWhenSevered();
        }
    }
}
