using Coordination.Protocol.Etcd;
using CsCheck;
using static Coordination.Server.Tests.Requests;

namespace Coordination.Server.Tests;

public sealed class DuplicateKeysTests
{
    public static TheoryData<string, TxnRequest> Refused => new()
    {
        { "two puts", Always(Put("k"), Put("k")) },
        { "put, delete", Always(Put("k"), Delete("k")) },
        { "delete, put", Always(Delete("k"), Put("k")) },
        { "put inside a deleted range", Always(Delete("a", "z"), Put("k")) },
        { "put inside ranges that overlap", Always(Delete("a", "m"), Delete("c", "z"), Delete("b", "d"), Put("n")) },
        { "put, nested put", Always(Put("k"), Nested(Always(Put("k")))) },
        { "nested put, nested put", Always(Nested(Always(Put("k"))), Nested(Always(Put("k")))) },
        { "nested put, nested put otherwise", Always(Nested(Always(Put("k"))), Nested(new TxnRequest { Failure = { Put("k") } })) },
        { "nested put inside a deleted range", Always(Nested(Always(Put("k"))), Delete("a", "z")) },
        { "nested delete, put", Always(Nested(Always(Delete("a", "z"))), Put("k")) },
        { "nested delete, nested put", Always(Nested(Always(Delete("k"))), Nested(Always(Put("k")))) },
        { "two puts within a nested one", Always(Nested(Always(Put("k"), Put("k")))) },
    };

    public static TheoryData<string, TxnRequest> Allowed => new()
    {
        { "both branches", new TxnRequest { Success = { Put("k"), Put("l") }, Failure = { Put("k"), Put("l") } } },
        { "both nested branches", Always(Nested(new TxnRequest { Success = { Put("k") }, Failure = { Put("k") } })) },
        { "deletes that overlap", Always(Delete("a", "m"), Delete("b", "z"), Delete("c"), Delete("c")) },
        { "the end of a deleted range", Always(Delete("a", "k"), Put("k")) },
        { "before a deleted range", Always(Delete("b", "k"), Put("a\0")) },
        { "beside deleted ranges that meet", Always(Delete("b", "c"), Delete("c", "d"), Put("a"), Put("d")) },
        { "a range without end, taken literally", Always(Delete("a", "\0"), Put("k")) },
        { "an inverted range", Always(Delete("z", "a"), Put("k")) },
        { "reading", Always(Range("k"), Put("k"), Range("k")) },
        { "nested put, later nested delete", Always(Nested(Always(Put("k"))), Nested(Always(Delete("k")))) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_etcd_refuses_is_refused(string name, TxnRequest request) =>
        Assert.Equal((name, EtcdErrors.DuplicateKey), (name, RefusalOf(() => Check(request))));

    [Theory]
    [MemberData(nameof(Allowed))]
    public void What_etcd_allows_is_allowed(string name, TxnRequest request) => Assert.True(RefusalOf(() => Check(request)) is null, name);

    [Fact]
    public void A_set_of_intervals_has_the_keys_of_all_that_were_added() =>
        Gen.Select(Gen.Char['a', 'h'].Array[1, 2], Gen.Char['a', 'h'].Array[0, 2]).Array[0, 12]
            .Select(Gen.Char['a', 'h'].Array[1, 3])
            .Sample((ranges, key) =>
            {
                var intervals = new KeyIntervals();
                bool expected = false;
                string wanted = new(key);
                foreach (var (start, end) in ranges)
                {
                    string first = new(start);
                    string last = new(end);
                    intervals.Add(Key(first), Key(last));
                    expected |= last.Length == 0
                        ? wanted == first
                        : string.CompareOrdinal(wanted, first) >= 0 && string.CompareOrdinal(wanted, last) < 0;
                }

                return intervals.Contains(Key(wanted)) == expected;
            });

    private static void Check(TxnRequest request) => RequestChecks.Check(request, operationsMax: 128);
}
