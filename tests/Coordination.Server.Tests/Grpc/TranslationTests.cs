using Coordination.StateMachine;
using static Coordination.Server.Tests.Requests;
using Proto = Coordination.Protocol.Etcd;

namespace Coordination.Server.Tests;

public sealed class TranslationTests
{
    private static readonly KeyValue Sample = new("key"u8.ToArray(), "value"u8.ToArray(), 2, 3, 4, 5);

    private static readonly Proto.KeyValue SampleMessage = new()
    {
        Key = Key("key"),
        Value = Key("value"),
        CreateRevision = 2,
        ModRevision = 3,
        Version = 4,
        Lease = 5,
    };

    [Fact]
    public void A_range_keeps_all_of_its_options()
    {
        var operation = RequestTranslation.ToOperation(new Proto.RangeRequest
        {
            Key = Key("a"),
            RangeEnd = Key("b"),
            Revision = 1,
            Limit = 2,
            SortOrder = Proto.RangeRequest.Types.SortOrder.Descend,
            SortTarget = Proto.RangeRequest.Types.SortTarget.Value,
            KeysOnly = true,
            CountOnly = true,
            MinModRevision = 3,
            MaxModRevision = 4,
            MinCreateRevision = 5,
            MaxCreateRevision = 6,
        });

        var expected = new RangeOperation(operation.Range)
        {
            Revision = 1,
            Limit = 2,
            Order = SortOrder.Descend,
            Target = SortTarget.Value,
            KeysOnly = true,
            CountOnly = true,
            MinModRevision = 3,
            MaxModRevision = 4,
            MinCreateRevision = 5,
            MaxCreateRevision = 6,
        };
        Assert.Equal(expected, operation);
        Assert.Equal("a"u8.ToArray(), operation.Range.Start);
        Assert.Equal("b"u8.ToArray(), operation.Range.End);
    }

    [Fact]
    public void A_put_keeps_all_of_its_options()
    {
        var operation = RequestTranslation.ToOperation(new Proto.PutRequest
        {
            Key = Key("k"),
            Value = Key("v"),
            Lease = 7,
            PrevKv = true,
            IgnoreValue = true,
            IgnoreLease = true,
        });

        Assert.Equal(("k"u8.ToArray(), "v"u8.ToArray()), (operation.Key, operation.Value.ToArray()), EqualBytes);
        Assert.Equal((7, true, true, true), (operation.Lease, operation.ReturnPrevious, operation.IgnoreValue, operation.IgnoreLease));
    }

    [Theory]
    [InlineData(CompareTarget.Version, 11)]
    [InlineData(CompareTarget.Create, 0)]
    [InlineData(CompareTarget.Mod, 0)]
    [InlineData(CompareTarget.Lease, 0)]
    [InlineData((CompareTarget)9, 0)]
    public void An_operand_counts_only_for_its_own_target(CompareTarget target, long number)
    {
        var compare = new Proto.Compare { Key = Key("k"), Target = (Proto.Compare.Types.CompareTarget)target, Version = 11 };

        var comparison = Assert.Single(RequestTranslation.ToOperation(new Proto.TxnRequest { Compare = { compare } }).Comparisons);

        Assert.Equal((target, number), (comparison.Target, comparison.Number));
        Assert.Equal(0, comparison.Value.Length);
    }

    [Fact]
    public void A_transaction_keeps_its_operations_in_order_and_nested()
    {
        var operation = RequestTranslation.ToOperation(new Proto.TxnRequest
        {
            Success = { Put("a"), Nested(Always(Delete("b", "c"))) },
            Failure = { Range("d") },
        });

        Assert.IsType<PutOperation>(operation.Success[0]);
        var nested = Assert.IsType<TxnOperation>(operation.Success[1]);
        Assert.IsType<DeleteRangeOperation>(Assert.Single(nested.Success));
        Assert.IsType<RangeOperation>(Assert.Single(operation.Failure));
    }

    [Fact]
    public void Headers_inside_a_transaction_have_a_revision_and_nested_ones_not_even_that()
    {
        var inner = new TxnResult(false, [new PutResult(Sample)], [9]);
        var result = new TxnResult(
            true, [new RangeResult([Sample], 3, true), new DeleteRangeResult(1, [Sample]), inner], [8, 9, 9]);
        var header = new Proto.ResponseHeader { ClusterId = 1, MemberId = 2, Revision = 9, RaftTerm = 4 };

        var expected = new Proto.TxnResponse
        {
            Header = header,
            Succeeded = true,
            Responses =
            {
                new Proto.ResponseOp
                {
                    ResponseRange = new Proto.RangeResponse
                    {
                        Header = new Proto.ResponseHeader { Revision = 8 }, Kvs = { SampleMessage }, Count = 3, More = true,
                    },
                },
                new Proto.ResponseOp
                {
                    ResponseDeleteRange = new Proto.DeleteRangeResponse
                    {
                        Header = new Proto.ResponseHeader { Revision = 9 }, Deleted = 1, PrevKvs = { SampleMessage },
                    },
                },
                new Proto.ResponseOp
                {
                    ResponseTxn = new Proto.TxnResponse
                    {
                        Header = new Proto.ResponseHeader(),
                        Responses =
                        {
                            new Proto.ResponseOp
                            {
                                ResponsePut = new Proto.PutResponse
                                {
                                    Header = new Proto.ResponseHeader { Revision = 9 }, PrevKv = SampleMessage,
                                },
                            },
                        },
                    },
                },
            },
        };
        Assert.Equal(expected, ResponseTranslation.ToResponse(result, header));
    }

    [Fact]
    public void Bytes_are_not_copied_on_their_way()
    {
        byte[] value = [1, 2, 3];
        var message = Bytes.ToByteString(value);

        Assert.Same(value, Bytes.ToArray(message));
        Assert.Equal([2, 3], Bytes.ToArray(Bytes.ToByteString(value.AsMemory(1))));
    }

    private static bool EqualBytes((byte[] Key, byte[] Value) left, (byte[] Key, byte[] Value) right) =>
        left.Key.AsSpan().SequenceEqual(right.Key) && left.Value.AsSpan().SequenceEqual(right.Value);
}
