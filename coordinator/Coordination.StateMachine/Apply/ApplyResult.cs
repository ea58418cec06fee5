namespace Coordination.StateMachine;

/// <summary>What applying one command gave.</summary>
/// <param name="Error">Why it was refused, or none.</param>
/// <param name="Result">What it gave, for commands that answer with more than a revision.</param>
/// <param name="Revision">The current revision afterwards.</param>
/// <param name="Alarms">For an alarm command: the alarms that it concerned.</param>
public readonly record struct ApplyResult(
    ApplyError Error, OperationResult? Result, long Revision, IReadOnlyList<Alarm>? Alarms = null);
