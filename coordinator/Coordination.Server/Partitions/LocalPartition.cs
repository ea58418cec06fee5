using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Coordination.Server;

/// <summary>
/// A partition of which this member has a replica: checks, translates, and either reads a view or has a command applied.
/// </summary>
internal sealed class LocalPartition(EtcdPartition partition, SpaceGuard space, EtcdServiceOptions options) : IPartitionStore
{
    /// <inheritdoc/>
    public async ValueTask<RangeResponse> RangeAsync(RangeRequest request)
    {
        RequestChecks.Check(request);
        var operation = RequestTranslation.ToOperation(request);
        var view = request.Serializable ? partition.Replica.View : await partition.ReadAsync().ConfigureAwait(false);
        while (true)
        {
            var error = view.Read(operation, out var result);
            if (error == ApplyError.None)
            {
                return ResponseTranslation.ToResponse(result, partition.Header(view.Revision));
            }

            view = await NewerAsync(view, error).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PutResponse> PutAsync(PutRequest request)
    {
        await space.UseAsync(SpaceCost.Of(request)).ConfigureAwait(false);
        RequestChecks.Check(request);
        RequestSize.Check(request, options.RequestBytesMax, partition.Replica.Id);
        var outcome = await partition.ApplyAsync(new PutCommand(RequestTranslation.ToOperation(request))).ConfigureAwait(false);
        return ResponseTranslation.ToResponse(ResultOf<PutResult>(outcome), partition.Header(outcome));
    }

    /// <inheritdoc/>
    public async ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request)
    {
        RequestChecks.Check(request);
        RequestSize.Check(request, options.RequestBytesMax, partition.Replica.Id);
        var outcome = await partition.ApplyAsync(new DeleteRangeCommand(RequestTranslation.ToOperation(request))).ConfigureAwait(false);
        return ResponseTranslation.ToResponse(ResultOf<DeleteRangeResult>(outcome), partition.Header(outcome));
    }

    /// <inheritdoc/>
    public async ValueTask<TxnResponse> TxnAsync(TxnRequest request)
    {
        await space.UseAsync(SpaceCost.Of(request)).ConfigureAwait(false);
        RequestChecks.Check(request, options.TxnOperationsMax);
        if (IsReadOnly(request, out bool isSerializable))
        {
            var view = isSerializable ? partition.Replica.View : await partition.ReadAsync().ConfigureAwait(false);
            return await ReadAsync(RequestTranslation.ToOperation(request), view).ConfigureAwait(false);
        }

        RequestSize.Check(request, options.RequestBytesMax, partition.Replica.Id);
        var outcome = await partition.ApplyAsync(new TxnCommand(RequestTranslation.ToOperation(request))).ConfigureAwait(false);
        return ResponseTranslation.ToResponse(ResultOf<TxnResult>(outcome), partition.Header(outcome));
    }

    /// <inheritdoc/>
    public async ValueTask<CommandOutcome> ApplyAsync(Command command)
    {
        var outcome = await partition.Replica.ProposeAsync(command).ConfigureAwait(false);
        return outcome.End == ProposalEnd.Applied
            ? new CommandOutcome(outcome.Result.Error, outcome.Result.Revision)
            : throw EtcdErrors.Refuse(EtcdErrors.Of(outcome.End));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ByteString>> ReadLeaseKeysAsync(long lease)
    {
        await partition.ReadAsync().ConfigureAwait(false);

        // A copy, since the state goes on changing its own.
        byte[][] keys = await partition.QueryAsync<byte[][]>(state => [.. state.FindLeaseKeys(lease) ?? []]).ConfigureAwait(false);
        return Array.ConvertAll(keys, static key => Bytes.ToByteString(key));
    }

    /// <inheritdoc/>
    public async ValueTask<MoveProgress> ReadProgressAsync()
    {
        var view = await partition.ReadAsync().ConfigureAwait(false);
        return new MoveProgress(view.Ownership.Phase, view.Received.Chunks, view.Received.LastKey);
    }

    private async ValueTask<TxnResponse> ReadAsync(TxnOperation operation, StoreView view)
    {
        while (true)
        {
            var error = view.Read(operation, out var result);
            if (error == ApplyError.None && result is not null)
            {
                return ResponseTranslation.ToResponse(result, partition.Header(view.Revision));
            }

            view = await NewerAsync(view, error).ConfigureAwait(false);
        }
    }

    /// <summary>If a compaction passed the view while it was read, a newer one, which knows what can be read; else the refusal.</summary>
    private ValueTask<StoreView> NewerAsync(StoreView view, ApplyError error) =>
        error == ApplyError.Compacted && view.IsOvertaken
            ? partition.ReadNewerAsync()
            : throw EtcdErrors.Refuse(EtcdErrors.Of(error));

    private static bool IsReadOnly(TxnRequest request, out bool isSerializable)
    {
        isSerializable = true;
        return IsReadOnly(request.Success, ref isSerializable) && IsReadOnly(request.Failure, ref isSerializable);
    }

    private static bool IsReadOnly(RepeatedField<RequestOp> operations, ref bool isSerializable)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i].RequestCase != RequestOp.RequestOneofCase.RequestRange)
            {
                return false;
            }

            isSerializable &= operations[i].RequestRange.Serializable;
        }

        return true;
    }

    private static T ResultOf<T>(in ProposalOutcome outcome)
        where T : OperationResult =>
        outcome.Result.Result as T
            ?? throw new InvalidOperationException($"A command that gives a {typeof(T).Name} gave {outcome.Result.Result}.");
}
