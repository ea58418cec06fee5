namespace Coordination.StateMachine;

/// <summary>What applying one command gave.</summary>
/// <param name="Error">Why it was refused, or none.</param>
/// <param name="Result">What it gave, for commands that answer with more than a revision.</param>
/// <param name="Revision">The current revision afterwards.</param>
/// <param name="Alarms">For an alarm command: the alarms that it concerned.</param>
/// <param name="Delegated">What the command has given away, not when it had been before: watches on it end at its revision.</param>
/// <param name="Adopted">What the command has taken back, not when it had been before: as it had been given away.</param>
public readonly record struct ApplyResult(
    ApplyError Error, OperationResult? Result, long Revision, IReadOnlyList<Alarm>? Alarms = null, Delegation? Delegated = null,
    Delegation? Adopted = null)
{
    /// <summary>It was done.</summary>
    internal static ApplyResult Done(OperationResult? result) => new(ApplyError.None, result, 0);

    /// <summary>It was refused.</summary>
    internal static ApplyResult Refused(ApplyError error) => new(error, null, 0);
}
