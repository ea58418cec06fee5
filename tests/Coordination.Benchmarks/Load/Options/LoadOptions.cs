using System.Net;

namespace Coordination.Benchmarks;

/// <summary>What a load run is to do. The defaults are those of the figures in docs/benchmarks.md.</summary>
internal sealed record LoadOptions
{
    /// <summary>Names of the servers to start in turn: etcd, coordinator.</summary>
    public IReadOnlyList<string> Servers { get; init; } = ["etcd"];

    /// <summary>The etcd program: a path, or a name to look for on PATH.</summary>
    public string EtcdPath { get; init; } = "etcd";

    /// <summary>The published coordinator program; null when it takes no part.</summary>
    public string? CoordinatorPath { get; init; }

    /// <summary>How many processes form one cluster.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Client endpoints of a running cluster to drive instead of starting servers; empty for none.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; init; } = [];

    /// <summary>Process ids of that cluster's servers, where they run on this machine.</summary>
    public IReadOnlyList<int> Pids { get; init; } = [];

    /// <summary>Names of the workloads; empty for all.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    /// <summary>How many clients there are, each with one request under way.</summary>
    public int Clients { get; init; } = 200;

    /// <summary>How many connections the clients share.</summary>
    public int Connections { get; init; } = 20;

    public int Seconds { get; init; } = 10;

    public int WarmUpSeconds { get; init; } = 5;

    public int Repetitions { get; init; } = 3;

    public int ValueBytes { get; init; } = 256;

    /// <summary>How many keys the requests choose from.</summary>
    public int KeySpace { get; init; } = 100_000;

    /// <summary>How many keys there are when lists are measured.</summary>
    public int ListKeys { get; init; } = 200_000;

    /// <summary>How many keys there are when memory and restart are measured.</summary>
    public int MemoryKeys { get; init; } = 1_000_000;

    /// <summary>The folder for the servers' data folders; null for the system's folder for temporary files.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where to write all figures as JSON; null for nowhere.</summary>
    public string? JsonPath { get; init; }

    /// <summary>Print the options and do nothing.</summary>
    public bool IsHelpWanted { get; init; }
}
