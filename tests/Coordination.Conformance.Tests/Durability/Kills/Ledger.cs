using System.Collections.Concurrent;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>What the clients of one round sent and were told. They write it concurrently; it is read when they have ended.</summary>
public sealed class Ledger
{
    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _milestones = new();
    private volatile bool _killed;
    private long _acknowledgedRevision;
    private int _acknowledgements;

    public IReadOnlyList<Attempt> Attempts => [.. _attempts];

    /// <summary>The server is being killed: from now on silence is no wonder.</summary>
    public bool IsKilled => _killed;

    /// <summary>The server is expected to end by itself.</summary>
    public bool MayEnd { get; init; }

    /// <summary>To be called before a request is sent.</summary>
    public Attempt Begin(string name, IMessage request)
    {
        var attempt = new Attempt(name, request, Interlocked.Read(ref _acknowledgedRevision));
        _attempts.Enqueue(attempt);
        return attempt;
    }

    public void Acknowledge(Attempt attempt, IMessage response)
    {
        var acknowledgement = Acknowledgement.Of(response);
        attempt.Acknowledgement = acknowledgement;
        Raise(acknowledgement.Revision);
        if (_milestones.TryGetValue(Interlocked.Increment(ref _acknowledgements), out var milestone))
        {
            milestone.TrySetResult();
        }
    }

    /// <summary>Completes with the given acknowledgement of the round, 1 being the first. To be asked for before there is any.</summary>
    public Task Reached(int acknowledgements) => _milestones.GetOrAdd(
        acknowledgements, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Kill() => _killed = true;

    private void Raise(long revision)
    {
        var known = Interlocked.Read(ref _acknowledgedRevision);
        while (known < revision)
        {
            known = Interlocked.CompareExchange(ref _acknowledgedRevision, revision, known);
        }
    }
}
