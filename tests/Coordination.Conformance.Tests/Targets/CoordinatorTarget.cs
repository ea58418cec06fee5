namespace Coordination.Conformance.Tests;

/// <summary>The product: see <see cref="CoordinatorExecutable"/>.</summary>
public sealed class CoordinatorTarget : IConformanceTarget
{
    public string Name => "coordinator";

    public Capabilities Capabilities { get; } = new(new Version(3, 6)) { GuardsItsFiles = true };

    public Task<ServerCommand> Prepare(CancellationToken cancellationToken) =>
        Task.FromResult(new ServerCommand(CoordinatorExecutable.Find()));

    public override string ToString() => Name;
}
