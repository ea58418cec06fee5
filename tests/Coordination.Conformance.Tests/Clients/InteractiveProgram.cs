using System.Diagnostics;

namespace Coordination.Conformance.Tests;

/// <summary>A program that is read from while it runs, and killed at the end.</summary>
public sealed class InteractiveProgram : IDisposable
{
    private static readonly TimeSpan LineMax = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private InteractiveProgram(Process process)
    {
        _process = process;
    }

    public static InteractiveProgram Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        return new InteractiveProgram(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    public async Task<IReadOnlyList<string>> ReadLines(int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(LineMax);
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add(await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException("The program ended."));
        }

        return lines;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
