namespace Coordination.Conformance.Tests;

/// <summary>The reference: Debian's etcd, which is a 3.4 release.</summary>
public sealed class EtcdTarget : IConformanceTarget
{
    public string Name => "etcd";

    public Capabilities Capabilities { get; } = new(new Version(3, 4));

    public async Task<ServerCommand> Prepare(CancellationToken cancellationToken) =>
        new(await DebianPackage.Require("etcd-server", command: "etcd", cancellationToken));

    public override string ToString() => Name;
}
