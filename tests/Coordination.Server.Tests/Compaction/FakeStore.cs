namespace Coordination.Server.Tests;

/// <summary>A store whose revision the test sets, and which notes what it is asked to compact.</summary>
internal sealed class FakeStore : ICompactable
{
    private TaskCompletionSource<long> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public uint Partition { get; init; }

    public bool IsLeader { get; set; } = true;

    public long Revision { get; set; } = 1;

    public bool Succeeds { get; set; } = true;

    public List<long> Compacted { get; } = [];

    /// <summary>The next revision that is asked for.</summary>
    public Task<long> NextAsync()
    {
        _next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _next.Task;
    }

    public Task<bool> CompactAsync(long revision)
    {
        Compacted.Add(revision);
        _next.TrySetResult(revision);
        return Task.FromResult(Succeeds);
    }
}
