namespace Coordination.Faults.Tests;

/// <summary>Something that goes wrong while clients work.</summary>
/// <param name="Name">Names it in reports.</param>
/// <param name="Play">
/// Breaks the cluster and holds it broken. What it leaves broken is mended by whoever played it.
/// </param>
public sealed record Fault(string Name, Func<FaultScene, Task> Play)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
