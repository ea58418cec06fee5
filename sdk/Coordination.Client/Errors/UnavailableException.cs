namespace Coordination.Client;

/// <summary>No server could be reached, or none could serve, until time ran out. Nothing was changed.</summary>
public sealed class UnavailableException : CoordinationException
{
    internal UnavailableException(string message, Exception? cause)
        : base(CoordinationError.Unavailable, message, cause)
    {
    }
}
