using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server.Tests;

public sealed class TxnScopeTests
{
    private static readonly PartitionMap Map = PartitionMap.Of(
        1,
        [
            new PartitionEntry { Id = 0, Prefix = [], Replicas = [1], Stage = PartitionStage.Serving },
            new PartitionEntry { Id = 3, Prefix = "/a/"u8.ToArray(), Replicas = [1], Stage = PartitionStage.Serving },
        ]);

    [Fact]
    public void Everything_that_a_transaction_names_counts_whichever_way_it_goes()
    {
        Action<TxnRequest>[] others =
        [
            txn => txn.Compare.Add(new Compare { Key = Key("/b") }),
            txn => txn.Compare.Add(new Compare { Key = Key("/a/"), RangeEnd = Key("/b") }),
            txn => txn.Failure.Add(new RequestOp { RequestPut = new PutRequest { Key = Key("/b") } }),
            txn => txn.Success.Add(new RequestOp { RequestRange = new RangeRequest { Key = Key("/a"), RangeEnd = Key("/b") } }),
            txn => txn.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Key("/b") } }),
            txn => txn.Failure.Add(new RequestOp { RequestTxn = Put("/b") }),
        ];
        foreach (var add in others)
        {
            TxnRequest request = Put("/a/x");
            Assert.Equal(3u, TxnScope.Of(request, Map).Partition.Id);
            add(request);
            var refusal = Assert.Throws<RpcException>(() => TxnScope.Of(request, Map));
            Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
            Assert.Equal(
                "coordination: a transaction cannot span partitions; the keys of this one are in partitions 0, 3", refusal.Status.Detail);
        }
    }

    [Fact]
    public void A_transaction_without_keys_is_the_default_partitions() =>
        Assert.Equal(0u, TxnScope.Of(new TxnRequest(), Map).Partition.Id);

    [Fact]
    public void Leases_are_found_in_both_branches_and_in_nested_transactions()
    {
        TxnRequest request = Put("/a/x", lease: 7);
        request.Failure.Add(new RequestOp { RequestTxn = Put("/a/y", lease: 8) });
        request.Failure.Add(new RequestOp { RequestPut = new PutRequest { Key = Key("/a/z"), Lease = 7 } });
        Assert.Equal([7L, 8L], TxnScope.Of(request, Map).Leases.Order());
    }

    private static TxnRequest Put(string key, long lease = 0) =>
        new() { Success = { new RequestOp { RequestPut = new PutRequest { Key = Key(key), Lease = lease } } } };

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);
}
