using System.Diagnostics;
using System.Security.Cryptography;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Everything that a node keeps under its data directory, open and running: one log, and for every partition of which it has a replica a
/// store and the replica. One host per directory, in any process: the log's lock makes sure of it. Thread-safe.
/// </summary>
/// <remarks>
/// Replicas come and go while the host runs. A replica exists from the moment the log durably says so: its store is begun after that, and
/// deleted after the log has let go of it. So what a crash in between leaves is a replica with an empty store, or a store without a
/// replica, and the next start makes both good.
/// </remarks>
public sealed class PartitionHost : IAsyncDisposable
{
    private readonly GroupCommitter _committer;
    private readonly PartitionLifecycle _lifecycle;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PartitionHostOptions _options;
    private readonly ILogger _logger;
    private ITimer? _ticker;

    private PartitionHost(
        WriteAheadLog log, PartitionHostOptions options, string states, IWatchEventEncoder encoder, ILogger logger, TimeProvider time)
    {
        _options = options;
        _logger = logger;
        _committer = new GroupCommitter(log, new GroupCommitterOptions(), failure => _failed.TrySetResult(failure));
        var factory = new ReplicaFactory(options, states, _committer, encoder, logger, time) { Failed = Note };
        _lifecycle = new PartitionLifecycle(factory, _committer, _failed.Task, logger);
    }

    /// <summary>The cluster that the data belong to.</summary>
    public ulong ClusterId => _options.ClusterId;

    /// <summary>The member that the data belong to.</summary>
    public ulong MemberId => _options.MemberId;

    /// <summary>The replicas at this moment, by partition.</summary>
    public IReadOnlyList<PartitionReplica> Partitions => _lifecycle.Hosted.Replicas;

    /// <summary>The replica of partition 0, which holds every key that no other partition holds.</summary>
    public PartitionReplica Default => _lifecycle.Hosted.Replicas[0];

    /// <summary>Completes when the node cannot go on, with the reason: the disk failed, or a check found what must not be.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Opens a data directory, or begins one.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="encoder">Makes the bytes of events that watchers share.</param>
    /// <param name="loggers">Where replicas write.</param>
    /// <param name="time">The clock of ticks and leases.</param>
    /// <exception cref="IOException">
    /// The directory cannot be read or written, another process has it open, or something in it is damaged or another node's; the message
    /// says which file.
    /// </exception>
    public static async Task<PartitionHost> OpenAsync(
        PartitionHostOptions options, IWatchEventEncoder encoder, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(time);
        var logger = loggers.CreateLogger("Coordination.Replication");
        string directory = Path.GetFullPath(options.DataDirectory);
        IFileSystem files = options.SyncWrites ? RealFileSystem.Instance : new UnsyncedFileSystem(RealFileSystem.Instance);
        if (options.LogSynced is { } synced)
        {
            files = new TimedFileSystem(files, synced);
        }

        var walOptions = new WalOptions { ClusterId = options.ClusterId, ReplicaNodeId = options.MemberId };
        var log = WriteAheadLog.Open(files, Path.Combine(directory, "wal"), walOptions, out var recovery);
        if (recovery.Cut is { } cut)
        {
            ReplicaLog.LogCut(logger, cut.Segment, cut.Offset, cut.Bytes);
        }

        string states = Path.Combine(directory, "state");
        var host = new PartitionHost(log, options, states, encoder, logger, time);
        try
        {
            await host.StartAsync(states, recovery, time).ConfigureAwait(false);
            return host;
        }
        catch
        {
            // Not handled, only cleaned up after: the directory must be free again.
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The replica of a partition, or null when this host has none.</summary>
    public PartitionReplica? Find(uint partition) => Find(new PartitionId(partition))?.Replica;

    /// <summary>
    /// Begins a replica of a new partition, which takes its keys over from another one before it serves; does nothing if there is one
    /// already. Completes when the replica is durable and runs; the partition has a leader when a majority of its members has begun theirs.
    /// </summary>
    /// <param name="partition">The partition's number, which no partition had before.</param>
    /// <param name="members">The members that have replicas of it, this one among them; the same on all of them.</param>
    /// <exception cref="IOException">The disk failed, and so does the host: <see cref="Failed"/>.</exception>
    /// <exception cref="ObjectDisposedException">The host has stopped.</exception>
    public Task<PartitionReplica> CreateAsync(uint partition, IReadOnlyList<ulong> members)
    {
        ArgumentOutOfRangeException.ThrowIfZero(partition);
        ArgumentNullException.ThrowIfNull(members);
        return _lifecycle.RunAsync(new PartitionId(partition), NewGroup(members));
    }

    /// <summary>
    /// Begins a replica of a partition that exists, without anything in it, so that the partition's leader can add it to the group
    /// (<see cref="PartitionReplica.ChangeMembersAsync"/>) and feed it; does nothing if there is one already. Completes when the replica is
    /// durable and runs.
    /// </summary>
    /// <param name="partition">The partition's number.</param>
    /// <param name="floorTerm">
    /// The term that an earlier replica of the partition on this member ended in (<see cref="RetireAsync"/>), which was dropped since; 0
    /// when there was none. The new one takes no part in terms up to that one, where the earlier one may have voted, and helps nobody to
    /// lead who may lack what the earlier one acknowledged. If that term is still the leader's,
    /// the group elects anew when the new one is fed; to hand leadership over before costs less.
    /// </param>
    /// <exception cref="IOException">The disk failed, and so does the host: <see cref="Failed"/>.</exception>
    /// <exception cref="ObjectDisposedException">The host has stopped.</exception>
    public Task<PartitionReplica> JoinAsync(uint partition, ulong floorTerm)
    {
        ArgumentOutOfRangeException.ThrowIfZero(partition);
        return _lifecycle.RunAsync(new PartitionId(partition), RestoredState.Joining(new Term(floorTerm)));
    }

    /// <summary>
    /// Stops the replica of a partition here for good, and deletes nothing: from then on it takes part in nothing, and
    /// <see cref="DropAsync"/> deletes it. Calls that wait end with <see cref="ProposalEnd.Stopped"/>. May be repeated. A host that is
    /// opened again runs the replica again, which may go on to later terms: whoever relies on the answer retires it again then.
    /// </summary>
    /// <returns>
    /// The term that the replica ended in: it has voted in no later one. Noted before the replica is dropped, it is what
    /// <see cref="JoinAsync"/> wants to know, should the member get a replica again. Null when there is no replica here.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The host has stopped.</exception>
    public Task<ulong?> RetireAsync(uint partition)
    {
        ArgumentOutOfRangeException.ThrowIfZero(partition);
        return _lifecycle.RetireAsync(new PartitionId(partition));
    }

    /// <summary>
    /// Ends the replica of a partition here, and deletes what it kept; does nothing if there is none. Calls that wait end with
    /// <see cref="ProposalEnd.Stopped"/>.
    /// </summary>
    /// <exception cref="IOException">The disk failed, and so does the host: <see cref="Failed"/>.</exception>
    /// <exception cref="ObjectDisposedException">The host has stopped.</exception>
    public Task DropAsync(uint partition)
    {
        ArgumentOutOfRangeException.ThrowIfZero(partition);
        return _lifecycle.DropAsync(new PartitionId(partition));
    }

    /// <summary>Takes a message for the replica of a partition. From any thread; one for a partition that is not here is dropped.</summary>
    public void Receive(PartitionId partition, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Find(partition)?.Loop.Receive(message);
    }

    /// <summary>Messages to a member were lost: what was sent ahead to its replica is sent again.</summary>
    public void Lost(PartitionId partition, ReplicaId member) => Find(partition)?.Loop.Lost(member);

    /// <summary>
    /// A member cannot be reached, which is to be said again as long as that is so. Replicas that it leads and that sleep wake, and hear
    /// from it or replace it.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="isGone">Whether its process has ended: then nobody waits for an election timeout.</param>
    public void Unreachable(ReplicaId member, bool isGone)
    {
        foreach (var hosted in _lifecycle.Hosted.All)
        {
            hosted.Loop.Unreachable(member, isGone);
        }
    }

    /// <summary>
    /// Where the files of a snapshot for a partition go while they come in; the directory does not exist yet. Null when the partition is
    /// not here.
    /// </summary>
    public string? NewSnapshotDirectory(PartitionId partition) => Find(partition)?.Loop.NewSnapshotDirectory();

    /// <summary>Checks that what has come into a directory is the snapshot at an index of a partition. From any thread.</summary>
    /// <exception cref="IOException">It is damaged, or not that snapshot.</exception>
    internal void CheckSnapshot(PartitionId partition, string directory, LogIndex index) =>
        Find(partition)?.Storage.Check(directory, index);

    /// <summary>
    /// Takes a snapshot that has come whole into <paramref name="directory"/>, which belongs to the replica from now on, and the message
    /// that announced it.
    /// </summary>
    public void Installing(PartitionId partition, InstallSnapshot message, string directory)
    {
        ArgumentNullException.ThrowIfNull(message);
        Find(partition)?.Loop.Receive(message, directory);
    }

    /// <summary>
    /// Proposes commands that another member handed over, if the replica of the partition leads. Completes when they are in the log.
    /// </summary>
    public Task<ForwardPosition> AcceptAsync(PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands) =>
        Find(partition)?.Loop.AcceptAsync(commands) ?? Task.FromResult(default(ForwardPosition));

    /// <summary>Answers another member's question about a lease, if the replica of the partition leads.</summary>
    public ValueTask<LeaseAnswer> AnswerAsync(PartitionId partition, LeaseQuestion question) =>
        Find(partition)?.Replica.Leases.AnswerAsync(question)
        ?? ValueTask.FromResult(new LeaseAnswer(ReadEnd.TimedOut, 0, 0));

    /// <summary>The figures of the log. From any thread.</summary>
    public WalStatus GetLogStatus() => _committer.GetStatus();

    /// <summary>
    /// Before the host stops: lets other members lead where this one does, so that nobody waits for an election timeout. Best effort,
    /// within two election timeouts.
    /// </summary>
    public async Task HandOverLeadershipAsync()
    {
        try
        {
            await Task.WhenAll(Partitions.Select(static replica => replica.HandOverLeadershipAsync())).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // A replica has stopped by itself: the others find out.
        }
    }

    /// <summary>
    /// Stops: ends every call that waits with <see cref="ProposalEnd.Stopped"/>, makes the state durable, so that the next start has
    /// nothing to apply again, and closes everything.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync().ConfigureAwait(false);
        }

        await _lifecycle.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(string states, WalRecovery recovery, TimeProvider time)
    {
        if (recovery.Partitions.Count == 0 && Directory.Exists(states))
        {
            throw recovery.Missing($"the log is empty, but there is {states}, which is begun after the log.");
        }

        if (recovery.Partitions.Count == 0)
        {
            IReadOnlyList<ulong> members = _options.Members.Count > 0 ? _options.Members : [_options.MemberId];
            await _lifecycle.BeginAsync(default, NewGroup(members)).ConfigureAwait(false);
        }

        foreach (var (partition, recovered) in recovery.Partitions)
        {
            var hosted = _lifecycle.Open(partition, recovered);
            ulong last = recovered.Entries.Count > 0 ? recovered.Entries[^1].Index.Value : recovered.Snapshot.Index.Value;
            ulong applied = hosted.Loop.AppliedIndex;
            if (applied > last)
            {
                throw recovery.Missing($"partition {partition} ends at entry {last}, and its state contains entry {applied}.");
            }
        }

        var partitions = _lifecycle.Hosted.All.Select(static hosted => hosted.Loop.Partition);
        ReplicaStorage.DeleteOthers(RocksDbDirectories.Instance, states, partitions);
        foreach (var hosted in _lifecycle.Hosted.All)
        {
            hosted.Loop.Start();
        }

        var interval = _options.Replica.TickInterval;
        _ticker = time.CreateTimer(_ => Tick(), null, interval, interval);
    }

    private static RestoredState NewGroup(IReadOnlyList<ulong> members) =>
        RestoredState.NewGroup(members.Select(static id => new ReplicaId(id)));

    private HostedPartition? Find(PartitionId partition) => _lifecycle.Hosted.Find(partition);

    private void Tick()
    {
        foreach (var hosted in _lifecycle.Hosted.All)
        {
            hosted.Loop.Tick();
        }
    }

    private void Note(HostedPartition hosted, Exception failure)
    {
        if (!hosted.IsDropped)
        {
            _failed.TrySetResult(failure);
        }
    }
}
