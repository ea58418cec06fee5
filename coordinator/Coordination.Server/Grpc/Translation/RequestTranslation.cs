using Coordination.StateMachine;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Proto = Coordination.Protocol.Etcd;

namespace Coordination.Server;

/// <summary>From requests that were checked to operations of the state machine. The only way in.</summary>
internal static class RequestTranslation
{
    public static PutOperation ToOperation(Proto.PutRequest request) => new(
        Bytes.ToArray(request.Key), request.Value.Memory, request.Lease, request.PrevKv, request.IgnoreValue, request.IgnoreLease);

    public static DeleteRangeOperation ToOperation(Proto.DeleteRangeRequest request) =>
        new(ToRange(request.Key, request.RangeEnd), request.PrevKv);

    public static RangeOperation ToOperation(Proto.RangeRequest request) => new(ToRange(request.Key, request.RangeEnd))
    {
        Revision = request.Revision,
        Limit = request.Limit,
        Order = (SortOrder)request.SortOrder,
        Target = (SortTarget)request.SortTarget,
        KeysOnly = request.KeysOnly,
        CountOnly = request.CountOnly,
        MinModRevision = request.MinModRevision,
        MaxModRevision = request.MaxModRevision,
        MinCreateRevision = request.MinCreateRevision,
        MaxCreateRevision = request.MaxCreateRevision,
    };

    public static TxnOperation ToOperation(Proto.TxnRequest request)
    {
        var comparisons = new Comparison[request.Compare.Count];
        for (int i = 0; i < comparisons.Length; i++)
        {
            comparisons[i] = ToComparison(request.Compare[i]);
        }

        return new TxnOperation(comparisons, ToOperations(request.Success), ToOperations(request.Failure));
    }

    private static Operation[] ToOperations(RepeatedField<Proto.RequestOp> requests)
    {
        var operations = new Operation[requests.Count];
        for (int i = 0; i < operations.Length; i++)
        {
            var request = requests[i];
            operations[i] = request.RequestCase switch
            {
                Proto.RequestOp.RequestOneofCase.RequestRange => ToOperation(request.RequestRange),
                Proto.RequestOp.RequestOneofCase.RequestPut => ToOperation(request.RequestPut),
                Proto.RequestOp.RequestOneofCase.RequestDeleteRange => ToOperation(request.RequestDeleteRange),
                Proto.RequestOp.RequestOneofCase.RequestTxn => ToOperation(request.RequestTxn),
                _ => throw new ArgumentException("An operation says nothing, and was not refused.", nameof(requests)),
            };
        }

        return operations;
    }

    /// <summary>Operands count only for the target that they are meant for; for another the target is compared with nothing.</summary>
    private static Comparison ToComparison(Proto.Compare compare)
    {
        var target = (CompareTarget)compare.Target;
        long number = (target, compare.TargetUnionCase) switch
        {
            (CompareTarget.Version, Proto.Compare.TargetUnionOneofCase.Version) => compare.Version,
            (CompareTarget.Create, Proto.Compare.TargetUnionOneofCase.CreateRevision) => compare.CreateRevision,
            (CompareTarget.Mod, Proto.Compare.TargetUnionOneofCase.ModRevision) => compare.ModRevision,
            (CompareTarget.Lease, Proto.Compare.TargetUnionOneofCase.Lease) => compare.Lease,
            _ => 0,
        };

        // The property is empty when another member of the union is set.
        var value = target == CompareTarget.Value ? compare.Value.Memory : default;
        return new Comparison(ToRange(compare.Key, compare.RangeEnd), target, (CompareResult)compare.Result, number, value);
    }

    private static KeyRange ToRange(ByteString key, ByteString rangeEnd) => KeyRange.FromRequest(key.Span, rangeEnd.Span);
}
