using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>What processes have used so far, added up.</summary>
/// <param name="CpuSeconds">Processor time, user and system.</param>
/// <param name="ResidentBytes">Memory in RAM at this moment.</param>
/// <param name="WrittenBytes">Bytes that went, or will go, to a disk.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes, long WrittenBytes)
{
    /// <summary>The kernel tells user space processor time in hundredths of a second on every architecture.</summary>
    private const double TicksPerSecond = 100;

    public static ProcessUsage Read(IEnumerable<int> pids)
    {
        var total = default(ProcessUsage);
        foreach (int pid in pids)
        {
            try
            {
                total += Parse(ReadFile(pid, "stat"), ReadFile(pid, "status"), ReadFile(pid, "io"));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                throw new LoadException($"cannot read what process {pid} uses: {gone.Message}", gone);
            }
        }

        return total;
    }

    /// <summary>Reads the contents of the files of these names in the process's folder of the proc file system.</summary>
    public static ProcessUsage Parse(string stat, string status, string io)
    {
        // The name of the program, in parentheses, may contain anything; the fields after it are numbers.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int UserTime = 11;
        const int SystemTime = 12;
        long ticks = ParseNumber(fields[UserTime]) + ParseNumber(fields[SystemTime]);
        return new ProcessUsage(ticks / TicksPerSecond, FindNumber(status, "VmRSS:") * 1024, FindNumber(io, "write_bytes:"));
    }

    public static ProcessUsage operator +(ProcessUsage left, ProcessUsage right) => new(
        left.CpuSeconds + right.CpuSeconds, left.ResidentBytes + right.ResidentBytes, left.WrittenBytes + right.WrittenBytes);

    private static string ReadFile(int pid, string name) => File.ReadAllText($"/proc/{pid}/{name}");

    /// <summary>A process on its way out has no memory to report; that is 0, not an error.</summary>
    private static long FindNumber(string lines, string label)
    {
        foreach (ReadOnlySpan<char> line in lines.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(label))
            {
                ReadOnlySpan<char> value = line[label.Length..].Trim();
                int unit = value.IndexOf(' ');
                return ParseNumber(unit < 0 ? value : value[..unit]);
            }
        }

        return 0;
    }

    private static long ParseNumber(ReadOnlySpan<char> digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
