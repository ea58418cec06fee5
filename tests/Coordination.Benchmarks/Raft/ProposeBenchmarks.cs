using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Coordination.Raft.Tests;

namespace Coordination.Benchmarks;

/// <summary>
/// Proposals through a group of three replicas that are wired to each other directly: the time and the memory of the core alone, for all
/// three together, per entry.
/// </summary>
[MemoryDiagnoser]
public class ProposeBenchmarks
{
    private const int EntriesPerRun = 16 * 1024;
    private const int CompactionInterval = 4096;

    private readonly byte[] _payload = new byte[256];
    private DirectGroup _group = new(replicas: 3);

    /// <summary>How many proposals arrive before the replicas exchange messages.</summary>
    [Params(1, 16, 256)]
    public int Batch { get; set; }

    /// <summary>
    /// Runs the benchmark in this process: the build settings of the repository are not those of the projects that BenchmarkDotNet would
    /// generate.
    /// </summary>
    public static int Run()
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"))
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10));
        BenchmarkRunner.Run<ProposeBenchmarks>(config);
        return 0;
    }

    /// <summary>Starts every measurement with a new group.</summary>
    [GlobalSetup]
    public void Setup() => _group = new DirectGroup(replicas: 3);

    /// <summary>Proposes, replicates, commits and applies.</summary>
    [Benchmark(OperationsPerInvoke = EntriesPerRun)]
    public long ProposeToApplied()
    {
        for (int done = 0; done < EntriesPerRun; done += Batch)
        {
            _group.Commit(_payload, Batch);
            if (done % CompactionInterval == 0)
            {
                _group.Compact();
            }
        }

        return _group.Applied;
    }
}
