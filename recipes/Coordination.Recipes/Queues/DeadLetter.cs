namespace Coordination.Recipes;

/// <summary>A message that was put aside, since it was delivered too often or somebody gave it up.</summary>
/// <param name="Sequence">Its number in the queue.</param>
/// <param name="Body">What it says.</param>
public sealed record DeadLetter(long Sequence, Value Body);
