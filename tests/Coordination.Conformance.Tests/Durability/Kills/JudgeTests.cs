using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>The judge of the kill test, on stores that are wrong by hand: each loss and each invention is found.</summary>
public sealed class JudgeTests
{
    private static readonly Dictionary<long, IReadOnlyList<Event>> NothingObserved = [];

    private readonly KeyState _state = new();
    private readonly SortedDictionary<long, IReadOnlyList<Event>> _changes = [];
    private readonly List<Attempt> _attempts = [];
    private readonly Judge _judge = new();

    public JudgeTests()
    {
        Acknowledged(Put("a", "1"));
        Acknowledged(Ops.Always(Ops.Put(Bytes.Of("b"), "2"), Ops.Put(Bytes.Of("c"), "2"), Ops.Delete(Bytes.Of("a"))));
        Acknowledged(Put("b", "3"));
    }

    [Fact]
    public void A_store_with_everything_is_right()
    {
        _judge.Compare(Reading(), _attempts, NothingObserved);

        Assert.Equal(4, _judge.Revision);
    }

    [Fact]
    public void An_unanswered_write_may_be_there_whole_or_not_at_all()
    {
        var lost = new Attempt("lost", Put("d", "4"), 4);
        var done = new Attempt("done", Put("d", "5"), 4);
        Store(done.Request);

        _judge.Compare(Reading(), [.. _attempts, lost, done], NothingObserved);

        Assert.Equal(1, _judge.FoundUnanswered);
    }

    [Fact]
    public void A_lost_write_is_found()
    {
        _attempts.Add(Answered(Put("d", "4"), revision: 5));

        AssertWrong("The store ends at revision 4, but this was acknowledged");
    }

    [Fact]
    public void A_changed_value_is_found()
    {
        _changes[4][0].Kv.Value = Bytes.Of("other");

        AssertWrong("Revision 4 is not as acknowledged");
    }

    [Fact]
    public void A_missing_part_of_a_transaction_is_found()
    {
        _changes[3] = [.. _changes[3].SkipLast(1)];

        AssertWrong("Revision 3 is not as acknowledged");
    }

    [Fact]
    public void A_part_of_an_unanswered_transaction_is_found()
    {
        var torn = new Attempt("torn", Ops.Always(Ops.Put(Bytes.Of("d")), Ops.Put(Bytes.Of("e"))), 4);
        Store(Put("d", ""));
        _attempts.Add(torn);

        AssertWrong("Revision 5 is missing, or is what nobody was told of");
    }

    [Fact]
    public void A_gap_in_the_revisions_is_found()
    {
        _changes.Remove(3);

        AssertWrong("Revision 3 is not as acknowledged");
    }

    [Fact]
    public void A_write_that_nobody_sent_is_found()
    {
        Store(Put("d", "4"));

        AssertWrong("no unanswered request makes");
    }

    [Fact]
    public void A_write_that_was_lost_must_not_come_back()
    {
        var lost = new Attempt("lost", Put("d", "4"), 4);
        _judge.Compare(Reading(), [.. _attempts, lost], NothingObserved);
        _attempts.Clear();
        Store(lost.Request);

        AssertWrong("no unanswered request makes");
    }

    [Fact]
    public void A_changed_past_is_found()
    {
        _judge.Compare(Reading(), _attempts, NothingObserved);
        _attempts.Clear();
        _changes[2] = [new Event { Kv = new KeyValue { Key = Bytes.Of("a"), ModRevision = 2, Value = Bytes.Of("other") } }];

        AssertWrong("Revision 2 is not as it was read in earlier rounds");
    }

    [Fact]
    public void A_revision_that_went_back_is_found()
    {
        _judge.Compare(Reading(), _attempts, NothingObserved);
        _attempts.Clear();

        AssertWrong(Reading() with { Revision = 3 }, "The revision went back from 4 to 3");
    }

    [Fact]
    public void Keys_that_differ_from_their_history_are_found() =>
        AssertWrong(Reading() with { Now = [.. _state.All.Skip(1)] }, "The keys at revision 4 are not those of the history");

    [Fact]
    public void A_watched_revision_that_is_lost_is_found()
    {
        var error = Assert.ThrowsAny<Exception>(() => _judge.Compare(
            Reading(), _attempts, new Dictionary<long, IReadOnlyList<Event>> { [5] = [] }));

        Assert.Contains("Revision 5 was watched, but is lost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_lease_is_found()
    {
        _attempts.Add(Answered(Grant(1), revision: 4));

        AssertWrong("Lease 1 is gone before its");
    }

    [Fact]
    public void A_lease_that_was_revoked_must_not_exist()
    {
        _attempts.Add(Answered(Grant(1), revision: 4));
        _attempts.Add(Answered(new LeaseRevokeRequest { ID = 1 }, revision: 4));

        AssertWrong(WithLease(1), "Lease 1 exists although it was revoked");
    }

    [Fact]
    public void A_lease_that_nobody_granted_is_found() => AssertWrong(WithLease(1), "Lease 1 exists, and nobody granted it");

    [Fact]
    public void A_lost_compaction_is_found()
    {
        _attempts.Add(Answered(new CompactionRequest { Revision = 3 }, revision: 4));

        AssertWrong("Compacted up to 0, but 3 was acknowledged");
    }

    private static PutRequest Put(string key, string value) => new() { Key = Bytes.Of(key), Value = Bytes.Of(value) };

    private static LeaseGrantRequest Grant(long lease) => new() { ID = lease, TTL = LoadWriter.LongTtlSeconds };

    private static Attempt Answered(IMessage request, long revision, long changes = 0) =>
        new("answered", request, revision - 1) { Acknowledgement = new Acknowledgement(revision, changes) };

    private void Acknowledged(IMessage request)
    {
        var changes = Store(request);
        _attempts.Add(Answered(request, _changes.Last().Key, changes));
    }

    private int Store(IMessage request)
    {
        var revision = _changes.Count == 0 ? 2 : _changes.Last().Key + 1;

        // Copies: a test that damages an event must not damage what the judge expects.
        var events = _state.EffectsOf(request, revision).Select(change => change.Clone()).ToArray();
        _changes.Add(revision, events);
        _state.Apply(events.Select(change => change.Clone()));
        return events.Length;
    }

    private StoreReading Reading() => new()
    {
        Revision = _changes.Last().Key,
        Compacted = 0,
        Now = [.. _state.All],
        Oldest = [],
        Changes = new Dictionary<long, IReadOnlyList<Event>>(_changes),
        Leases = new Dictionary<long, LeaseTimeToLiveResponse>(),
    };

    private StoreReading WithLease(long lease)
    {
        var told = new LeaseTimeToLiveResponse { ID = lease, GrantedTTL = LoadWriter.LongTtlSeconds, TTL = LoadWriter.LongTtlSeconds };
        return Reading() with { Leases = new Dictionary<long, LeaseTimeToLiveResponse> { [lease] = told } };
    }

    private void AssertWrong(string how) => AssertWrong(Reading(), how);

    private void AssertWrong(StoreReading reading, string how)
    {
        var error = Assert.ThrowsAny<Exception>(() => _judge.Compare(reading, _attempts, NothingObserved));
        Assert.Contains(how, error.Message, StringComparison.Ordinal);
    }
}
