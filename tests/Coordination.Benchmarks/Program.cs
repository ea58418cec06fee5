using Coordination.Benchmarks;

return args switch
{
    ["wal", .. var rest] => WalBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Coordination.Benchmarks wal [directory]");
    return 2;
}
