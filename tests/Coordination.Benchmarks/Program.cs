using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Coordination.Benchmarks;

// In this process: the build settings of the repository are not those of the projects that BenchmarkDotNet would generate.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"))
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10));

switch (args)
{
    case ["raft"]:
        BenchmarkRunner.Run<ProposeBenchmarks>(config);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Coordination.Benchmarks -- raft");
        return 2;
}
