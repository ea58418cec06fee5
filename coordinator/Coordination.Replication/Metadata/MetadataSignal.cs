namespace Coordination.Replication;

/// <summary>
/// Wakes those that wait for a change of the cluster's metadata. Raised and stopped by the replica's loop, after the change is visible in
/// its view; waited for on any thread.
/// </summary>
/// <remarks>
/// No change is missed: who waits takes <see cref="Next"/> first and looks at the view then. A change that this look does not see is
/// published after it, and the loop completes what is <see cref="Next"/> only after publishing.
/// </remarks>
internal sealed class MetadataSignal(long version)
{
    private volatile TaskCompletionSource<bool> _next = NewSource();
    private long _version = version;

    /// <summary>Completes with true at the next change after this was asked for, with false when the replica stops.</summary>
    public Task<bool> Next => _next.Task;

    /// <summary>The view shows this version of the metadata. Called for every batch of commands: quick when nothing changed.</summary>
    public void Publish(long version)
    {
        if (version != _version)
        {
            _version = version;
            var changed = _next;
            _next = NewSource();
            changed.TrySetResult(true);
        }
    }

    /// <summary>Nothing will be published any more.</summary>
    public void Stop() => _next.TrySetResult(false);

    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
