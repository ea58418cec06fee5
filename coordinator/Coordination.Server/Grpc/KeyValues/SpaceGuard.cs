using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// Refuses what the quota has no room for, and raises the alarm that makes all members refuse what needs space until somebody takes it
/// back. From any thread.
/// </summary>
internal sealed partial class SpaceGuard(EtcdPartition partition, SpaceQuota quota, ILogger<SpaceGuard> logger)
{
    /// <summary>Size in bytes from which on the store does not grow; null for none.</summary>
    public long? QuotaBytes => quota.QuotaBytes;

    /// <summary>Takes so many bytes of the quota, or refuses.</summary>
    public ValueTask UseAsync(long bytes) => quota.TryUse(bytes) ? ValueTask.CompletedTask : RefuseAsync();

    private async ValueTask RefuseAsync()
    {
        var alarm = new Alarm(partition.Identity.MemberId, AlarmKind.NoSpace);
        if (!partition.Replica.GetStatus().Alarms.Contains(alarm))
        {
            // However it ends, the request is refused: if the alarm could not be raised, the next request will.
            var outcome = await partition.Replica.ProposeAsync(new AlarmCommand(AlarmAction.Activate, alarm.Member, alarm.Kind))
                .ConfigureAwait(false);
            if (outcome.End == ProposalEnd.Applied)
            {
                LogRaised(partition.Replica.SizeBytes, quota.QuotaBytes);
            }
        }

        throw EtcdErrors.Refuse(EtcdErrors.NoSpace);
    }

    [LoggerMessage(3001, LogLevel.Warning,
        "The store has {SizeBytes} of the {QuotaBytes} bytes of its quota: requests that need space are refused until it was compacted and"
        + " defragmented, and the alarm NOSPACE disarmed.")]
    private partial void LogRaised(long sizeBytes, long? quotaBytes);
}
