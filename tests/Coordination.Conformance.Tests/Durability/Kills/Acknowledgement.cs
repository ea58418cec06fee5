using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>What a client knows of a request that was answered: the store's revision, and how many keys it changed in it.</summary>
public sealed record Acknowledgement(long Revision, long Changes)
{
    public static Acknowledgement Of(IMessage response) => response switch
    {
        PutResponse put => new(put.Header.Revision, 1),
        DeleteRangeResponse deletion => new(deletion.Header.Revision, deletion.Deleted),
        TxnResponse txn => new(txn.Header.Revision, ChangesOf(txn)),
        LeaseGrantResponse grant => new(grant.Header.Revision, 0),
        LeaseRevokeResponse revocation => new(revocation.Header.Revision, 0),
        CompactionResponse compaction => new(compaction.Header.Revision, 0),
        _ => throw new ArgumentException($"No such answer: {response.Descriptor.Name}."),
    };

    public override string ToString() => $"acknowledged at {Revision} with {Changes} changes";

    private static long ChangesOf(TxnResponse txn) => txn.Responses.Sum(response => response.ResponseCase switch
    {
        ResponseOp.ResponseOneofCase.ResponsePut => 1,
        ResponseOp.ResponseOneofCase.ResponseDeleteRange => response.ResponseDeleteRange.Deleted,
        ResponseOp.ResponseOneofCase.ResponseTxn => ChangesOf(response.ResponseTxn),
        _ => 0,
    });
}
