namespace Coordination.Client;

/// <summary>There is no such lease: it never was, expired, or was revoked. Nothing was changed.</summary>
public sealed class LeaseNotFoundException : CoordinationException
{
    internal LeaseNotFoundException(string message, Exception? cause)
        : base(CoordinationError.LeaseNotFound, message, cause)
    {
    }
}
