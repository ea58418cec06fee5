namespace Coordination.Raft;

/// <summary>
/// Who belongs to the group and who counts: an immutable value. In a joint membership (Raft paper, section 6) two sets of voters hold
/// at once, <see cref="Voters"/> (the incoming set) and <see cref="OutgoingVoters"/>, and every decision needs a majority of both.
/// All lists are sorted ascending without duplicates, so that equal memberships have equal bytes.
/// </summary>
public sealed class Membership : IEquatable<Membership>
{
    /// <summary>The membership without members: a replica that has not yet received one.</summary>
    public static readonly Membership Empty = new([], [], [], []);

    private readonly ReplicaId[] _voters;
    private readonly ReplicaId[] _outgoingVoters;
    private readonly ReplicaId[] _learners;
    private readonly ReplicaId[] _learnersNext;
    private readonly ReplicaId[] _members;

    private Membership(ReplicaId[] voters, ReplicaId[] outgoingVoters, ReplicaId[] learners, ReplicaId[] learnersNext)
    {
        _voters = voters;
        _outgoingVoters = outgoingVoters;
        _learners = learners;
        _learnersNext = learnersNext;
        _members = SortedSet([.. voters, .. outgoingVoters, .. learners]);
    }

    /// <summary>The voters; in a joint membership the incoming ones.</summary>
    public IReadOnlyList<ReplicaId> Voters => _voters;

    /// <summary>The voters that a joint membership leaves behind; empty when the membership is not joint.</summary>
    public IReadOnlyList<ReplicaId> OutgoingVoters => _outgoingVoters;

    /// <summary>Members that receive the log but neither vote nor count. Disjoint from both sets of voters.</summary>
    public IReadOnlyList<ReplicaId> Learners => _learners;

    /// <summary>
    /// Outgoing voters that become learners when the joint membership ends: they cannot be learners while they still vote.
    /// </summary>
    public IReadOnlyList<ReplicaId> LearnersNext => _learnersNext;

    /// <summary>Everyone who receives the log: both sets of voters and the learners.</summary>
    public IReadOnlyList<ReplicaId> Members => _members;

    /// <summary>Whether two sets of voters hold at once.</summary>
    public bool IsJoint => _outgoingVoters.Length > 0;

    internal ReadOnlySpan<ReplicaId> VoterSpan => _voters;

    internal ReadOnlySpan<ReplicaId> OutgoingVoterSpan => _outgoingVoters;

    internal ReadOnlySpan<ReplicaId> MemberSpan => _members;

    /// <summary>Builds a membership from any order of ids.</summary>
    /// <exception cref="ArgumentException">
    /// The sets contradict each other: a learner that votes, no voter at all, an id of none.
    /// </exception>
    public static Membership Create(
        IEnumerable<ReplicaId> voters,
        IEnumerable<ReplicaId>? outgoingVoters = null,
        IEnumerable<ReplicaId>? learners = null,
        IEnumerable<ReplicaId>? learnersNext = null)
    {
        ArgumentNullException.ThrowIfNull(voters);
        var membership = new Membership(
            SortedSet(voters), SortedSet(outgoingVoters ?? []), SortedSet(learners ?? []), SortedSet(learnersNext ?? []));
        if (membership.FindContradiction() is { } contradiction)
        {
            throw new ArgumentException(contradiction, nameof(voters));
        }

        return membership;
    }

    /// <summary>Whether <paramref name="id"/> votes in either set of voters.</summary>
    public bool IsVoter(ReplicaId id) => Contains(_voters, id) || Contains(_outgoingVoters, id);

    /// <summary>Whether <paramref name="id"/> is a learner now.</summary>
    public bool IsLearner(ReplicaId id) => Contains(_learners, id);

    /// <summary>Whether <paramref name="id"/> receives the log.</summary>
    public bool IsMember(ReplicaId id) => Contains(_members, id);

    /// <inheritdoc/>
    public bool Equals(Membership? other) =>
        other is not null
        && _voters.AsSpan().SequenceEqual(other._voters)
        && _outgoingVoters.AsSpan().SequenceEqual(other._outgoingVoters)
        && _learners.AsSpan().SequenceEqual(other._learners)
        && _learnersNext.AsSpan().SequenceEqual(other._learnersNext);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Membership);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // Written out: System.HashCode is seeded per process, and nothing in the core may differ between processes.
        ulong hash = 17;
        foreach (var id in _members)
        {
            hash = (hash * 31) + id.Value;
        }

        return (int)(hash ^ (hash >> 32));
    }

    /// <summary>For example <c>voters=(1 2 3)&amp;&amp;(1 2) learners=(4)</c>.</summary>
    public override string ToString()
    {
        string text = $"voters=({Join(_voters)})";
        text = IsJoint ? $"{text}&&({Join(_outgoingVoters)})" : text;
        text = _learners.Length > 0 ? $"{text} learners=({Join(_learners)})" : text;
        return _learnersNext.Length > 0 ? $"{text} learnersNext=({Join(_learnersNext)})" : text;
    }

    /// <summary>The sentence that says which rule the sets break, or null. Every decoded membership is checked by it too.</summary>
    internal string? FindContradiction()
    {
        if (_members.Length > 0 && !_members[0].IsSome)
        {
            return "A member cannot have the id 0.";
        }

        if (_voters.Length == 0 && _members.Length > 0)
        {
            return "A membership needs at least one voter.";
        }

        foreach (var id in _learners)
        {
            if (IsVoter(id))
            {
                return $"Replica {id} cannot be a voter and a learner at once.";
            }
        }

        foreach (var id in _learnersNext)
        {
            if (!Contains(_outgoingVoters, id) || Contains(_voters, id))
            {
                return $"Replica {id} can only become a learner after the joint membership if it is an outgoing voter.";
            }
        }

        return null;
    }

    private static bool Contains(ReplicaId[] sorted, ReplicaId id) => Array.BinarySearch(sorted, id) >= 0;

    private static string Join(ReplicaId[] ids) => string.Join(' ', ids);

    private static ReplicaId[] SortedSet(IEnumerable<ReplicaId> ids)
    {
        ReplicaId[] sorted = [.. ids.Distinct()];
        Array.Sort(sorted);
        return sorted;
    }
}
