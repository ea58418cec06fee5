using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using DowngradeAction = Coordination.Protocol.Etcd.DowngradeRequest.Types.DowngradeAction;

namespace Coordination.Server;

/// <summary>
/// etcd's Maintenance service, but for alarms (<see cref="AlarmService"/>) and snapshots (<see cref="BackupService"/>). From any thread.
/// </summary>
internal sealed class MaintenanceService(EtcdPartition partition, SpaceGuard space)
{
    /// <summary>What etcd reports for a quota that was turned off.</summary>
    private const long NoQuota = -1;

    public ValueTask<StatusResponse> StatusAsync(StatusRequest request)
    {
        var replica = partition.Replica;
        var status = replica.GetStatus();
        var response = new StatusResponse
        {
            Header = partition.Header(replica.View.Revision),
            Version = EtcdVersion.Server,
            DbSize = replica.SizeBytes,
            DbSizeInUse = Math.Min(replica.SizeInUseBytes, replica.SizeBytes),
            DbSizeQuota = space.QuotaBytes ?? NoQuota,
            Leader = status.Leader,
            RaftIndex = status.CommittedIndex,
            RaftAppliedIndex = status.AppliedIndex,
            RaftTerm = status.Term,
            IsLearner = status.IsLearner,
            StorageVersion = EtcdVersion.Storage,
            DowngradeInfo = new DowngradeInfo(),
        };
        if (status.Leader == 0)
        {
            response.Errors.Add(EtcdErrors.NoLeader.Detail);
        }

        response.Errors.AddRange(status.Alarms.Select(AlarmService.Describe));
        return ValueTask.FromResult(response);
    }

    public async ValueTask<HashResponse> HashAsync(HashRequest request)
    {
        var (view, hash) = await HashAsync(revision: 0).ConfigureAwait(false);
        return new HashResponse { Header = partition.Header(view.Revision), Hash = hash };
    }

    public async ValueTask<HashKVResponse> HashKVAsync(HashKVRequest request)
    {
        var (view, hash) = await HashAsync(request.Revision).ConfigureAwait(false);
        return new HashKVResponse
        {
            Header = partition.Header(view.Revision),
            Hash = hash,
            CompactRevision = view.CompactRevision,
            HashRevision = request.Revision <= 0 ? view.Revision : request.Revision,
        };
    }

    public async ValueTask<DefragmentResponse> DefragmentAsync(DefragmentRequest request)
    {
        await partition.Replica.DefragmentAsync().ConfigureAwait(false);
        return new DefragmentResponse();
    }

    public async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request) =>
        await partition.TransferLeadershipAsync(request.TargetID).ConfigureAwait(false) switch
        {
            LeadershipTransferEnd.Done => new MoveLeaderResponse(),
            LeadershipTransferEnd.NotLeader => throw EtcdErrors.Refuse(EtcdErrors.NotLeader),
            LeadershipTransferEnd.InvalidTarget => throw EtcdErrors.Refuse(EtcdErrors.BadLeaderTransferee),
            _ => throw EtcdErrors.Refuse(EtcdErrors.LeaderTransferTimedOut),
        };

    /// <summary>There is no release before this one, so that there is nothing to downgrade to.</summary>
    public static ValueTask<DowngradeResponse> DowngradeAsync(DowngradeRequest request) => throw EtcdErrors.Refuse(request.Action switch
    {
        DowngradeAction.Validate or DowngradeAction.Enable => IsVersion(request.Version)
            ? EtcdErrors.InvalidDowngradeVersion
            : EtcdErrors.WrongDowngradeVersionFormat,
        DowngradeAction.Cancel => EtcdErrors.NoDowngrade,
        _ => EtcdErrors.UnknownMethod,
    });

    /// <summary>Two numbers or three.</summary>
    private static bool IsVersion(string text) => Version.TryParse(text, out var version) && version.Revision < 0;

    private async ValueTask<(StoreView View, uint Hash)> HashAsync(long revision)
    {
        var view = await partition.ReadAsync().ConfigureAwait(false);
        while (true)
        {
            // On a thread of the pool that no caller waits on: it reads the whole store.
            var (error, hash) = await Task.Run(() => (view.Hash(revision, out uint value), value)).ConfigureAwait(false);
            if (error == ApplyError.None)
            {
                return (view, hash);
            }

            if (error != ApplyError.Compacted || !view.IsOvertaken)
            {
                throw EtcdErrors.Refuse(EtcdErrors.Of(error));
            }

            view = await partition.ReadNewerAsync().ConfigureAwait(false);
        }
    }
}
