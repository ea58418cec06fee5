using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>One server process that can be started again with the same arguments. What it prints goes to a file.</summary>
internal sealed class ServerNode(string program, string logPath, IReadOnlyList<string> arguments) : IDisposable
{
    private const int LastWordsLines = 15;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private Process? _process;

    public int Pid => _process?.Id ?? throw new InvalidOperationException("The server was not started.");

    public bool HasEnded => _process is { HasExited: true };

    public void Start()
    {
        _process?.Dispose();

        // The shell only redirects and then becomes the server: a pipe would have to be emptied by this process while it measures.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$SERVER_LOG\" 2>&1 </dev/null", "sh", program, .. arguments]);
        start.Environment["SERVER_LOG"] = logPath;
        _process = Process.Start(start) ?? throw new LoadException($"cannot start {program}.");
    }

    /// <summary>Asks the process to end.</summary>
    public void RequestStop()
    {
        if (_process is { HasExited: false })
        {
            // It may be gone by now, which is what was wanted.
            _ = NativeMethods.Kill(_process.Id, NativeMethods.SignalTerminate);
        }
    }

    /// <summary>Sends a signal to the process, which runs.</summary>
    public void Signal(int signal) => _ = NativeMethods.Kill(Pid, signal);

    /// <summary>Ends the process on the spot.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <exception cref="LoadException">It does not end when asked.</exception>
    public void AwaitStop()
    {
        if (_process?.WaitForExit(StopLimit) == false)
        {
            throw new LoadException($"{program} did not end within {StopLimit.TotalSeconds} s after SIGTERM.");
        }
    }

    /// <summary>The end of what the process printed.</summary>
    public string ReadLastWords()
    {
        IEnumerable<string> lines = File.Exists(logPath) ? File.ReadLines(logPath).TakeLast(LastWordsLines) : [];
        return string.Join(Environment.NewLine, lines.DefaultIfEmpty("(none)"));
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        _process = null;
    }
}
