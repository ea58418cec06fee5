using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// The leases of a partition, wherever its leader is: only the leader has their clocks, so others ask it. Renewals and questions may be
/// asked again, and are, until a leader answers or the time for a request is over. Any thread.
/// </summary>
public sealed class PartitionLeases
{
    private readonly ReplicaLoop _loop;
    private readonly IReplicaNetwork? _network;
    private readonly PartitionReplicaOptions _options;
    private readonly TimeProvider _time;

    internal PartitionLeases(ReplicaLoop loop, IReplicaNetwork? network, PartitionReplicaOptions options, TimeProvider time)
    {
        _loop = loop;
        _network = network;
        _options = options;
        _time = time;
    }

    /// <inheritdoc cref="LeaseTimers.MinTtlSeconds"/>
    public long MinTtlSeconds => _loop.Leases.MinTtlSeconds;

    /// <summary>
    /// Lets the lease begin its time anew. A lease that is due is not renewed any more: the call waits until it is revoked, and then
    /// there is none. Ends at the latest after <see cref="PartitionReplicaOptions.RequestTimeout"/>.
    /// </summary>
    public ValueTask<LeaseAnswer> RenewAsync(long id) => AskAsync(new LeaseQuestion(LeaseQuestionKind.Renew, id));

    /// <summary>
    /// What is left of a lease. Ends at the latest after <see cref="PartitionReplicaOptions.RequestTimeout"/>.
    /// </summary>
    public ValueTask<LeaseAnswer> FindRemainingAsync(long id) => AskAsync(new LeaseQuestion(LeaseQuestionKind.Remaining, id));

    /// <summary>Answers, if this replica leads.</summary>
    internal async ValueTask<LeaseAnswer> AnswerAsync(LeaseQuestion question)
    {
        if (!_loop.Published.IsLeader)
        {
            return new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
        }

        // Only who leads now may answer: an old leader's clocks decide nothing.
        var read = await _loop.ReadAsync().ConfigureAwait(false);
        if (!read.IsConfirmed)
        {
            return new LeaseAnswer(read.End, 0, 0);
        }

        if (question.Kind == LeaseQuestionKind.Remaining)
        {
            var remainder = _loop.Leases.FindRemaining(question.Id);
            return _loop.Leases.IsLeading
                ? new LeaseAnswer(ReadEnd.Confirmed, remainder?.GrantedTtlSeconds ?? 0, remainder?.RemainingSeconds ?? 0)
                : new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
        }

        var renewal = await _loop.Leases.RenewAsync(question.Id).ConfigureAwait(false);
        return new LeaseAnswer(renewal.IsLeader ? ReadEnd.Confirmed : ReadEnd.TimedOut, renewal.TtlSeconds, renewal.TtlSeconds);
    }

    private async ValueTask<LeaseAnswer> AskAsync(LeaseQuestion question)
    {
        long began = _time.GetTimestamp();
        var answer = await AnswerAsync(question).ConfigureAwait(false);
        while (answer.End == ReadEnd.TimedOut && !_loop.IsStopped && _time.GetElapsedTime(began) < _options.RequestTimeout)
        {
            answer = await AskAsync(_loop.Published, question, began).ConfigureAwait(false);
            if (answer.End == ReadEnd.TimedOut && !_loop.IsStopped)
            {
                // With each tick: who leads may have changed, or be reached by then.
                await Task.Delay(_options.TickInterval, _time).ConfigureAwait(false);
            }
        }

        return answer.End == ReadEnd.TimedOut && _loop.IsStopped ? new LeaseAnswer(ReadEnd.Stopped, 0, 0) : answer;
    }

    /// <summary>Asks whoever leads, as long as it does: a leader that is frozen would keep the caller waiting.</summary>
    private async ValueTask<LeaseAnswer> AskAsync(LeaderView view, LeaseQuestion question, long began)
    {
        if (view.IsLeader)
        {
            return await AnswerAsync(question).ConfigureAwait(false);
        }

        if (view.Leader == 0 || _network is null)
        {
            return new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
        }

        var asked = _network.AskAsync(new ReplicaId(view.Leader), _loop.Partition, question);
        while (!asked.IsCompleted && _loop.Published.Leader == view.Leader && _time.GetElapsedTime(began) < _options.RequestTimeout)
        {
            await ((Task)asked.WaitAsync(_options.TickInterval, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return asked.IsCompletedSuccessfully ? await asked.ConfigureAwait(false) : new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
    }
}
