namespace Coordination.Architecture.Tests;

/// <summary>
/// Who may reference whom. The table also names projects that do not exist yet, so that the first one to create them finds its limits
/// here. A project or package that is missing from it is refused: to add one is a decision, made in this file and seen in review.
/// </summary>
internal static class ReferenceTable
{
    private static readonly string[] Grpc = ["Google.Protobuf", "Grpc."];

    private static readonly string[] Hosting = ["Microsoft.Extensions.", "OpenTelemetry", "OpenTelemetry."];

    /// <summary>What applications use; the only projects that examples and the proxy may build on.</summary>
    private static readonly string[] ForApplications =
        ["Coordination.Client", "Coordination.Client.Hosting", "Coordination.Recipes"];

    /// <summary>Libraries for tests: not test programs themselves, and never referenced by the product.</summary>
    private static readonly string[] TestLibraries =
    [
        "Coordination.Simulation", "Coordination.StateMachine.Model", "Coordination.Linearizability", "Coordination.Storage.CrashHost",
    ];

    private static readonly Dictionary<string, ReferenceRule> Product = new(StringComparer.Ordinal)
    {
        ["Coordination.Invariants"] = new("coordinator", [], []),

        // The two pure state machines: the base class library, and checks that stay on.
        ["Coordination.Raft"] = new("coordinator", ["Coordination.Invariants"], []),
        ["Coordination.StateMachine"] = new("coordinator", ["Coordination.Invariants"], []),

        ["Coordination.Storage"] = new(
            "coordinator", ["Coordination.Invariants", "Coordination.Raft", "Coordination.StateMachine"],
            ["RocksDB", "ZstdSharp.Port"]),

        // Carries the core's messages between members; what the bytes mean to a replica is the business of whoever owns it.
        ["Coordination.Transport"] = new(
            "coordinator", ["Coordination.Invariants", "Coordination.Raft"], ["Microsoft.Extensions.Logging.Abstractions", .. Grpc]),
        ["Coordination.Replication"] = new(
            "coordinator",
            [
                "Coordination.Invariants", "Coordination.Raft", "Coordination.Storage", "Coordination.StateMachine",
                "Coordination.Transport",
            ],
            [.. Grpc, .. Hosting]),

        // Knows replicas only by what it asks of the node that hosts them.
        ["Coordination.Silo"] = new("coordinator", [], ["Microsoft.Orleans.", .. Hosting]),

        // Sees everything but the consensus core: whoever wants something of it asks Replication.
        ["Coordination.Server"] = new(
            "coordinator",
            [
                "Coordination.Storage", "Coordination.StateMachine", "Coordination.Transport", "Coordination.Replication",
                "Coordination.Silo", "Coordination.Protocol", "Coordination.Client", "Coordination.Recipes", "Coordination.Metrics",
            ],

            // Microsoft.CodeAnalysis is named there to leave it out of publications.
            ["Microsoft.Orleans.", "Microsoft.AspNetCore.", "Microsoft.CodeAnalysis.", "YamlDotNet", .. Grpc, .. Hosting]),

        ["Coordination.Protocol"] = new("sdk", [], Grpc),

        // How programs show their instruments; a library for this project's own only.
        ["Coordination.Metrics"] = new("sdk", [], []),
        ["Coordination.Client"] = new(
            "sdk", ["Coordination.Protocol"], ["Polly.", "Microsoft.CodeAnalysis.PublicApiAnalyzers", .. Grpc, .. Hosting]),
        ["Coordination.Client.Hosting"] = new(
            "sdk", ["Coordination.Client"], ["Microsoft.CodeAnalysis.PublicApiAnalyzers", .. Hosting]),
        ["Coordination.Ctl"] = new("sdk", ["Coordination.Client", "Coordination.Protocol"], ["System.CommandLine"]),
        ["Coordination.Recipes"] = new(
            "recipes", ["Coordination.Client"], ["Microsoft.CodeAnalysis.PublicApiAnalyzers", .. Grpc, .. Hosting]),
        ["Coordination.Proxy"] = new(
            "proxy", [.. ForApplications, "Coordination.Metrics"],
            ["Yarp.", "Polly.", "Microsoft.CodeAnalysis.PublicApiAnalyzers", .. Hosting]),
    };

    /// <summary>Tests that are not about one project of the same name.</summary>
    private static readonly Dictionary<string, ReferenceRule> Tests = new(StringComparer.Ordinal)
    {
        ["Coordination.Linearizability"] = new("tests", [], []),

        // Real servers in processes of their own; what they are does not matter.
        ["Coordination.Processes"] = new("tests", [], Grpc),

        // The naive state machine that others compare the real one with.
        ["Coordination.StateMachine.Model"] = new("tests", ["Coordination.StateMachine"], []),

        // The process that the tests of the state store kill.
        ["Coordination.Storage.CrashHost"] = new(
            "tests",
            ["Coordination.Invariants", "Coordination.StateMachine", "Coordination.Storage", "Coordination.StateMachine.Model"],
            []),

        // Simulates whatever a node runs below its network edge.
        ["Coordination.Simulation"] = new(
            "tests",
            [
                "Coordination.Invariants", "Coordination.Raft", "Coordination.Storage", "Coordination.StateMachine",
                "Coordination.Replication", "Coordination.Linearizability", "Coordination.StateMachine.Model",
            ],
            []),

        // Black box: the same suite runs against a real etcd, so it cannot see a server.
        ["Coordination.Conformance.Tests"] = new(
            "tests", ["Coordination.Protocol", "Coordination.Linearizability", "Coordination.Processes"],
            ["xunit.v3", "dotnet-etcd", .. Grpc]),

        // Black box as well: breaks processes, disks and connections, and judges what clients saw.
        ["Coordination.Faults.Tests"] = new(
            "tests", ["Coordination.Protocol", "Coordination.Linearizability", "Coordination.Processes"], ["xunit.v3", .. Grpc]),

        // The client meets real servers too; what puts it into hosts is tested with the same ones.
        ["Coordination.Client.Tests"] = new(
            "tests", ["Coordination.Client", "Coordination.Client.Hosting", "Coordination.Protocol", "Coordination.Processes"],
            ["xunit.v3", "Microsoft.Extensions.TimeProvider.Testing", .. Grpc]),

        // Every recipe against real servers, some of which are killed.
        ["Coordination.Recipes.Tests"] = new(
            "tests", ["Coordination.Client", "Coordination.Recipes", "Coordination.Recipes.LockHost", "Coordination.Processes"],
            ["xunit.v3", "Microsoft.Extensions.TimeProvider.Testing", .. Grpc]),

        // The proxy between backends and a coordinator, all in the test's process or as programs.
        ["Coordination.Proxy.Tests"] = new(
            "tests", ["Coordination.Proxy", "Coordination.Client", "Coordination.Recipes", "Coordination.Server", "Coordination.Processes"],
            ["xunit.v3", "Microsoft.Extensions.TimeProvider.Testing", "Yarp."]),

        // A process of its own, for tests to stop.
        ["Coordination.Recipes.LockHost"] = new("tests", ["Coordination.Client", "Coordination.Recipes"], []),

        // Runs the examples as programs: it sees nothing of them, but has them built before it.
        ["Coordination.Examples.Tests"] = new(
            "tests",
            ["FencedLock", "LeaderElection", "LiveConfiguration", "ServiceDiscovery", "WorkQueue", "Coordination.Processes"],
            ["xunit.v3"]),
        ["Coordination.Architecture.Tests"] = new("tests", [], ["xunit.v3"]),
        ["Coordination.Benchmarks"] = new(
            "tests",
            [.. Product.Keys, "Coordination.Linearizability"],
            ["BenchmarkDotNet", "Microsoft.CodeAnalysis.Common", "Microsoft.CodeAnalysis.CSharp", .. Grpc, .. Hosting]),
    };

    /// <summary>The rule for a project, or null when the table does not know it.</summary>
    public static ReferenceRule? Find(string name, string topFolder)
    {
        if (Product.TryGetValue(name, out ReferenceRule? rule) || Tests.TryGetValue(name, out rule))
        {
            return rule;
        }

        return topFolder == "examples"
            ? new ReferenceRule("examples", ForApplications, Hosting)
            : FindTestsOfProject(name);
    }

    /// <summary>Tests see their subject, what their subject may see, and the libraries for tests.</summary>
    private static ReferenceRule? FindTestsOfProject(string name)
    {
        const string Suffix = ".Tests";
        if (!name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        string subject = name[..^Suffix.Length];
        if (!Product.TryGetValue(subject, out ReferenceRule? rule) && !Tests.TryGetValue(subject, out rule))
        {
            return null;
        }

        return new ReferenceRule(
            "tests",
            [subject, .. rule.Projects, .. TestLibraries],
            ["xunit.v3", "CsCheck", "Microsoft.Extensions.TimeProvider.Testing", .. rule.Packages]);
    }
}
