using Orleans;

namespace Coordination.Silo;

/// <summary>A member has no silo that could be called: it has not started, has stopped, or was declared dead.</summary>
[GenerateSerializer, Alias("coordination.MemberAbsentException")]
public sealed class MemberAbsentException : Exception
{
    /// <summary>With a default message.</summary>
    public MemberAbsentException()
        : this("The member has no active silo.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public MemberAbsentException(string message)
        : base(message)
    {
    }

    /// <summary>With a message of its own, and what it led from.</summary>
    public MemberAbsentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Names the member.</summary>
    public MemberAbsentException(ulong member)
        : this($"Member {ReplicaAddress.NameOf(member)} has no active silo.")
    {
    }
}
