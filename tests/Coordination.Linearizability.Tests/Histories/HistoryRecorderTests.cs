using Microsoft.Extensions.Time.Testing;

namespace Coordination.Linearizability.Tests;

public sealed class HistoryRecorderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HistoryRecorder<StoreRequest, StoreAnswer> _recorder;

    public HistoryRecorderTests() => _recorder = new(new HistoryClock(_time));

    [Fact]
    public void An_operation_has_the_times_of_its_beginning_and_its_end()
    {
        _time.Advance(TimeSpan.FromTicks(5));
        var operation = _recorder.Begin(3, "m1", new StoreRequest.Put("a", "1"));
        _time.Advance(TimeSpan.FromTicks(7));
        operation.Answered(new StoreAnswer(2, new StoreResult.Put()));
        _time.Advance(TimeSpan.FromTicks(9));

        Assert.Equal("#1 c3 m1 5 12 answered put a 1 => @2 put", Assert.Single(_recorder.ToHistory()).ToString());
    }

    [Fact]
    public void What_is_still_under_way_is_unknown()
    {
        _recorder.Begin(1, "m1", new StoreRequest.Put("a", "1"));
        _recorder.Begin(2, "m1", new StoreRequest.Put("a", "2")).Refused();
        _recorder.Begin(3, "m1", new StoreRequest.Put("a", "3")).Unknown();

        Assert.Equal([Outcome.Unknown, Outcome.Refused, Outcome.Unknown], _recorder.ToHistory().Select(operation => operation.Outcome));
    }

    [Fact]
    public void An_end_is_told_once()
    {
        var operation = _recorder.Begin(1, "m1", new StoreRequest.Put("a", "1"));
        operation.Unknown();

        Assert.Throws<InvalidOperationException>(operation.Refused);
    }

    [Fact]
    public void Clients_record_at_the_same_time()
    {
        const int Clients = 8;
        const int OperationsOfEach = 2000;
        HistoryRecorder<StoreRequest, StoreAnswer> recorder = new(new HistoryClock(TimeProvider.System));

        Parallel.For(0, Clients, client =>
        {
            for (int i = 0; i < OperationsOfEach; i++)
            {
                recorder.Begin(client, "m1", new StoreRequest.Put("a", $"{i}")).Refused();
            }
        });

        var history = recorder.ToHistory();
        Assert.Equal(Clients * OperationsOfEach, history.Count);
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(operation => operation.Id));
        Assert.All(history, operation => Assert.True(operation.Start <= operation.End));
        Assert.Equal(history.OrderBy(operation => operation.Start), history);
    }
}
