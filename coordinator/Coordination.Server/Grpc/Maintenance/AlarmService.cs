using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using AlarmAction = Coordination.Protocol.Etcd.AlarmRequest.Types.AlarmAction;

namespace Coordination.Server;

/// <summary>The alarms of etcd's Maintenance service. From any thread.</summary>
internal sealed class AlarmService(EtcdPartition partition)
{
    public ValueTask<AlarmResponse> AlarmAsync(AlarmRequest request) => request.Action switch
    {
        AlarmAction.Get => GetAsync(request.Alarm),
        AlarmAction.Activate when request.Alarm is AlarmType.Nospace or AlarmType.Corrupt => ChangeAsync(
            new AlarmCommand(StateMachine.AlarmAction.Activate, request.MemberID, (AlarmKind)request.Alarm)),
        AlarmAction.Deactivate when request.Alarm is AlarmType.Nospace or AlarmType.Corrupt => ChangeAsync(
            new AlarmCommand(StateMachine.AlarmAction.Deactivate, request.MemberID, (AlarmKind)request.Alarm)),

        // There is nothing to do for an alarm that nobody knows; etcd does just that.
        _ => ValueTask.FromResult(ToResponse([], partition.Header(partition.Replica.View.Revision))),
    };

    /// <summary>What Status says of an alarm: etcd's text, blank at the end included.</summary>
    public static string Describe(Alarm alarm) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"memberID:{alarm.Member} alarm:{NameOf(alarm.Kind)} ");

    private async ValueTask<AlarmResponse> GetAsync(AlarmType type)
    {
        var view = await partition.ReadAsync().ConfigureAwait(false);
        var alarms = await partition.QueryAsync(static state => state.Alarms).ConfigureAwait(false);
        return ToResponse(
            alarms.Where(alarm => type == AlarmType.None || alarm.Kind == (AlarmKind)type), partition.Header(view.Revision));
    }

    private async ValueTask<AlarmResponse> ChangeAsync(AlarmCommand command)
    {
        var outcome = await partition.ApplyAsync(command).ConfigureAwait(false);
        return ToResponse(outcome.Result.Alarms ?? [], partition.Header(outcome));
    }

    private static AlarmResponse ToResponse(IEnumerable<Alarm> alarms, ResponseHeader header)
    {
        var response = new AlarmResponse { Header = header };
        response.Alarms.AddRange(alarms.Select(static alarm => new AlarmMember { MemberID = alarm.Member, Alarm = (AlarmType)alarm.Kind }));
        return response;
    }

    private static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "NONE",
    };
}
