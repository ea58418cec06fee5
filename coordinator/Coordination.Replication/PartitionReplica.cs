using System.Buffers;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// One replica of one partition, as the rest of the node sees it: proposals and reads go in from any thread, and end when the replica's own
/// loop (<see cref="ReplicaLoop"/>) has what they wait for. Nothing here blocks.
/// </summary>
public sealed class PartitionReplica
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _encoding;

    [ThreadStatic]
    private static SharedChunks? _commands;

    private readonly ReplicaLoop _loop;
    private readonly LeadershipTransfer _transfer;

    internal PartitionReplica(
        ReplicaLoop loop, MetadataSignal metadataChanges, IReplicaNetwork? network, PartitionReplicaOptions options, TimeProvider time)
    {
        _loop = loop;
        _transfer = new LeadershipTransfer(loop, options, time);
        Leases = new PartitionLeases(loop, network, options, time);
        Metadata = new ClusterMetadata(this, metadataChanges, options.RequestTimeout, time);
    }

    /// <summary>The partition's number.</summary>
    public uint Partition => _loop.Partition.Value;

    /// <summary>The replica's id: the member's.</summary>
    public ulong Id => _loop.Id.Value;

    /// <summary>Whether the replica has stopped: it was retired, or dropped, or its host is gone.</summary>
    public bool IsStopped => _loop.IsStopped;

    /// <summary>Its term.</summary>
    public ulong Term => _loop.Published.Term;

    /// <summary>Whether it leads.</summary>
    public bool IsLeader => _loop.Published.IsLeader;

    /// <summary>
    /// Completes when the replica has applied an entry of a leader's own term for the first time: it can serve from then on.
    /// </summary>
    public Task Started => _loop.Started;

    /// <summary>The applied state: what a serializable read sees. From any thread.</summary>
    public StoreView View => _loop.View;

    /// <summary>The leases, renewed and asked about through any replica.</summary>
    public PartitionLeases Leases { get; }

    /// <summary>The watches on the partition.</summary>
    public WatchHub Watches => _loop.Watches;

    /// <summary>The cluster's own metadata, if this is a replica of partition 0; others have a table that nobody uses.</summary>
    public ClusterMetadata Metadata { get; }

    /// <summary>What the replica has applied since its start.</summary>
    public ReplicaCounters Counters => _loop.Counters;

    /// <summary>About how many bytes the state takes, on disk and in memory; a moment old.</summary>
    public long SizeBytes => _loop.Store.SizeBytes;

    /// <summary>About how many of <see cref="SizeBytes"/> hold something that can be read.</summary>
    public long SizeInUseBytes => _loop.Store.SizeInUseBytes;

    /// <summary>A picture of the replica; allocates.</summary>
    public ReplicaStatus GetStatus() => _loop.GetStatus();

    /// <summary>
    /// Proposes a command and waits until it is applied here, or certain not to be, or <see cref="PartitionReplicaOptions.RequestTimeout"/>
    /// has passed. While no leader is known it waits for one. There is no cancellation: a caller that no longer cares stops waiting, and
    /// the proposal takes its course.
    /// </summary>
    public Task<ProposalOutcome> ProposeAsync(Command command)
    {
        var buffer = _encoding ??= new ArrayBufferWriter<byte>(1024);
        CommandCodec.Encode(command, buffer);
        var bytes = (_commands ??= new SharedChunks()).Copy(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
        return ProposeAsync(bytes);
    }

    /// <summary>Proposes an encoded command, whose bytes must not change any more.</summary>
    /// <inheritdoc cref="ProposeAsync(Command)"/>
    public Task<ProposalOutcome> ProposeAsync(ReadOnlyMemory<byte> command) => _loop.ProposeAsync(command);

    /// <summary>
    /// Waits for a view that contains everything that any client was told of before the call (a linearizable read). The wait ends at the
    /// latest after <see cref="PartitionReplicaOptions.RequestTimeout"/>.
    /// </summary>
    public ValueTask<LinearizableRead> ReadAsync() => _loop.ReadAsync();

    /// <summary>
    /// Runs <paramref name="query"/> on the applying thread, between commands: for what <see cref="View"/> does not show.
    /// </summary>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    public Task<T> QueryAsync<T>(Func<PartitionState, T> query) => _loop.QueryAsync(query);

    /// <summary>The last entry that the log has given up; for those who check what replicas do.</summary>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    internal Task<ulong> FindLogBaseAsync() => _loop.QueryCoreAsync(static node => node.GetStatus().SnapshotIndex.Value);

    /// <summary>Completes when nothing that a compaction gave up is left in the store.</summary>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    public Task CompactionFinishedAsync() => _loop.CompactionFinishedAsync();

    /// <summary>
    /// Rewrites the store without what is deleted, so that <see cref="SizeBytes"/> shrinks. Takes time; commands and reads go on.
    /// </summary>
    public Task DefragmentAsync() => _loop.RunInBackgroundAsync(static store => store.Defragment());

    /// <summary>Makes a copy of the store as of now in a new directory, by links; see <c>docs/disk-format.md</c>.</summary>
    public Task CheckpointAsync(string directory) => _loop.RunInBackgroundAsync(store => store.Checkpoint(directory));

    /// <summary>
    /// Changes the members of the group, if this replica leads. Completes when the change is committed, and, if it went through a joint
    /// membership, when that has been left. When nothing is to be changed that is confirmed by an entry all the same, so that the answer is
    /// not that of a leader whose time is over. While another change is under way, and before the leader has committed in its term, it
    /// ends with <see cref="ProposalEnd.TooManyRequests"/>; one that contradicts the members as they are with
    /// <see cref="ProposalEnd.Refused"/>; one that promotes a learner too early with <see cref="ProposalEnd.NotCaughtUp"/>. A leader that
    /// removes itself steps down when that is committed, and lets the member that is furthest stand at once.
    /// </summary>
    /// <param name="change">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait; the change takes its course.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ProposalEnd> ChangeMembersAsync(MembersChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _loop.Members.ChangeAsync(change).WaitAsync(cancellationToken);
    }

    /// <summary>The members of the group as this replica knows them, a tick old at most. From any thread.</summary>
    public ReplicaMembers GetMembers() => _loop.Members.View.Published;

    /// <summary>
    /// Stands for election at once instead of after an election timeout, unless a leader is known: for the replicas of a partition that
    /// was just begun. May be repeated, since others may have begun theirs in between.
    /// </summary>
    public void Campaign() => _loop.Campaign();

    /// <summary>
    /// Hands leadership to another voter, if this replica leads: proposals wait meanwhile. Completes when the other leads, or did not come
    /// to it within two election timeouts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    public Task<LeadershipTransferEnd> TransferLeadershipAsync(ulong target) => _transfer.ToAsync(target);

    /// <summary>
    /// Before this replica stops: if it leads, lets the furthest of the others lead, so that nobody has to wait for an election timeout.
    /// Best effort, within two election timeouts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The replica stopped.</exception>
    public Task HandOverLeadershipAsync() => _transfer.ToAnyoneAsync();
}
