namespace Coordination.Conformance.Tests;

/// <summary>An executable that takes etcd's flags.</summary>
public sealed record ServerCommand(string Executable);
