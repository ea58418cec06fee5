using Coordination.Raft;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Snapshots of a replica that go out and come in. Copies and transfers run beside the loop; everything that touches the core or the state
/// machine runs in it, through <see cref="Call"/>.
/// </summary>
internal sealed class SnapshotTraffic(
    RaftNode node, Applier applier, ReplicaStorage storage, ReplicaDuties duties, IReplicaNetwork? network, long cachedValueBytes,
    ILogger logger)
{
    private readonly Dictionary<ReplicaId, string> _copies = [];
    private (LogIndex Index, string Directory)? _arrived;
    private (LogIndex Index, long Sequence)? _staged;

    /// <summary>Runs an action in the loop's next pass.</summary>
    public required Action<Action> Call { get; init; }

    /// <summary>A directory for the files of a snapshot that comes in. From any thread.</summary>
    public string NewDirectory() => storage.NewDirectory();

    /// <summary>A follower needs a snapshot.</summary>
    public async Task MakeAsync(ReplicaId peer)
    {
        string directory = storage.NewDirectory();
        duties.Holds.Hold(peer, new LogIndex(applier.State.AppliedIndex));
        try
        {
            ulong index = 0;
            await duties.RunInBackgroundAsync(() => index = storage.Copy(directory)).ConfigureAwait(false);
            Call(() => Offer(peer, new LogIndex(index), directory));
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            ReplicaLog.SnapshotNotMade(logger, failure, storage.Partition.Value, peer.Value);
            storage.Discard(directory);
            Call(() => node.SnapshotFailed(peer));
        }
    }

    /// <summary>The core says that the copy for a follower is to go out.</summary>
    public async Task DeliverAsync(InstallSnapshot message)
    {
        if (!_copies.Remove(message.To, out string? directory))
        {
            // The copy went with an earlier pass: the core asks for another.
            node.SnapshotFailed(message.To);
            return;
        }

        bool isDelivered = await network!.SendSnapshotAsync(storage.Partition, message, directory).ConfigureAwait(false);
        storage.Discard(directory);
        Call(() =>
        {
            if (isDelivered)
            {
                node.SnapshotDelivered(message.To, message.Snapshot.Index);
            }
            else
            {
                node.SnapshotFailed(message.To);
            }
        });
    }

    /// <summary>A snapshot has come whole, into a directory of <see cref="NewDirectory"/>.</summary>
    public void Arrived(InstallSnapshot message, string directory)
    {
        if (_staged is not null || _arrived is not null)
        {
            // One at a time; the leader tries again.
            storage.Discard(directory);
            return;
        }

        _arrived = (message.Snapshot.Index, directory);
        node.Step(message);
    }

    /// <summary>The core wants the log to begin with a snapshot: it is put where it counts, before the log is told.</summary>
    public void Stage(PersistRequest request)
    {
        if (request.Snapshot is not { } snapshot)
        {
            return;
        }

        Invariant.Check(_arrived?.Index == snapshot.Index, $"The core installs the snapshot at {snapshot.Index}, which did not come.");
        storage.Stage(_arrived!.Value.Directory, snapshot.Index);
        _staged = (snapshot.Index, request.Sequence);
        _arrived = null;
    }

    /// <summary>What came and was not wanted, or was made and is not needed, goes.</summary>
    public void AfterPass()
    {
        if (_arrived is { } arrived)
        {
            _arrived = null;
            storage.Discard(arrived.Directory);
        }

        foreach (string directory in _copies.Values)
        {
            storage.Discard(directory);
        }

        _copies.Clear();
    }

    /// <summary>The log is durable up to a request: if it begins with a snapshot now, so does the state.</summary>
    /// <returns>The snapshot's index, if one was installed.</returns>
    public LogIndex? Persisted(long sequence)
    {
        if (_staged is not { } staged || staged.Sequence > sequence)
        {
            return null;
        }

        _staged = null;
        storage.Install(staged.Index);
        applier.Replace(storage.OpenState(cachedValueBytes));
        ReplicaLog.SnapshotInstalled(logger, storage.Partition.Value, staged.Index.Value, applier.View.Revision);
        return staged.Index;
    }

    /// <summary>
    /// What a copy contains, or null if it cannot be told: the log has been cut beyond it, or the copy is of a time before the entry by
    /// which this replica joined, whose members it never learned.
    /// </summary>
    internal static SnapshotMetadata? Describe(RaftNode node, LogIndex index)
    {
        if (index < node.GetStatus().SnapshotIndex)
        {
            return null;
        }

        var snapshot = node.DescribeSnapshot(index);
        return snapshot.Membership.Members.Count > 0 ? snapshot : null;
    }

    private void Offer(ReplicaId peer, LogIndex index, string directory)
    {
        if (node.Role != ReplicaRole.Leader || Describe(node, index) is not { } snapshot)
        {
            storage.Discard(directory);
            node.SnapshotFailed(peer);
            return;
        }

        duties.Holds.Hold(peer, index);
        _copies[peer] = directory;
        node.SendSnapshot(peer, snapshot);
    }
}
