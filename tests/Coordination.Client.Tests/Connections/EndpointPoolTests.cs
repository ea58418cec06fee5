namespace Coordination.Client.Tests;

public sealed class EndpointPoolTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private EndpointPool? _pool;

    [Fact]
    public void The_first_endpoint_is_used_as_long_as_it_works()
    {
        var pool = Create(EndpointSelection.Sticky);

        Assert.Equal(["a", "a", "a"], Choose(pool, 3));
    }

    [Fact]
    public void Every_endpoint_gets_its_turn_when_asked_for()
    {
        var pool = Create(EndpointSelection.RoundRobin);

        Assert.Equal(["a", "b", "c", "a"], Choose(pool, 4));
    }

    [Fact]
    public void A_failed_endpoint_is_left_for_the_next_and_not_returned_to()
    {
        var pool = Create(EndpointSelection.Sticky);
        pool.ReportFailure(pool.Choose());
        Assert.Equal("b", Name(pool.Choose()));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("b", Name(pool.Choose()));
    }

    [Fact]
    public void A_failed_endpoint_is_left_also_by_a_caller_that_comes_back_late()
    {
        var pool = Create(EndpointSelection.Sticky);
        pool.ReportFailure(pool.Choose());

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("b", Name(pool.Choose()));
    }

    [Fact]
    public void A_failed_endpoint_gets_another_turn_when_its_time_aside_is_over()
    {
        var pool = Create(EndpointSelection.RoundRobin);
        pool.ReportFailure(pool.Choose());
        Assert.Equal(["b", "c", "b"], Choose(pool, 3));

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(["c", "a"], Choose(pool, 2));
    }

    [Fact]
    public void The_time_aside_doubles_with_every_failure_until_an_answer()
    {
        var pool = Create(EndpointSelection.RoundRobin, "a", "b");
        var bad = pool.Choose();
        foreach (var aside in new[] { 100, 200, 400 })
        {
            pool.ReportFailure(bad);
            _time.Advance(TimeSpan.FromMilliseconds(aside - 1));
            Assert.Equal(["b", "b"], Choose(pool, 2));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Contains("a", Choose(pool, 2));
        }

        pool.ReportAnswer(bad);
        pool.ReportFailure(bad);
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Contains("a", Choose(pool, 2));
    }

    [Fact]
    public void Failures_of_one_outage_count_once()
    {
        var pool = Create(EndpointSelection.RoundRobin, "a", "b");
        var bad = pool.Choose();
        for (var call = 0; call < 50; call++)
        {
            pool.ReportFailure(bad);
        }

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Contains("a", Choose(pool, 2));
    }

    [Fact]
    public void The_endpoint_that_comes_back_first_is_used_when_all_are_aside()
    {
        var pool = Create(EndpointSelection.Sticky, "a", "b");
        var first = pool.Choose();
        pool.ReportFailure(first);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        pool.ReportFailure(first);
        pool.ReportFailure(pool.Choose());

        Assert.Equal("b", Name(pool.Choose()));
    }

    public void Dispose() => _pool?.Dispose();

    private EndpointPool Create(EndpointSelection selection, params string[] names)
    {
        var options = FakeServer.Options((names.Length == 0 ? ["a", "b", "c"] : names).Select(name => $"http://{name}:2379"));
        options.EndpointSelection = selection;
        options.TimeProvider = _time;
        return _pool = new EndpointPool(options, new Telemetry(options));
    }

    private static string[] Choose(EndpointPool pool, int times) => [.. Enumerable.Range(0, times).Select(_ => Name(pool.Choose()))];

    private static string Name(Endpoint endpoint) => endpoint.Address.Host;
}
