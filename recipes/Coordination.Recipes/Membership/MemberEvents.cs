namespace Coordination.Recipes;

/// <summary>What happened to a member.</summary>
public enum MemberEventKind
{
    /// <summary>It is there.</summary>
    Joined = 0,

    /// <summary>It says something else of itself.</summary>
    Changed = 1,

    /// <summary>It left, died, or is cut off.</summary>
    Left = 2,
}

/// <summary>A member of a group.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="JoinedAt">The revision of its joining, which grows from member to member.</param>
public sealed record Member(string Id, Value Description, long JoinedAt);

/// <summary>Something that happened to a member.</summary>
/// <param name="Kind">What.</param>
/// <param name="Member">The member as it is; as it was, when it left.</param>
/// <param name="Revision">When: the revision of the store.</param>
public sealed record MemberEvent(MemberEventKind Kind, Member Member, long Revision);
