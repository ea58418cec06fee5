namespace Coordination.StateMachine;

/// <summary>The alarms that are on.</summary>
internal sealed class AlarmTable
{
    private readonly SortedSet<Alarm> _active = [];

    /// <summary>All of them, sorted.</summary>
    public IReadOnlyList<Alarm> All => [.. _active];

    /// <summary>Takes over stored alarms.</summary>
    public void Restore(IEnumerable<Alarm> alarms) => _active.UnionWith(alarms);

    /// <summary>Whether any member has this alarm.</summary>
    public bool IsOn(AlarmKind kind)
    {
        foreach (var alarm in _active)
        {
            if (alarm.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Turns alarms on or off; returns those that the command concerned: the one raised, or those that were cleared.</summary>
    public IReadOnlyList<Alarm> Apply(AlarmCommand command)
    {
        if (command.Action == AlarmAction.Activate)
        {
            var alarm = new Alarm(command.Member, command.Kind);
            _active.Add(alarm);
            return [alarm];
        }

        var cleared = new List<Alarm>();
        foreach (var alarm in _active)
        {
            bool isMember = command.Member == 0 || alarm.Member == command.Member;
            if (isMember && (command.Kind == AlarmKind.None || alarm.Kind == command.Kind))
            {
                cleared.Add(alarm);
            }
        }

        _active.ExceptWith(cleared);
        return cleared;
    }
}
