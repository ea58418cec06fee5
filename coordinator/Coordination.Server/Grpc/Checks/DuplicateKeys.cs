using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Coordination.Server;

/// <summary>
/// The rule that no branch of a transaction puts a key twice, or puts a key that it also deletes, nested transactions included. It is
/// etcd's rule with its gaps: of nested transactions, a put is held only against deletions of the branch around them and of nested ones
/// before; and an end of a zero byte, which means no end everywhere else, is taken for just that, so that the range looks empty.
/// </summary>
internal static class DuplicateKeys
{
    /// <summary>Refuses a branch that breaks the rule.</summary>
    public static void Check(RepeatedField<RequestOp> branch) => Collect(branch, new KeyIntervals());

    /// <summary>The keys that a branch puts; what it deletes goes to <paramref name="deleted"/>.</summary>
    private static HashSet<ByteString> Collect(RepeatedField<RequestOp> branch, KeyIntervals deleted)
    {
        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestDeleteRange)
            {
                deleted.Add(operation.RequestDeleteRange.Key, operation.RequestDeleteRange.RangeEnd);
            }
        }

        var put = new HashSet<ByteString>(ByteStringComparer.Instance);
        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestTxn)
            {
                CollectNested(operation.RequestTxn, put, deleted);
            }
        }

        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestPut)
            {
                Add(operation.RequestPut.Key, put, deleted);
            }
        }

        return put;
    }

    /// <summary>Only one branch of a nested transaction happens, so both may put the same key.</summary>
    private static void CollectNested(TxnRequest nested, HashSet<ByteString> put, KeyIntervals deleted)
    {
        var deletedBySuccess = new KeyIntervals();
        var putBySuccess = Collect(nested.Success, deletedBySuccess);
        var deletedByFailure = new KeyIntervals();
        var putByFailure = Collect(nested.Failure, deletedByFailure);
        foreach (var key in putBySuccess)
        {
            Add(key, put, deleted);
        }

        foreach (var key in putByFailure)
        {
            if (!putBySuccess.Contains(key))
            {
                Add(key, put, deleted);
            }
        }

        deleted.AddAll(deletedBySuccess);
        deleted.AddAll(deletedByFailure);
    }

    private static void Add(ByteString key, HashSet<ByteString> put, KeyIntervals deleted)
    {
        if (!put.Add(key) || deleted.Contains(key))
        {
            throw EtcdErrors.Refuse(EtcdErrors.DuplicateKey);
        }
    }
}
