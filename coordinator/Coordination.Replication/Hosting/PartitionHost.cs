using System.Diagnostics;
using System.Security.Cryptography;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Everything that a node keeps under its data directory, open and running: one log, and for every partition a store and a replica. One
/// host per directory, in any process: the log's lock makes sure of it.
/// </summary>
public sealed class PartitionHost : IAsyncDisposable
{
    private readonly GroupCommitter _committer;
    private readonly List<ReplicaStorage> _storages = [];
    private readonly List<ReplicaLoop> _loops = [];
    private readonly List<PartitionReplica> _partitions = [];
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PartitionHostOptions _options;
    private ITimer? _ticker;
    private bool _isDisposed;

    private PartitionHost(WriteAheadLog log, PartitionHostOptions options)
    {
        _options = options;
        _committer = new GroupCommitter(log, new GroupCommitterOptions(), failure => _failed.TrySetResult(failure));
    }

    /// <summary>The cluster that the data belong to.</summary>
    public ulong ClusterId => _options.ClusterId;

    /// <summary>The member that the data belong to.</summary>
    public ulong MemberId => _options.MemberId;

    /// <summary>The replicas, by partition.</summary>
    public IReadOnlyList<PartitionReplica> Partitions => _partitions;

    /// <summary>The replica of partition 0, which holds every key that no other partition holds.</summary>
    public PartitionReplica Default => _partitions[0];

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

        var host = new PartitionHost(log, options);
        try
        {
            await host.StartAsync(directory, recovery, encoder, logger, time).ConfigureAwait(false);
            return host;
        }
        catch
        {
            // Not handled, only cleaned up after: the directory must be free again.
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes a message for the replica of a partition. From any thread; one for a partition that is not here is dropped.</summary>
    public void Receive(PartitionId partition, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Find(partition)?.Receive(message);
    }

    /// <summary>Messages to a member were lost: what was sent ahead to its replica is sent again.</summary>
    public void Lost(PartitionId partition, ReplicaId member) => Find(partition)?.Lost(member);

    /// <summary>
    /// Where the files of a snapshot for a partition go while they come in; the directory does not exist yet. Null when the partition is
    /// not here.
    /// </summary>
    public string? NewSnapshotDirectory(PartitionId partition) => Find(partition)?.NewSnapshotDirectory();

    /// <summary>
    /// Takes a snapshot that has come whole into <paramref name="directory"/>, which belongs to the replica from now on, and the message
    /// that announced it.
    /// </summary>
    public void Installing(PartitionId partition, InstallSnapshot message, string directory)
    {
        ArgumentNullException.ThrowIfNull(message);
        Find(partition)?.Receive(message, directory);
    }

    /// <summary>
    /// Proposes commands that another member handed over, if the replica of the partition leads. Completes when they are in the log.
    /// </summary>
    public Task<ForwardPosition> AcceptAsync(PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands) =>
        Find(partition)?.AcceptAsync(commands) ?? Task.FromResult(default(ForwardPosition));

    /// <summary>Answers another member's question about a lease, if the replica of the partition leads.</summary>
    public ValueTask<LeaseAnswer> AnswerAsync(PartitionId partition, LeaseQuestion question) =>
        _partitions.Find(replica => replica.Partition == partition.Value)?.Leases.AnswerAsync(question)
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
            await Task.WhenAll(_partitions.Select(static replica => replica.HandOverLeadershipAsync())).ConfigureAwait(false);
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
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var loop in _loops)
        {
            await loop.StopAsync().ConfigureAwait(false);
        }

        _committer.Dispose();
        foreach (var storage in _storages)
        {
            using (storage)
            {
                if (!_failed.Task.IsCompleted)
                {
                    storage.Store.Flush();
                }
            }
        }
    }

    private async Task StartAsync(
        string directory, WalRecovery recovery, IWatchEventEncoder encoder, ILogger logger, TimeProvider time)
    {
        string states = Path.Combine(directory, "state");
        if (recovery.Partitions.Count == 0 && Directory.Exists(states))
        {
            throw recovery.Missing($"the log is empty, but there is {states}, which is begun after the log.");
        }

        var partitions = recovery.Partitions.Count > 0 ? recovery.Partitions : await BeginAsync().ConfigureAwait(false);
        foreach (var (partition, recovered) in partitions)
        {
            long began = Stopwatch.GetTimestamp();
            var storage = OpenStorage(states, partition, recovered);
            var state = new PartitionState(storage.Store, _options.Replica.CachedValueBytes);
            ulong last = recovered.Entries.Count > 0 ? recovered.Entries[^1].Index.Value : recovered.Snapshot.Index.Value;
            if (state.AppliedIndex > last)
            {
                throw recovery.Missing($"partition {partition} ends at entry {last}, and its state contains entry {state.AppliedIndex}.");
            }

            OpenReplica(storage, state, recovered, encoder, logger, time);
            ReplicaLog.Opened(
                logger, partition.Value, state.View.Revision, state.View.KeyCount, state.AppliedIndex, last,
                (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        foreach (var loop in _loops)
        {
            loop.Start();
        }

        var interval = _options.Replica.TickInterval;
        _ticker = time.CreateTimer(_ => Tick(), null, interval, interval);
    }

    private ReplicaLoop? Find(PartitionId partition) => _loops.Find(loop => loop.Partition == partition);

    private void Tick()
    {
        foreach (var loop in _loops)
        {
            loop.Tick();
        }
    }

    /// <summary>Begins the partitions of a new directory, with this member as the only one of each.</summary>
    private async Task<IReadOnlyDictionary<PartitionId, RecoveredPartition>> BeginAsync()
    {
        IReadOnlyList<ulong> members = _options.Members.Count > 0 ? _options.Members : [_options.MemberId];
        var start = RestoredState.NewGroup([.. members.Select(static id => new ReplicaId(id))]).Snapshot;
        var partitions = new SortedDictionary<PartitionId, RecoveredPartition>();
        for (uint i = 0; i < _options.PartitionCount; i++)
        {
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _committer.CreatePartition(new PartitionId(i), start, created.SetResult);
            await Task.WhenAny(created.Task, _failed.Task).ConfigureAwait(false);
            if (_failed.Task.IsCompleted)
            {
                throw new IOException("The log could not be begun.", await _failed.Task.ConfigureAwait(false));
            }

            partitions.Add(new PartitionId(i), new RecoveredPartition(default, start, []));
        }

        return partitions;
    }

    private ReplicaStorage OpenStorage(string states, PartitionId partition, RecoveredPartition recovered)
    {
        var storage = ReplicaStorage.Open(RocksDbDirectories.Instance, states, partition, recovered.Snapshot.Index, _committer);
        _storages.Add(storage);
        _ = NoteAsync(storage, storage.Store);
        storage.Opened = store => _ = NoteAsync(storage, store);
        return storage;
    }

    private void OpenReplica(
        ReplicaStorage storage, PartitionState state, RecoveredPartition recovered, IWatchEventEncoder encoder, ILogger logger,
        TimeProvider time)
    {
        var options = _options.Replica;
        var node = new RaftNode(OptionsOf(options), new RestoredState
        {
            HardState = recovered.HardState,
            Snapshot = recovered.Snapshot,
            Entries = recovered.Entries,
            Applied = new LogIndex(state.AppliedIndex),
        });
        Applier? applier = null;
        StoreView ViewOf() => (applier?.State ?? state).View;
        var watches = new WatchHub(ViewOf, encoder, _options.Watches, time, logger);
        var leases = new LeaseTimers(time, options.TickInterval * options.ElectionTimeoutTicks);
        applier = new Applier(state, leases, watches, options, logger);
        var loop = new ReplicaLoop(node, applier, storage, _options.Network, options, logger);
        _ = NoteAsync(loop.Failed);
        _ = NoteAsync(watches.Failed);
        _loops.Add(loop);
        _partitions.Add(new PartitionReplica(loop, applier.MetadataChanges, _options.Network, options, time));
    }

    /// <summary>A store that was replaced by a snapshot may fail: its files are gone.</summary>
    private async Task NoteAsync(ReplicaStorage storage, IDurableStateStore store)
    {
        var failure = await store.Failed.ConfigureAwait(false);
        if (ReferenceEquals(store, storage.Store))
        {
            _failed.TrySetResult(failure);
        }
    }

    private async Task NoteAsync(Task<Exception> failed) => _failed.TrySetResult(await failed.ConfigureAwait(false));

    private RaftOptions OptionsOf(PartitionReplicaOptions options)
    {
        Span<byte> random = stackalloc byte[2 * sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return new RaftOptions
        {
            Id = new ReplicaId(_options.MemberId),
            Incarnation = BitConverter.ToUInt64(random),
            Seed = BitConverter.ToUInt64(random[sizeof(ulong)..]),
            ElectionTimeoutTicks = options.ElectionTimeoutTicks,
            MaxPendingReads = options.PendingReadsMax,
        };
    }
}
