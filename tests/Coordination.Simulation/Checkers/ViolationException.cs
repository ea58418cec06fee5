namespace Coordination.Simulation;

/// <summary>A rule of the protocol, the log or the simulation's host does not hold. Ends the run of the seed.</summary>
internal sealed class ViolationException : Exception
{
    /// <summary>Creates the exception without a description.</summary>
    public ViolationException()
        : this("unknown", "A rule does not hold.")
    {
    }

    /// <summary>Creates the exception for an unnamed rule.</summary>
    public ViolationException(string message)
        : this("unknown", message)
    {
    }

    /// <summary>Creates the exception for an unnamed rule with what revealed it.</summary>
    public ViolationException(string message, Exception innerException)
        : base(message, innerException) => Rule = "unknown";

    /// <summary>Creates the exception for one of <see cref="Rules"/> with the values that broke it.</summary>
    public ViolationException(string rule, string message)
        : base(message) => Rule = rule;

    /// <summary>Which rule: one of <see cref="Rules"/>.</summary>
    public string Rule { get; }
}
