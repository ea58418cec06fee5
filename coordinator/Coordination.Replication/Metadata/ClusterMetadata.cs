using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// The cluster's own metadata, as one replica of a partition has them: a small table that all members agree on. Those that count are
/// partition 0's. Thread-safe; nothing here blocks, and every call but <see cref="WaitForChangeAsync"/> ends by itself within
/// <see cref="PartitionReplicaOptions.RequestTimeout"/>.
/// </summary>
public sealed class ClusterMetadata
{
    private readonly PartitionReplica _replica;
    private readonly MetadataSignal _changes;
    private readonly TimeSpan _requestTimeout;
    private readonly TimeProvider _time;

    internal ClusterMetadata(PartitionReplica replica, MetadataSignal changes, TimeSpan requestTimeout, TimeProvider time)
    {
        _replica = replica;
        _changes = changes;
        _requestTimeout = requestTimeout;
        _time = time;
    }

    /// <summary>
    /// What this replica has applied; other members may be ahead. Versions never go back, also when a snapshot is installed.
    /// </summary>
    public MetadataSnapshot Current => _replica.View.Metadata;

    /// <summary>Reads what contains every write that anybody was told of before the call (a linearizable read).</summary>
    public async Task<MetadataRead> ReadAsync()
    {
        try
        {
            var read = await BoundedAsync(_replica.ReadAsync().AsTask()).ConfigureAwait(false);
            return new MetadataRead(read.End, read.View?.Metadata);
        }
        catch (TimeoutException)
        {
            return new MetadataRead(ReadEnd.TimedOut, null);
        }
    }

    /// <summary>
    /// Writes all rows, if the condition of each of them holds, and otherwise none. When the write ends as written, it is in
    /// <see cref="Current"/>. A caller that no longer waits does not take the write back.
    /// </summary>
    /// <param name="writes">At least one; no two of the same row.</param>
    /// <exception cref="ArgumentException">
    /// There are none, two of the same row, or more than the limits of <see cref="MetadataWriteCommand"/> allow.
    /// </exception>
    public Task<MetadataWriteOutcome> TryWriteAsync(IReadOnlyList<MetadataWrite> writes) => WriteAsync(new MetadataWriteCommand(writes));

    /// <summary>Waits until this replica shows a version of the metadata after <paramref name="afterVersion"/>, and returns it.</summary>
    /// <param name="afterVersion">The version that the caller has seen; any newer one ends the wait, at once if it is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    public async Task<MetadataSnapshot> WaitForChangeAsync(long afterVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _changes.Next;
            var current = Current;
            if (current.Version > afterVersion)
            {
                return current;
            }

            if (!await next.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new InvalidOperationException("The replica has stopped.");
            }
        }
    }

    private async Task<MetadataWriteOutcome> WriteAsync(MetadataWriteCommand command)
    {
        try
        {
            return OutcomeOf(await BoundedAsync(_replica.ProposeAsync(command)).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            return new MetadataWriteOutcome(MetadataWriteEnd.Unknown, 0);
        }
    }

    /// <summary>The replica keeps the bound by its ticks; this keeps it even when it has none, or when a leader does not answer.</summary>
    private Task<T> BoundedAsync<T>(Task<T> answer) => answer.WaitAsync(_requestTimeout, _time);

    private static MetadataWriteOutcome OutcomeOf(ProposalOutcome outcome) => outcome switch
    {
        { End: ProposalEnd.Applied, Result.Result: MetadataWriteResult result } =>
            new MetadataWriteOutcome(result.Succeeded ? MetadataWriteEnd.Written : MetadataWriteEnd.ConditionFailed, result.Version),
        { End: ProposalEnd.Applied } => new MetadataWriteOutcome(MetadataWriteEnd.Refused, 0),
        { End: ProposalEnd.NotLeader or ProposalEnd.TooManyRequests or ProposalEnd.Superseded } =>
            new MetadataWriteOutcome(MetadataWriteEnd.NotTaken, 0),
        _ => new MetadataWriteOutcome(MetadataWriteEnd.Unknown, 0),
    };
}
