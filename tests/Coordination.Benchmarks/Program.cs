using Coordination.Benchmarks;

return args switch
{
    ["raft"] => ProposeBenchmarks.Run(),
    ["wal", .. var rest] => WalBenchmark.Run(rest),
    ["state", .. var rest] => StateBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project tests/Coordination.Benchmarks -- raft | wal [directory] | state [directory]");
    return 2;
}
