using System.Diagnostics;
using System.Globalization;

namespace Coordination.Recipes.Tests;

/// <summary>A line that a worker printed.</summary>
/// <param name="Worker">Which one.</param>
/// <param name="What">See the workload of the lock host.</param>
/// <param name="Token">Its fencing token then.</param>
internal sealed record WorkerLine(int Worker, char What, long Token);

/// <summary>A process that takes the lock again and again. The run that torments it calls it.</summary>
internal sealed class LockWorker : IAsyncDisposable
{
    private readonly Process _process;

    private LockWorker(int number, Process process)
    {
        Number = number;
        _process = process;
    }

    public int Number { get; }

    public static LockWorker Start(int number, IReadOnlyList<string> endpoints, ChannelWriter<WorkerLine> lines)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Coordination.Recipes.LockHost");
        var start = new ProcessStartInfo(host, [number.ToString(CultureInfo.InvariantCulture), .. endpoints])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is [var what, ' ', .. var token])
            {
                lines.TryWrite(new WorkerLine(number, what, long.Parse(token, CultureInfo.InvariantCulture)));
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        return new LockWorker(number, process);
    }

    public void Pause() => Signal.Send(_process.Id, Signal.Stop);

    public void Resume() => Signal.Send(_process.Id, Signal.Continue);

    /// <summary>Kills it, and waits until all that it printed has been read.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
