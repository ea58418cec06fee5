namespace Coordination.Server;

/// <summary>For how long members have been heard, or have not been. Belongs to one caller.</summary>
internal sealed class MemberPresence(TimeProvider time)
{
    private readonly Dictionary<ulong, (bool IsHeard, long Since)> _members = [];

    /// <summary>Begins anew: nothing was looked at for a while.</summary>
    public void Forget() => _members.Clear();

    /// <summary>Takes a look: of these members, those were heard.</summary>
    public void Note(IEnumerable<ulong> members, IReadOnlyCollection<ulong> heard)
    {
        foreach (ulong member in members)
        {
            bool isHeard = heard.Contains(member);
            if (!_members.TryGetValue(member, out var known) || known.IsHeard != isHeard)
            {
                _members[member] = (isHeard, time.GetTimestamp());
            }
        }
    }

    /// <summary>Those heard at every look for a time.</summary>
    public IReadOnlySet<ulong> PresentFor(TimeSpan duration) => Find(isHeard: true, duration);

    /// <summary>Those heard at no look for a time.</summary>
    public IReadOnlySet<ulong> SilentFor(TimeSpan duration) => Find(isHeard: false, duration);

    private HashSet<ulong> Find(bool isHeard, TimeSpan duration) =>
    [
        .. from member in _members
           where member.Value.IsHeard == isHeard && time.GetElapsedTime(member.Value.Since) >= duration
           select member.Key,
    ];
}
