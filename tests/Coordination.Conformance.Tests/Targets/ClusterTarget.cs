namespace Coordination.Conformance.Tests;

/// <summary>A cluster of three servers of a kind, with clients connected to one member.</summary>
public sealed class ClusterTarget : IConformanceTarget
{
    private readonly IConformanceTarget _kind;

    private ClusterTarget(IConformanceTarget kind, int member)
    {
        _kind = kind;
        Member = member;
    }

    public string Name => Member == 0 ? $"{_kind.Name}-leader" : $"{_kind.Name}-follower-{Member}";

    public string Deployment => $"{_kind.Name}-cluster";

    public int ClusterSize => 3;

    public int Member { get; }

    public Capabilities Capabilities => _kind.Capabilities;

    /// <summary>One cluster, seen through its leader and through each follower.</summary>
    public static IEnumerable<IConformanceTarget> ThroughEveryMember(IConformanceTarget kind) =>
        [new ClusterTarget(kind, 0), new ClusterTarget(kind, 1), new ClusterTarget(kind, 2)];

    public Task<ServerCommand> Prepare(CancellationToken cancellationToken) => _kind.Prepare(cancellationToken);

    public override string ToString() => Name;
}
