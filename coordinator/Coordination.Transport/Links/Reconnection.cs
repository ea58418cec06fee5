namespace Coordination.Transport;

/// <summary>
/// When to try again: soon, then less and less often, and at once when the peer shows that it is alive. Waited on by the link's loop;
/// woken by any thread.
/// </summary>
internal sealed class Reconnection(TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private TaskCompletionSource _wake = NewWake();
    private int _pauses;

    /// <summary>An attempt begins: what happens from now on can shorten the wait after it.</summary>
    public void Attempting() => Volatile.Write(ref _wake, NewWake());

    /// <summary>The connection was good: the next failure is a first one.</summary>
    public void Succeeded() => _pauses = 0;

    /// <summary>The peer is known to be alive.</summary>
    public void Wake() => Volatile.Read(ref _wake).TrySetResult();

    /// <summary>Waits until the next attempt is due.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wake = Volatile.Read(ref _wake).Task;
        var pause = Task.Delay(NextPause(), time, woken.Token);
        if (await Task.WhenAny(wake, pause).ConfigureAwait(false) == wake)
        {
            _pauses = 0;
            await woken.CancelAsync().ConfigureAwait(false);
            return;
        }

        await pause.ConfigureAwait(false);
        _pauses++;
    }

    private TimeSpan NextPause()
    {
        var pause = first;
        for (int i = 0; i < _pauses && pause < longest; i++)
        {
            pause *= 2;
        }

        return pause < longest ? pause : longest;
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
