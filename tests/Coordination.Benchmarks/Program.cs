using Coordination.Benchmarks;

return args switch
{
    ["raft"] => ProposeBenchmarks.Run(),
    ["wal", .. var rest] => WalBenchmark.Run(rest),
    ["authority"] => await AuthorityBenchmark.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Coordination.Benchmarks -- raft | wal [directory] | authority");
    return 2;
}
