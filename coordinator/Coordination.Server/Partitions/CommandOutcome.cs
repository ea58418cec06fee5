using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>What applying a command in some partition gave.</summary>
/// <param name="Error">Why it was refused, or none.</param>
/// <param name="Revision">The partition's revision afterwards.</param>
internal readonly record struct CommandOutcome(ApplyError Error, long Revision);
