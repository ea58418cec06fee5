namespace Coordination.Linearizability;

/// <summary>
/// An operation that was begun. Whoever waits for the answer tells how it ended, once; an operation of which nothing is told stays unknown.
/// </summary>
public sealed class PendingOperation<TRequest, TAnswer>
    where TRequest : notnull
    where TAnswer : class
{
    private readonly HistoryClock _clock;
    private readonly int _client;
    private readonly string _session;
    private readonly TRequest _request;
    private Ending? _ending;

    internal PendingOperation(HistoryClock clock, int client, string session, TRequest request)
    {
        _clock = clock;
        _client = client;
        _session = session;
        _request = request;
        Start = clock.Now;
    }

    internal long Start { get; }

    /// <summary>The server did it.</summary>
    public void Answered(TAnswer answer) => Finish(Outcome.Answered, answer);

    /// <summary>The server certainly did not do it and will not: a rejection, not a connection that failed.</summary>
    public void Refused() => Finish(Outcome.Refused, null);

    /// <summary>The client gave up.</summary>
    public void Unknown() => Finish(Outcome.Unknown, null);

    internal Operation<TRequest, TAnswer> ToOperation(int id, long now)
    {
        Ending ending = Volatile.Read(ref _ending) ?? new Ending(now, Outcome.Unknown, null);
        return new(id, _client, _session, Start, ending.Time, _request, ending.Outcome, ending.Answer);
    }

    private void Finish(Outcome outcome, TAnswer? answer)
    {
        if (Interlocked.CompareExchange(ref _ending, new Ending(_clock.Now, outcome, answer), null) is not null)
        {
            throw new InvalidOperationException($"The end of {_request} was told twice.");
        }
    }

    private sealed record Ending(long Time, Outcome Outcome, TAnswer? Answer);
}
