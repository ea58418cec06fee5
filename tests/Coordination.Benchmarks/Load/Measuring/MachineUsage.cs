using System.Globalization;

namespace Coordination.Benchmarks;

/// <summary>
/// How long the processors of the machine have been busy in total. What of it neither servers nor generator used was somebody else's, and a
/// run during which that was much says little.
/// </summary>
internal readonly record struct MachineUsage(double BusySeconds)
{
    private const double TicksPerSecond = 100;

    public static MachineUsage Read() => Parse(File.ReadAllText("/proc/stat"));

    /// <summary>Reads the contents of the proc file system's file "stat".</summary>
    public static MachineUsage Parse(string stat)
    {
        string[] fields = stat.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 9 || fields[0] != "cpu")
        {
            throw new LoadException("the proc file system's stat file does not begin with the processor times.");
        }

        // cpu user nice system idle iowait irq softirq steal
        int[] busy = [1, 2, 3, 6, 7, 8];
        return new MachineUsage(busy.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
