using System.Runtime.InteropServices;

namespace Coordination.Benchmarks;

/// <summary>
/// What a command listens to so that the servers which it started end with it: interrupt, termination and hang-up cancel a token instead of
/// ending the process. One for a command, for as long as it runs.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
