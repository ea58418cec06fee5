namespace Coordination.Conformance.Tests;

/// <summary>
/// What the suite judges: a kind of server, alone or in a cluster, how to start it, and which etcd release it behaves like.
/// </summary>
public interface IConformanceTarget
{
    /// <summary>The name by which CONFORMANCE_TARGETS selects it; also shown in test names.</summary>
    string Name { get; }

    /// <summary>
    /// The name of what runs. Targets of one deployment are seen through different members of it: they share it, and CONFORMANCE_TARGETS
    /// selects them together by it.
    /// </summary>
    string Deployment => Name;

    /// <summary>How many servers form the deployment.</summary>
    int ClusterSize => 1;

    /// <summary>The member that clients are connected to, from 0; member 0 leads.</summary>
    int Member => 0;

    /// <summary>What the release it follows does differently from others.</summary>
    Capabilities Capabilities { get; }

    /// <summary>The command that runs a server, installed first when it is missing and that is possible.</summary>
    Task<ServerCommand> Prepare(CancellationToken cancellationToken);
}
