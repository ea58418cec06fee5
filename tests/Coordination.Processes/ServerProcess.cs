using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Coordination.Processes;

/// <summary>
/// A running server process, killed by disposal. Its life is limited from outside, too, so that a killed test run leaves no
/// server behind for long.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int OutputLinesMax = 200;
    private const string LifeMaxSeconds = "900";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly CancellationTokenSource _ended = new();
    private int _limiter;

    private ServerProcess(Process process)
    {
        _process = process;
        Ended = _ended.Token;
    }

    /// <summary>Cancelled when the process has ended, by itself or by disposal.</summary>
    public CancellationToken Ended { get; }

    /// <summary>The last lines the server wrote.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a server that is the only member of its cluster.</summary>
    public static ServerProcess Start(ServerCommand command, LoopbackPorts ports, DirectoryInfo folder, IEnumerable<string> flags) => Start(
        command,
        folder,
        [
            "--name=default",
            $"--data-dir={Path.Combine(folder.FullName, "data")}",
            $"--listen-client-urls={Text(ports.ClientUrl)}",
            $"--advertise-client-urls={Text(ports.ClientUrl)}",
            $"--listen-peer-urls={Text(ports.PeerUrl)}",
            $"--initial-advertise-peer-urls={Text(ports.PeerUrl)}",
            $"--initial-cluster=default={Text(ports.PeerUrl)}",
            .. flags,
        ]);

    /// <summary>Starts a server in a folder with exactly these arguments.</summary>
    public static ServerProcess Start(ServerCommand command, DirectoryInfo folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            "timeout", ["--signal=KILL", LifeMaxSeconds, .. command.Runner, command.Executable, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var server = new ServerProcess(process);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.Exited += (_, _) => server._ended.Cancel();
        process.Start();
        server._limiter = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>The server's own process id; null while, or because, there is none.</summary>
    public int? FindId()
    {
        // The server is the child of the process that limits its life.
        var children = $"/proc/{_limiter}/task/{_limiter}/children";
        return !_ended.IsCancellationRequested && File.Exists(children)
            && int.TryParse(File.ReadAllText(children), CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    /// <summary>SIGKILL to the server itself, which ends it where it stands.</summary>
    public void Kill()
    {
        if (FindId() is { } id)
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        else
        {
            // Too early: what limits the server's life has not started it yet.
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Waits until the process has ended and all it wrote has been read; its exit code.</summary>
    public async Task<int> Exit(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _ended.Dispose();
    }

    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        _output.Enqueue(line.Data);
        while (_output.Count > OutputLinesMax)
        {
            _output.TryDequeue(out _);
        }
    }
}
