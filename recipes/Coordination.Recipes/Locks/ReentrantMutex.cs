namespace Coordination.Recipes;

/// <summary>
/// A mutex that code which holds it may enter again: for methods that need the lock and call one another. A scope belongs to an
/// asynchronous flow: everything that the work of the outermost scope awaits, or starts, is inside of it and enters at once, under the same
/// token; the lock is released when the outermost work ends. Work that was started inside and goes on after that waits for the lock like
/// everybody else. Keeping branches of one flow apart is not what it is for. Any thread; use one object for a lock in a process, since
/// scopes of different objects do not know each other.
/// </summary>
/// <param name="mutex">The lock.</param>
public sealed class ReentrantMutex(DistributedMutex mutex)
{
    private readonly AsyncLocal<Scope?> _current = new();

    /// <summary>The lock of the scope that this code runs in; null outside of any.</summary>
    public LockHandle? Current => _current.Value is { IsOpen: true } scope ? scope.Handle : null;

    /// <summary>Does work under the lock: under that of the scope around it, or else after waiting for it.</summary>
    /// <param name="work">What is done; its token is cancelled when the lock is lost, or by the caller's.</param>
    /// <param name="cancellationToken">Ends the wait, and is passed on to the work.</param>
    /// <exception cref="UnavailableException">No server granted a lease in time: the work was not begun.</exception>
    public async Task RunAsync(Func<LockHandle, CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (Current is { } outer)
        {
            await RunUnderAsync(outer, work, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var handle = await mutex.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var scope = new Scope(handle);
        _current.Value = scope;
        try
        {
            await RunUnderAsync(handle, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.IsOpen = false;
            _current.Value = null;
        }
    }

    private static async Task RunUnderAsync(
        LockHandle handle, Func<LockHandle, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, handle.LostToken);
        await work(handle, limit.Token).ConfigureAwait(false);
    }

    private sealed class Scope(LockHandle handle)
    {
        private volatile bool _isOpen = true;

        public LockHandle Handle => handle;

        public bool IsOpen
        {
            get => _isOpen;
            set => _isOpen = value;
        }
    }
}
