using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Coordination.Server;

/// <summary>
/// What a transaction is about, whichever way it goes: the one partition of its keys, and the leases that it attaches keys to.
/// </summary>
internal sealed class TxnScope
{
    private readonly PartitionMap _map;
    private readonly SortedDictionary<uint, PartitionEntry> _partitions = [];
    private readonly HashSet<long> _leases = [];

    private TxnScope(PartitionMap map) => _map = map;

    /// <summary>The partition; the default one for a transaction without keys.</summary>
    public PartitionEntry Partition => _partitions.Count == 0 ? _map.Default : _partitions.Values.First();

    /// <summary>The leases.</summary>
    public IReadOnlyCollection<long> Leases => _leases;

    /// <summary>Looks through a transaction.</summary>
    /// <exception cref="Grpc.Core.RpcException">Its keys are in several partitions.</exception>
    public static TxnScope Of(TxnRequest request, PartitionMap map)
    {
        var scope = new TxnScope(map);
        if (!map.IsSingle)
        {
            scope.Add(request);
            if (scope._partitions.Count > 1)
            {
                throw EtcdErrors.Refuse(EtcdErrors.SpansPartitions("a transaction", scope._partitions.Keys));
            }
        }

        return scope;
    }

    private void Add(TxnRequest request)
    {
        foreach (var compare in request.Compare)
        {
            Add(compare.Key, compare.RangeEnd);
        }

        Add(request.Success);
        Add(request.Failure);
    }

    private void Add(RepeatedField<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            switch (operation.RequestCase)
            {
                case RequestOp.RequestOneofCase.RequestRange:
                    Add(operation.RequestRange.Key, operation.RequestRange.RangeEnd);
                    break;
                case RequestOp.RequestOneofCase.RequestPut:
                    Add(operation.RequestPut.Key, ByteString.Empty);
                    if (operation.RequestPut.Lease != 0)
                    {
                        _leases.Add(operation.RequestPut.Lease);
                    }

                    break;
                case RequestOp.RequestOneofCase.RequestDeleteRange:
                    Add(operation.RequestDeleteRange.Key, operation.RequestDeleteRange.RangeEnd);
                    break;
                case RequestOp.RequestOneofCase.RequestTxn:
                    Add(operation.RequestTxn);
                    break;
                default:
                    // It says nothing, and will be refused.
                    break;
            }
        }
    }

    private void Add(ByteString key, ByteString rangeEnd)
    {
        foreach (var slice in _map.Split(KeyRange.FromRequest(key.Span, rangeEnd.Span)))
        {
            _partitions[slice.Partition.Id] = slice.Partition;
        }
    }
}
