namespace Coordination.Transport;

/// <summary>How a forwarded request ended.</summary>
public enum ForwardOutcome
{
    /// <summary>The peer answered, with success or with a failure code.</summary>
    Answered,

    /// <summary>
    /// The request never left this member: there was no connection, or too many requests were waiting. It may be repeated.
    /// </summary>
    NotSent,

    /// <summary>The connection broke after the request left. Whether the peer did what was asked is unknown.</summary>
    Unknown,
}

/// <summary>The end of a forwarded request.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Answer">The answer; meaningful for <see cref="ForwardOutcome.Answered"/> only.</param>
public readonly record struct ForwardResult(ForwardOutcome Outcome, ForwardAnswer Answer)
{
    /// <summary>The request never left.</summary>
    public static readonly ForwardResult NotSent = new(ForwardOutcome.NotSent, default);

    /// <summary>The request left, and the connection broke.</summary>
    public static readonly ForwardResult Unknown = new(ForwardOutcome.Unknown, default);

    /// <summary>The peer answered.</summary>
    public static ForwardResult Answered(ForwardAnswer answer) => new(ForwardOutcome.Answered, answer);
}
