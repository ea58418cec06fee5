using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>The questions that decide whether a node is healthy. Each answers null, or what is wrong.</summary>
internal sealed class NodeHealth(PartitionReplica replica)
{
    /// <summary>An alarm that is on, whose name is not among <paramref name="excluded"/>.</summary>
    public AlarmKind? FindAlarm(IReadOnlyCollection<string?> excluded)
    {
        foreach (Alarm alarm in replica.GetStatus().Alarms)
        {
            if (!excluded.Contains(NameOf(alarm.Kind)))
            {
                return alarm.Kind;
            }
        }

        return null;
    }

    public static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };

    public bool HasLeader => replica.GetStatus().Leader != 0;

    /// <summary>Whether the member's own state can be read, however old.</summary>
    public ValueTask<string?> CheckSerializableReadAsync() =>
        ValueTask.FromResult(replica.Started.IsCompletedSuccessfully ? null : "the member has not applied its log yet");

    /// <summary>Whether the cluster confirms a read.</summary>
    public async ValueTask<string?> CheckLinearizableReadAsync() => (await replica.ReadAsync()).End switch
    {
        ReadEnd.Confirmed => null,
        ReadEnd.TooManyRequests => "etcdserver: too many requests",
        ReadEnd.TimedOut => "etcdserver: request timed out",
        _ => "etcdserver: server stopped",
    };

    public ValueTask<string?> CheckDataCorruptionAsync() =>
        ValueTask.FromResult(replica.GetStatus().Alarms.Any(alarm => alarm.Kind == AlarmKind.Corrupt) ? "alarm activated: CORRUPT" : null);

    public ValueTask<string?> CheckNonLearnerAsync() => ValueTask.FromResult(replica.GetStatus().IsLearner ? "not a voter" : null);
}
