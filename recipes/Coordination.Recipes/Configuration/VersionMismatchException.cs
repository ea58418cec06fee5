namespace Coordination.Recipes;

/// <summary>Another version of a document is in force than the one that a change was made from. Nothing was changed.</summary>
public sealed class VersionMismatchException : Exception
{
    internal VersionMismatchException(long expected, long current)
        : base($"Version {current} is in force, not {expected}.") => Current = current;

    /// <summary>The version that is in force; 0 when none is.</summary>
    public long Current { get; }
}
