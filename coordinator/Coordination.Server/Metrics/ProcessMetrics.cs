using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Coordination.Server;

/// <summary>What a process measures of itself, by Prometheus' names. What the system does not tell is left out.</summary>
internal sealed class ProcessMetrics
{
    private const string DescriptorsFolder = "/proc/self/fd";
    private const string LimitsFile = "/proc/self/limits";

    public ProcessMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(NodeMetrics.MeterName);
        meter.CreateObservableCounter(
            "process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "Processor time used, in seconds.");
        meter.CreateObservableGauge(
            "process_resident_memory_bytes", () => Environment.WorkingSet, null, "Memory that the process occupies.");
        meter.CreateObservableGauge("process_virtual_memory_bytes", ReadVirtualMemory, null, "Address space of the process.");
        meter.CreateObservableGauge("process_start_time_seconds", ReadStartTime, null, "When the process began, in seconds since 1970.");
        if (Directory.Exists(DescriptorsFolder))
        {
            meter.CreateObservableGauge("process_open_fds", CountDescriptors, null, "Files and sockets that are open.");
            meter.CreateObservableGauge("os_fd_used", CountDescriptors, null, "Files and sockets that are open.");
        }

        if (FindDescriptorLimit() is { } limit)
        {
            meter.CreateObservableGauge("process_max_fds", () => limit, null, "Files and sockets that may be open.");
            meter.CreateObservableGauge("os_fd_limit", () => limit, null, "Files and sockets that may be open.");
        }
    }

    private static int CountDescriptors() => Directory.EnumerateFileSystemEntries(DescriptorsFolder).Count();

    private static long ReadVirtualMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.VirtualMemorySize64;
    }

    private static double ReadStartTime()
    {
        using Process process = Process.GetCurrentProcess();
        return Math.Round((process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds, 2);
    }

    /// <summary>The soft limit, from a line such as <c>Max open files   1024   4096   files</c>.</summary>
    private static long? FindDescriptorLimit()
    {
        if (!File.Exists(LimitsFile))
        {
            return null;
        }

        string? line = File.ReadLines(LimitsFile).FirstOrDefault(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 3 && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }
}
