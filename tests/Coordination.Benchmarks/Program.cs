using Coordination.Benchmarks;

return args switch
{
    ["raft"] => ProposeBenchmarks.Run(),
    ["wal", .. var rest] => WalBenchmark.Run(rest),
    ["load", .. var options] => LoadCommand.Run(options),
    ["outage", .. var rest] => await OutageCommand.RunAsync(rest),
    ["partitions", .. var rest] => await PartitionsCommand.RunAsync(rest),
    ["authority"] => await AuthorityBenchmark.RunAsync(),
    ["state", .. var rest] => StateBenchmark.Run(rest),
    ["allocations", .. var rest] => await AllocationSamples.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project tests/Coordination.Benchmarks -- "
        + "raft | wal [directory] | state [directory] | authority | load [options] | load --help | outage COORDINATOR [rounds] | "
        + "partitions COORDINATOR | allocations PID SECONDS");
    return 2;
}
