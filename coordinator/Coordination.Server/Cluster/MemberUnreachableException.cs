namespace Coordination.Server;

/// <summary>A replica on another member could not be asked. The message says which member, and why.</summary>
internal sealed class MemberUnreachableException : Exception
{
    public MemberUnreachableException()
        : this("The member cannot be reached.")
    {
    }

    public MemberUnreachableException(string message)
        : base(message)
    {
    }

    public MemberUnreachableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
