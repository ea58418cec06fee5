using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Coordination.Benchmarks;

/// <summary>
/// Where another .NET process allocates: the runtime's sample of one allocation in about 100 KiB, with its stack, printed in the shape of
/// <c>perf script</c> for <c>Profile/components.awk</c>. Every sample stands for the same number of bytes.
/// </summary>
internal static class AllocationSamples
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var pid, var seconds]
            || !int.TryParse(pid, out int process) || !int.TryParse(seconds, out int duration) || duration <= 0)
        {
            await Console.Error.WriteLineAsync("usage: ... -- allocations PID SECONDS");
            return 2;
        }

        string trace = Path.GetTempFileName();
        string log = trace + ".etlx";
        try
        {
            await RecordAsync(process, TimeSpan.FromSeconds(duration), trace);
            TraceLog.CreateFromEventPipeDataFile(trace, log);
            Print(log);
            return 0;
        }
        finally
        {
            File.Delete(trace);
            File.Delete(log);
        }
    }

    private static async Task RecordAsync(int process, TimeSpan duration, string path)
    {
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, (long)ClrTraceEventParser.Keywords.GC);
        using var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(
            [provider], requestRundown: true, circularBufferMB: 512, CancellationToken.None);
        await using var file = File.Create(path);
        var copying = session.EventStream.CopyToAsync(file);
        try
        {
            await copying.WaitAsync(duration);
        }
        catch (TimeoutException)
        {
            // As wanted: the process goes on, and what it has said so far comes with the end of the session.
            await session.StopAsync(CancellationToken.None);
            await copying;
        }
    }

    private static void Print(string path)
    {
        using var log = new TraceLog(path);
        using var output = new StreamWriter(Console.OpenStandardOutput());
        foreach (var sample in log.Events.ByEventType<GCAllocationTickTraceData>())
        {
            output.WriteLine("allocation");
            for (var frame = sample.CallStack(); frame is not null; frame = frame.Caller)
            {
                string method = frame.CodeAddress.FullMethodName;
                int parameters = method.IndexOf('(', StringComparison.Ordinal);
                string name = parameters < 0 ? method : method[..parameters];
                int lastDot = name.LastIndexOf('.');
                output.WriteLine(lastDot < 0 ? $"\t0 {name}" : $"\t0 {name[..lastDot]}::{name[(lastDot + 1)..]}");
            }

            output.WriteLine();
        }
    }
}
