namespace Coordination.Benchmarks;

/// <summary>One line on the machine of a run.</summary>
internal static class MachineDescription
{
    public static string Read()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[^1].Trim() ?? "an unknown processor";
        long gibibytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        string versions = $"Linux {Environment.OSVersion.Version}, .NET {Environment.Version}";
        return FormattableString.Invariant($"{Environment.ProcessorCount} cores of {model}, {gibibytes} GiB, {versions}");
    }
}
