using System.Diagnostics.CodeAnalysis;
using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// A replica's snapshots, going out and coming in. Going out: made on demand, which takes time, kept until sent. Coming in: the bytes wait
/// here until the core asks to persist the snapshot; requests behind that one wait too, since state machine and log are written in order.
/// </summary>
internal sealed class SnapshotExchange(WorldServices world, SimulatedNode host, SimulatedReplica replica)
{
    private const int KeptImages = 4;
    private readonly List<StateImage> _made = [];
    private readonly List<StateImage> _received = [];
    private readonly Queue<PersistRequest> _waiting = new();

    /// <summary>Whether a received snapshot is being installed.</summary>
    public bool IsInstalling => _waiting.Count > 0;

    /// <summary>A follower needs a snapshot: begins to make one.</summary>
    public void OnWanted(ReplicaId peer) =>
        world.Schedule(
            1 + world.HostRandom.Next(world.Options.Network.SnapshotDelay),
            EventKind.SnapshotMade,
            host.Index,
            replica.Partition,
            host.Incarnation,
            replica,
            peer.Value);

    /// <summary>The snapshot for a follower is made, or could not be.</summary>
    public void OnMade(ReplicaId peer)
    {
        if (IsInstalling)
        {
            return;
        }

        // A replica that joined describes positions before its own joining without a membership: of no use to anyone.
        bool isUsable = replica.Applied.IsSome && replica.State.Membership.Members.Count > 0;
        if (!isUsable || world.HostRandom.Chance(world.Network.Options.SnapshotFailurePerMille))
        {
            world.Statistics.Count(FaultKind.SnapshotFailure);
            replica.Node.SnapshotFailed(peer);
            return;
        }

        var image = replica.State.ToImage(replica.Describe(replica.Applied));
        Keep(_made, image);
        replica.Node.SendSnapshot(peer, image.Metadata);
    }

    /// <summary>The bytes for an announcement that the core sends.</summary>
    public SnapshotTransfer Attach(InstallSnapshot announcement) =>
        TryFind(_made, announcement.Snapshot, out var image)
            ? new SnapshotTransfer(host.Index, announcement, image)
            : throw new ViolationException(
                Rules.Invariant,
                $"{replica.Record} announces a snapshot that it was not given: {MessageText.Describe(announcement.Snapshot)}.");

    /// <summary>A snapshot arrived completely.</summary>
    public void OnArrived(SnapshotTransfer transfer) => Keep(_received, transfer.Image);

    /// <summary>Writes a request, in order: one with a snapshot, and what follows it, once the state machine has it.</summary>
    public void Write(PersistRequest request)
    {
        if (_waiting.Count == 0 && request.Snapshot is null)
        {
            host.Log.Append(replica, request);
            return;
        }

        _waiting.Enqueue(request);
        if (_waiting.Count == 1)
        {
            ScheduleInstall();
        }
    }

    /// <summary>The image of the snapshot at the head of the line.</summary>
    public StateImage Install()
    {
        var snapshot = _waiting.Peek().Snapshot;
        if (snapshot is null || !TryFind(_received, snapshot, out var image))
        {
            throw new ViolationException(Rules.Invariant, $"{replica.Record} installs a snapshot that never arrived: {snapshot}.");
        }

        return image;
    }

    /// <summary>The state machine has the snapshot: the requests go to the log, up to the next snapshot.</summary>
    public void WriteInstalled()
    {
        do
        {
            host.Log.Append(replica, _waiting.Dequeue());
        }
        while (_waiting.TryPeek(out var next) && next.Snapshot is null);

        if (_waiting.Count > 0)
        {
            ScheduleInstall();
        }
    }

    private static void Keep(List<StateImage> images, StateImage image)
    {
        if (images.Count == KeptImages)
        {
            images.RemoveAt(0);
        }

        images.Add(image);
    }

    private static bool TryFind(List<StateImage> images, SnapshotMetadata snapshot, [NotNullWhen(true)] out StateImage? found)
    {
        found = images.FindLast(image => image.Metadata.Index == snapshot.Index && image.Metadata.Term == snapshot.Term);
        return found is not null;
    }

    private void ScheduleInstall() =>
        world.Schedule(
            1 + world.HostRandom.Next(world.Options.SyncDelay),
            EventKind.InstallSnapshot,
            host.Index,
            replica.Partition,
            host.Incarnation,
            replica);
}
