namespace Coordination.Processes;

/// <summary>An executable that takes etcd's flags, run by itself or by the program and arguments of <see cref="Runner"/>.</summary>
public sealed record ServerCommand(string Executable)
{
    /// <summary>A program that becomes the one that its arguments end with.</summary>
    public IReadOnlyList<string> Runner { get; init; } = [];
}
