using System.ComponentModel;
using System.Diagnostics;

namespace Coordination.Recipes.Tests;

/// <summary>
/// etcd's own command line, running against a server until it ends or is disposed of, which interrupts it as Ctrl-C does.
/// </summary>
public sealed class EtcdCtl : IAsyncDisposable
{
    private const string LifeMaxSeconds = "60";

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private EtcdCtl(Process process) => _process = process;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<EtcdCtl> Start(TestCluster cluster, params string[] arguments)
    {
        var command = await DebianPackage.Require("etcd-client", command: "etcdctl", Cancelled);
        var start = new ProcessStartInfo(
            "timeout",
            ["--foreground", "--signal=KILL", LifeMaxSeconds, command, $"--endpoints={string.Join(',', cluster.Urls)}", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["ETCDCTL_API"] = "3";
        var process = new Process { StartInfo = start };
        var ctl = new EtcdCtl(process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ctl._lines.Writer.TryComplete();
            }
            else
            {
                ctl._lines.Writer.TryWrite(line.Data);
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        return ctl;
    }

    /// <summary>Runs a command to its end; what it printed.</summary>
    public static async Task<string> Run(TestCluster cluster, params string[] arguments)
    {
        await using var ctl = await Start(cluster, arguments);
        List<string> lines = [];
        await foreach (var line in ctl._lines.Reader.ReadAllAsync(Cancelled))
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    /// <summary>The next line that it prints.</summary>
    public async Task<string> ReadLine() => await _lines.Reader.ReadAsync(Cancelled);

    /// <summary>True when it has printed something that nobody has read.</summary>
    public bool HasPrinted => _lines.Reader.TryPeek(out _);

    /// <summary>Ctrl-C; returns when it has ended.</summary>
    public async Task Interrupt()
    {
        try
        {
            // Passed on to etcdctl, which has its own ways to end.
            Signal.Send(_process.Id, Signal.Interrupt);
        }
        catch (Win32Exception)
        {
            // It has ended by itself.
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Interrupt();
        _process.Dispose();
    }
}
