namespace Coordination.Client.Tests;

public sealed class WatchProgressTests
{
    private readonly WatchProgress _progress = new(default, startRevision: 5);

    [Fact]
    public void A_response_is_split_into_its_revisions()
    {
        Assert.Equal(["5:a,b", "7:c"], Accept(isPart: false, ("a", 5), ("b", 5), ("c", 7)));
        Assert.Equal(8, _progress.NextRevision);
    }

    [Fact]
    public void A_revision_is_shown_when_its_last_part_has_come()
    {
        Assert.Equal(["5:a"], Accept(isPart: true, ("a", 5), ("b", 6)));
        Assert.Empty(Accept(isPart: true, ("c", 6)));
        Assert.Equal(6, _progress.NextRevision);
        Assert.Equal(["6:b,c,d"], Accept(isPart: false, ("d", 6)));
    }

    [Fact]
    public void A_revision_of_which_a_part_is_missing_comes_again_whole()
    {
        Assert.Empty(Accept(isPart: true, ("a", 5)));

        _progress.Restart();

        Assert.Equal(5, _progress.NextRevision);
        Assert.Equal(["5:a,b"], Accept(isPart: false, ("a", 5), ("b", 5)));
    }

    [Fact]
    public void What_was_shown_is_not_shown_again()
    {
        Assert.Equal(["6:a"], Accept(isPart: false, ("x", 4), ("a", 6)));
        Assert.Equal(["7:b"], Accept(isPart: false, ("a", 6), ("b", 7)));
    }

    [Fact]
    public void An_old_notice_of_progress_moves_nothing_back()
    {
        Assert.Empty(_progress.Accept(new Etcd.WatchResponse { Header = new Etcd.ResponseHeader { Revision = 3 } }));

        Assert.Equal(5, _progress.NextRevision);
    }

    private string[] Accept(bool isPart, params (string Key, long Revision)[] changes)
    {
        var response = new Etcd.WatchResponse
        {
            Header = new Etcd.ResponseHeader { Revision = 100 },
            Fragment = isPart,
            Events = { changes.Select(change => WatchCall.Put(change.Key, change.Revision)) },
        };
        return
        [
            .. _progress.Accept(response)
                .Select(batch => $"{batch.Revision}:{string.Join(',', batch.Events.Select(change => change.KeyValue.Key))}"),
        ];
    }
}
