using System.Diagnostics.Metrics;
using System.Globalization;
using Coordination.Replication;
using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Server;

/// <summary>
/// What a node measures of its store, by etcd's names. Most of it is read off when somebody asks; only what the disk takes is recorded as
/// it happens, on the threads that use the disk.
/// </summary>
internal sealed class NodeMetrics
{
    public const string MeterName = "Coordination.Server";

    private readonly Meter _meter;
    private readonly Histogram<double> _logSync;
    private readonly Histogram<double> _stateCommit;

    public NodeMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        var disk = new InstrumentAdvice<double> { HistogramBucketBoundaries = MetricBuckets.Disk };
        _logSync = _meter.CreateHistogram(
            "etcd_disk_wal_fsync_duration_seconds", null, "How long syncs of the write-ahead log take.", null, disk);
        _stateCommit = _meter.CreateHistogram(
            "etcd_disk_backend_commit_duration_seconds", null, "How long commits of applied commands to the state store take.", null, disk);
    }

    /// <summary>A sync of the log took this long.</summary>
    public void OnLogSynced(TimeSpan took) => _logSync.Record(took.TotalSeconds);

    /// <summary>A commit to the state store took this long.</summary>
    public void OnStateCommitted(TimeSpan took) => _stateCommit.Record(took.TotalSeconds);

    /// <summary>Begins to measure an open store.</summary>
    public void Observe(PartitionHost store, NodeOptions options, CallMetrics calls)
    {
        ObserveIdentity(store, options);
        ObserveConsensus(store);
        ObserveKeys(store.Default, calls);
        ObserveWatches(store.Default.Watches);
        PartitionMetrics.Observe(_meter, store);
        Gauge("etcd_disk_wal_write_bytes_total", "Bytes written to the write-ahead log.", () => store.GetLogStatus().BytesWritten);
        Gauge("coordination_disk_wal_segments", "Files of the write-ahead log.", () => store.GetLogStatus().Segments);
    }

    /// <summary>Begins to measure the silo.</summary>
    public void Observe(NodeSilo silo)
    {
        Gauge("coordination_silo_active", "Whether this member can call others by their grains.", () => silo.Host?.Address is null ? 0 : 1);
        Counter(
            "coordination_silo_starts_total", "Silos that became active; each after the first came for one that was declared dead.",
            () => silo.Host?.StartedCount ?? 0);
    }

    private void ObserveIdentity(PartitionHost store, NodeOptions options)
    {
        Label("etcd_server_version", "Which version is running: 1 for it.", "server_version", EtcdVersion.Server);
        Label("etcd_cluster_version", "Which version the cluster speaks: 1 for it.", "cluster_version", EtcdVersion.Cluster[..^2]);
        Label(
            "etcd_server_id", "The member's id, in hexadecimal digits: 1 for it.", "server_id",
            store.MemberId.ToString("x", CultureInfo.InvariantCulture));
        Gauge(
            "etcd_server_quota_backend_bytes", "Bytes from which the store refuses to grow; 0 for never.", () => options.QuotaBytes ?? 0);
    }

    private void ObserveConsensus(PartitionHost store)
    {
        PartitionReplica replica = store.Default;
        Gauge("etcd_server_has_leader", "Whether a leader is known.", () => replica.GetStatus().Leader != 0 ? 1 : 0);
        Gauge("etcd_server_is_leader", "Whether this member leads.", () => replica.IsLeader ? 1 : 0);
        Gauge("etcd_server_is_learner", "Whether this member is a learner.", () => replica.GetStatus().IsLearner ? 1 : 0);
        Counter("etcd_server_leader_changes_seen_total", "Changes of the leader.", () => replica.GetStatus().LeaderChanges);
        Gauge("etcd_server_proposals_committed_total", "The last committed entry.", () => (long)replica.GetStatus().CommittedIndex);
        Gauge("etcd_server_proposals_applied_total", "The last applied entry.", () => (long)replica.GetStatus().AppliedIndex);
        Gauge("etcd_server_proposals_pending", "Proposals that wait for their end.", () => replica.GetStatus().PendingProposals);
        Counter("etcd_server_slow_apply_total", "Batches that took too long to apply.", () => replica.Counters.SlowApplies);
        Counter("etcd_debugging_lease_granted_total", "Leases granted.", () => replica.Counters.LeasesGranted);
        Counter("etcd_debugging_lease_revoked_total", "Leases revoked or expired.", () => replica.Counters.LeasesRevoked);
    }

    private void ObserveKeys(PartitionReplica replica, CallMetrics calls)
    {
        Gauge("etcd_mvcc_db_total_size_in_bytes", "Bytes that the state takes.", () => replica.SizeBytes);
        Gauge("etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of the state that can be read.", () => replica.SizeInUseBytes);
        Counter("etcd_mvcc_put_total", "Puts applied, those in transactions included.", () => replica.Counters.Puts);
        Counter("etcd_mvcc_delete_total", "Deletions of ranges applied, those in transactions included.", () => replica.Counters.Deletes);
        Counter("etcd_mvcc_txn_total", "Transactions of several operations applied.", () => replica.Counters.Txns);
        Counter(
            "etcd_mvcc_range_total", "Ranges read: by requests, and by transactions that were applied.",
            () => replica.Counters.Ranges + calls.Succeeded("etcdserverpb.KV", "Range"));
        Gauge("etcd_debugging_mvcc_keys_total", "Keys that exist.", () => replica.View.KeyCount);
        Gauge("etcd_debugging_mvcc_current_revision", "The current revision.", () => replica.View.Revision);
        Gauge(
            "etcd_debugging_mvcc_compact_revision", "The oldest revision that can be read.",
            () => Math.Max(0, replica.View.CompactRevision));
        Gauge("etcd_debugging_mvcc_total_put_size_in_bytes", "Bytes of keys and values put.", () => replica.Counters.PutBytes);
    }

    private void ObserveWatches(WatchHub watches)
    {
        Gauge("etcd_debugging_mvcc_watch_stream_total", "Streams of watches that are open.", () => watches.StreamCount);
        Gauge("etcd_debugging_mvcc_watcher_total", "Watchers.", () => watches.WatcherCount);
        Gauge("etcd_debugging_mvcc_slow_watcher_total", "Watchers that read history.", () => watches.LaggingWatcherCount);
        Counter("etcd_debugging_mvcc_events_total", "Events sent to watchers.", () => watches.EventsSent);
        Gauge("coordination_watch_queued_bytes", "Bytes that wait for the clients of watches.", () => watches.QueuedBytes);
    }

    private void Counter(string name, string help, Func<long> read) => _meter.CreateObservableCounter(name, read, null, help);

    private void Gauge(string name, string help, Func<long> read) => _meter.CreateObservableGauge(name, read, null, help);

    private void Label(string name, string help, string label, string value) =>
        _meter.CreateObservableGauge(name, () => new Measurement<int>(1, new KeyValuePair<string, object?>(label, value)), null, help);
}
