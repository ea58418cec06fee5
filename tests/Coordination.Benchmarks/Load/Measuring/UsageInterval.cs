using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>What servers, load generator and the rest of the machine used between two moments.</summary>
internal sealed class UsageInterval
{
    private readonly IReadOnlyList<int> _serverPids;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ProcessUsage _serversBefore;
    private readonly ProcessUsage _generatorBefore;
    private readonly MachineUsage _machineBefore;

    private UsageInterval(IReadOnlyList<int> serverPids)
    {
        _serverPids = serverPids;
        _serversBefore = ProcessUsage.Read(serverPids);
        _generatorBefore = ProcessUsage.Read([Environment.ProcessId]);
        _machineBefore = MachineUsage.Read();
    }

    /// <summary>Begins an interval. Without process ids nothing is known of the servers.</summary>
    public static UsageInterval Start(IReadOnlyList<int> serverPids) => new(serverPids);

    /// <summary>Ends the interval and divides what was used in it by <paramref name="operations"/>.</summary>
    public Dictionary<Measure, double> Finish(long operations)
    {
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        double generatorCpu = ProcessUsage.Read([Environment.ProcessId]).CpuSeconds - _generatorBefore.CpuSeconds;
        double machineCpu = MachineUsage.Read().BusySeconds - _machineBefore.BusySeconds;
        double divisor = Math.Max(operations, 1);
        var figures = new Dictionary<Measure, double>
        {
            [Measure.OperationsPerSecond] = operations / seconds,
            [Measure.GeneratorCpuMicroseconds] = generatorCpu * 1e6 / divisor,
        };
        if (_serverPids.Count > 0)
        {
            ProcessUsage servers = ProcessUsage.Read(_serverPids);
            double serverCpu = servers.CpuSeconds - _serversBefore.CpuSeconds;
            figures[Measure.ServerCpuMicroseconds] = serverCpu * 1e6 / divisor;
            figures[Measure.ResidentBytes] = servers.ResidentBytes;
            figures[Measure.WrittenBytes] = (servers.WrittenBytes - _serversBefore.WrittenBytes) / divisor;
            figures[Measure.OtherCpuCores] = Math.Max(0, machineCpu - serverCpu - generatorCpu) / seconds;
        }

        return figures;
    }
}
