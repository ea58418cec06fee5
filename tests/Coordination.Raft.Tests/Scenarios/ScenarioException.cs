namespace Coordination.Raft.Tests;

/// <summary>A scenario file says something that the harness does not understand.</summary>
internal sealed class ScenarioException(string message) : Exception(message);
