using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class AutoCompactionTests
{
    private static readonly AutoCompactionOptions TenRevisions = new(Period: null, Revisions: 10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Without_retention_there_is_nothing_to_do() =>
        Assert.Null(AutoCompaction.Start(TenRevisions with { Revisions = null }, () => [], _time, NullLogger.Instance));

    [Fact]
    public async Task Every_partition_is_compacted_by_its_own_revisions()
    {
        FakeStore[] stores = [new FakeStore { Partition = 0, Revision = 50 }, new FakeStore { Partition = 3, Revision = 500 }];
        await using AutoCompaction? compaction = AutoCompaction.Start(TenRevisions, () => stores, _time, NullLogger.Instance);
        Task<long>[] compacted = [.. stores.Select(store => store.NextAsync())];
        _time.Advance(TimeSpan.FromMinutes(5));
        long[] revisions = await Task.WhenAll(compacted);
        Assert.Equal([40, 490], revisions);
    }

    [Fact]
    public async Task A_partition_that_comes_is_compacted_and_one_that_goes_is_not_any_more()
    {
        var first = new FakeStore { Partition = 0 };
        var goes = new FakeStore { Partition = 1 };
        var comes = new FakeStore { Partition = 2 };
        IReadOnlyList<ICompactable> present = [first, goes];
        var looked = new SemaphoreSlim(0);
        await using AutoCompaction? compaction = AutoCompaction.Start(
            TenRevisions,
            () =>
            {
                looked.Release();
                return present;
            },
            _time, NullLogger.Instance);
        await looked.WaitAsync(TestContext.Current.CancellationToken);
        present = [first, comes];

        // Twice: the second look begins when the first has ended.
        for (int look = 0; look < 2; look++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await looked.WaitAsync(TestContext.Current.CancellationToken);
        }

        first.Revision = goes.Revision = comes.Revision = 50;
        Task<long> compacted = comes.NextAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(40, await compacted);
        Assert.Empty(goes.Compacted);
    }
}
