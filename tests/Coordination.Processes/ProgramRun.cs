using System.Diagnostics;

namespace Coordination.Processes;

/// <summary>What a program that ran to its end left: exit code and output.</summary>
public sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program and fails with its output unless it exits with 0 within <paramref name="limit"/>.</summary>
    public static async Task<ProgramRun> Expect(
        string program,
        IEnumerable<string> arguments,
        TimeSpan limit,
        CancellationToken cancellationToken,
        string? directory = null,
        string input = "")
    {
        var run = await Of(program, arguments, limit, cancellationToken, directory, input);
        return run.ExitCode == 0
            ? run
            : throw new InvalidOperationException($"{program} exited with {run.ExitCode}.\n{run.Output}\n{run.Errors}");
    }

    /// <summary>Runs a program; one that has not exited within <paramref name="limit"/> is killed with its children.</summary>
    public static async Task<ProgramRun> Of(
        string program,
        IEnumerable<string> arguments,
        TimeSpan limit,
        CancellationToken cancellationToken,
        string? directory = null,
        string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new ProgramRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{program} did not end within {limit}.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
