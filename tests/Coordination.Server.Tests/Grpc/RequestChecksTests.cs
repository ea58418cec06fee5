using Coordination.Protocol.Etcd;
using Grpc.Core;
using static Coordination.Server.Tests.Requests;

namespace Coordination.Server.Tests;

public sealed class RequestChecksTests
{
    private const int OperationsMax = 10;

    [Fact]
    public void A_put_is_looked_at_in_etcds_order()
    {
        var request = new PutRequest { Value = Key("v"), Lease = 1, IgnoreValue = true, IgnoreLease = true };
        Assert.Equal(EtcdErrors.KeyNotProvided, RefusalOf(() => RequestChecks.Check(request)));
        request.Key = Key("k");
        Assert.Equal(EtcdErrors.ValueProvided, RefusalOf(() => RequestChecks.Check(request)));
        request.Value = Key("");
        Assert.Equal(EtcdErrors.LeaseProvided, RefusalOf(() => RequestChecks.Check(request)));
        request.Lease = 0;
        Assert.Null(RefusalOf(() => RequestChecks.Check(request)));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 5)]
    [InlineData(2, -1)]
    [InlineData(256, 256)]
    public void Sort_options_that_do_not_exist_are_refused(int order, int target)
    {
        var request = new RangeRequest
        {
            Key = Key("k"),
            SortOrder = (RangeRequest.Types.SortOrder)order,
            SortTarget = (RangeRequest.Types.SortTarget)target,
        };

        Assert.Equal(EtcdErrors.InvalidSortOption, RefusalOf(() => RequestChecks.Check(request)));
        Assert.Equal(EtcdErrors.InvalidSortOption, RefusalOfTxn(Always(new RequestOp { RequestRange = request })));
    }

    [Theory]
    [InlineData(10, 0, 0, null)]
    [InlineData(11, 0, 0, "too many")]
    [InlineData(0, 11, 0, "too many")]
    [InlineData(0, 0, 11, "too many")]
    public void Each_list_of_a_transaction_is_limited(int comparisons, int success, int failure, string? refused)
    {
        var request = new TxnRequest
        {
            Compare = { Enumerable.Range(0, comparisons).Select(_ => new Compare { Key = Key("k") }) },
            Success = { Enumerable.Range(0, success).Select(i => Put($"{i}")) },
            Failure = { Enumerable.Range(0, failure).Select(i => Put($"{i}")) },
        };

        Status? expected = refused is null ? null : EtcdErrors.TooManyOperations;
        Assert.Equal(expected, RefusalOfTxn(request));
    }

    [Theory]
    [InlineData(7, 3, true)]
    [InlineData(7, 4, false)]
    public void A_nested_transaction_has_what_the_longest_list_around_it_leaves(int comparisons, int nested, bool isAllowed)
    {
        var request = Always(Nested(new TxnRequest { Failure = { Enumerable.Range(0, nested).Select(i => Put($"{i}")) } }));
        request.Compare.AddRange(Enumerable.Range(0, comparisons).Select(_ => new Compare { Key = Key("k") }));

        Status? expected = isAllowed ? null : EtcdErrors.TooManyOperations;
        Assert.Equal(expected, RefusalOfTxn(request));
    }

    [Fact]
    public void Counts_come_before_keys_and_keys_before_duplicates()
    {
        Assert.Equal(
            EtcdErrors.TooManyOperations, RefusalOfTxn(new TxnRequest { Success = { Enumerable.Repeat(Put(""), OperationsMax + 1) } }));
        Assert.Equal(EtcdErrors.KeyNotProvided, RefusalOfTxn(Always(Put("k"), Put("k"), Put(""))));
        Assert.Equal(EtcdErrors.KeyNotProvided, RefusalOfTxn(new TxnRequest { Compare = { new Compare() } }));
        Assert.Equal(EtcdErrors.KeyNotProvided, RefusalOfTxn(Always(Nested(Always(Range(""))))));
        Assert.Equal(EtcdErrors.KeyNotProvided, RefusalOfTxn(Always(Delete("", "z"))));
        Assert.Equal(EtcdErrors.KeyNotFound, RefusalOfTxn(Always(new RequestOp())));
        Assert.Equal(EtcdErrors.DuplicateKey, RefusalOfTxn(Always(Put("k"), Put("k"))));
    }

    private static Status? RefusalOfTxn(TxnRequest request) => RefusalOf(() => RequestChecks.Check(request, OperationsMax));
}
