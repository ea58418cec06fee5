using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class AutoCompactorTests
{
    private static readonly AutoCompactionOptions Off = new(Period: null, Revisions: null);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeStore _store = new();

    [Fact]
    public void Without_retention_there_is_no_compactor()
    {
        Assert.Null(AutoCompactor.Start(Off, _store, _time, NullLogger.Instance));
    }

    [Fact]
    public async Task Revisions_beyond_the_retention_are_compacted_every_five_minutes()
    {
        await using AutoCompactor? compactor = AutoCompactor.Start(Off with { Revisions = 10 }, _store, _time, NullLogger.Instance);
        _store.Revision = 50;
        Task<long> first = _store.NextAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(40, await first);

        _store.Revision = 70;
        Task<long> second = _store.NextAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(60, await second);
    }

    [Fact]
    public async Task A_period_is_kept_from_the_start_of_the_node_on()
    {
        await using AutoCompactor? compactor = AutoCompactor.Start(
            Off with { Period = TimeSpan.FromSeconds(10) }, _store, _time, NullLogger.Instance);
        _store.Revision = 30;
        Task<long> first = _store.NextAsync();
        for (int second = 0; second < 10; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task Disposal_ends_it()
    {
        AutoCompactor? compactor = AutoCompactor.Start(Off with { Revisions = 10 }, _store, _time, NullLogger.Instance);
        Assert.NotNull(compactor);
        await compactor.DisposeAsync();

        _store.Revision = 50;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_store.Compacted);
    }
}
