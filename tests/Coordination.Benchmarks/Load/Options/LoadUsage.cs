namespace Coordination.Benchmarks;

/// <summary>The help text, made of the same table that the command line is read with.</summary>
internal static class LoadUsage
{
    private const int NameWidth = 22;

    public static void Print(TextWriter output)
    {
        output.WriteLine("""
            Measures etcd v3 servers under load and compares them, taking turns in one run.

            usage: dotnet run -c Release --project tests/Coordination.Benchmarks -- load [options]

            options:
            """);
        foreach (LoadOption option in LoadOptionsParser.All)
        {
            string name = option.ValueName is null ? option.Name : $"{option.Name} {option.ValueName}";
            output.WriteLine($"  {name,-NameWidth} {option.Description}");
        }

        output.WriteLine("""

            workloads:
            """);
        foreach (IWorkload workload in WorkloadList.All)
        {
            output.WriteLine($"  {workload.Name,-NameWidth} {workload.Description}");
        }

        output.WriteLine("""

            Servers are started on loopback with free ports and empty folders, one at a time, anew for every measurement, and ended
            with their data removed. Prints Markdown tables on standard output, progress on standard error. The exit code is 0 if
            everything was measured without a single failed operation, 1 if not, 2 if the command line was wrong, 130 if interrupted.
            """);
    }
}
