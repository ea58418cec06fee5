namespace Coordination.Conformance.Tests;

/// <summary>A kind of server the suite judges: how to start one, and which etcd release it behaves like.</summary>
public interface IConformanceTarget
{
    /// <summary>The name by which CONFORMANCE_TARGETS selects it; also shown in test names.</summary>
    string Name { get; }

    /// <summary>What the release it follows does differently from others.</summary>
    Capabilities Capabilities { get; }

    /// <summary>The command that runs a server, installed first when it is missing and that is possible.</summary>
    Task<ServerCommand> Prepare(CancellationToken cancellationToken);
}
