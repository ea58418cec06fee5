using System.Diagnostics;
using System.Text;

namespace Coordination.Server.Tests;

/// <summary>The program <c>coordinator</c> as a process: its output as it comes, signals, its exit code. Killed by disposal.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private const string ReadyText = "ready to serve client requests";

    /// <summary>Far longer than anything here takes; a process that is silent for so long hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProgram(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "coordinator"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("ETCD_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Exited += (_, _) => _ready.TrySetCanceled();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>Completes when the program says that it serves; cancelled when it ends instead.</summary>
    public Task Ready => _ready.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static NodeProgram Start(params string[] arguments) => new(arguments);

    /// <summary>Starts a node in a folder, on ports that the system chooses.</summary>
    public static NodeProgram StartNode(string folder, params string[] arguments) => Start(
    [
        $"--data-dir={folder}", "--listen-client-urls=http://127.0.0.1:0", "--advertise-client-urls=http://127.0.0.1:0",
        .. arguments,
    ]);

    /// <summary>Where it serves clients, as its log says.</summary>
    public Uri ClientUrl()
    {
        string line = Errors.Split('\n').Single(text => text.Contains(ReadyText, StringComparison.Ordinal));
        return new Uri(System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("Urls").GetString()!);
    }

    public void Interrupt() => Signal("INT");

    public void Terminate() => Signal("TERM");

    /// <summary>Waits for the end and returns the exit code, when all output has been read.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
        }

        if (line.Contains(ReadyText, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
