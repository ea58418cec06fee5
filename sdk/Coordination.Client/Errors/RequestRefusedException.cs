namespace Coordination.Client;

/// <summary>
/// A server refused an operation; <see cref="CoordinationException.Error"/> says why, and the message is the server's own.
/// </summary>
public sealed class RequestRefusedException : CoordinationException
{
    internal RequestRefusedException(CoordinationError error, string message, Exception? cause)
        : base(error, message, cause)
    {
    }
}
