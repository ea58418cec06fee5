namespace Coordination.Recipes;

/// <summary>How a place in a line stands.</summary>
/// <param name="IsCome">True when it is that place's turn.</param>
/// <param name="Note">The key that the line reads along, if it reads one and there is one.</param>
/// <param name="Revision">The revision at which that was so.</param>
internal readonly record struct Turn(bool IsCome, KeyValue? Note, long Revision);
