namespace Coordination.Linearizability;

/// <summary>The names of the rules of <see cref="RevisionChecker"/>.</summary>
public static class RevisionRules
{
    /// <summary>A read shows a state older than one that somebody knew before it began.</summary>
    public const string StaleRead = "StaleRead";

    /// <summary>Within one life of a member a local read goes back behind what the member showed before.</summary>
    public const string SessionWentBack = "SessionWentBack";

    /// <summary>A write has a revision that somebody knew, or passed, before it was sent.</summary>
    public const string RealTimeOrder = "RealTimeOrder";

    /// <summary>Two writes were told the same revision.</summary>
    public const string RevisionUsedTwice = "RevisionUsedTwice";

    /// <summary>A write was answered as no state before its revision would have answered.</summary>
    public const string WrongWrite = "WrongWrite";

    /// <summary>A read does not show the state at its revision.</summary>
    public const string WrongRead = "WrongRead";

    /// <summary>A revision that nobody was told of, and that no write of unknown outcome can have made.</summary>
    public const string UnexplainedRevision = "UnexplainedRevision";
}
