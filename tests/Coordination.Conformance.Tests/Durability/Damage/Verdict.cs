namespace Coordination.Conformance.Tests;

/// <summary>How a server took a damaged file, and what was wrong with that, if anything.</summary>
public sealed record Verdict(string Kind, string? Violation = null);
