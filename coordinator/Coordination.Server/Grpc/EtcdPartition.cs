using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// The partition as the services use it: what goes wrong is an exception with etcd's code and text, and answers get their headers. From any
/// thread.
/// </summary>
internal sealed class EtcdPartition(PartitionReplica replica, NodeIdentity identity)
{
    public PartitionReplica Replica => replica;

    public NodeIdentity Identity => identity;

    /// <summary>Has a command applied.</summary>
    public async ValueTask<ProposalOutcome> ApplyAsync(Command command)
    {
        var outcome = await replica.ProposeAsync(command).ConfigureAwait(false);
        if (outcome.End != ProposalEnd.Applied)
        {
            throw EtcdErrors.Refuse(EtcdErrors.Of(outcome.End));
        }

        return outcome.Result.Error == ApplyError.None ? outcome : throw EtcdErrors.Refuse(EtcdErrors.Of(outcome.Result.Error));
    }

    /// <summary>A view that contains everything that any client was told of before.</summary>
    public async ValueTask<StoreView> ReadAsync()
    {
        var read = await replica.ReadAsync().ConfigureAwait(false);
        return read.IsConfirmed ? read.View : throw EtcdErrors.Refuse(EtcdErrors.Of(read.End));
    }

    /// <summary>A view for whoever holds one that a compaction has passed: never that one again.</summary>
    public async ValueTask<StoreView> ReadNewerAsync()
    {
        // A query runs between batches of commands: the compaction that was seen is committed by then, and in the view.
        await QueryAsync(static state => state.AppliedIndex).ConfigureAwait(false);
        return await ReadAsync().ConfigureAwait(false);
    }

    /// <summary>Asks for what a view does not show.</summary>
    public Task<T> QueryAsync<T>(Func<PartitionState, T> query) => UnlessStoppedAsync(replica.QueryAsync(query));

    /// <summary>Waits until everything that compactions gave up is removed.</summary>
    public Task CompactionFinishedAsync() => UnlessStoppedAsync(AsResultAsync(replica.CompactionFinishedAsync()));

    /// <summary>Lets another member lead.</summary>
    public Task<LeadershipTransferEnd> TransferLeadershipAsync(ulong target) => UnlessStoppedAsync(replica.TransferLeadershipAsync(target));

    /// <summary>The header of an answer.</summary>
    public ResponseHeader Header(long revision) => Header(revision, replica.Term);

    /// <summary>The header of the answer to a command.</summary>
    public ResponseHeader Header(in ProposalOutcome outcome) => Header(outcome.Result.Revision, outcome.Term);

    private ResponseHeader Header(long revision, ulong term) => new()
    {
        ClusterId = identity.ClusterId,
        MemberId = identity.MemberId,
        Revision = revision,
        RaftTerm = term,
    };

    private static async Task<bool> AsResultAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    private static async Task<T> UnlessStoppedAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // The replica's word for having stopped.
            throw EtcdErrors.Refuse(EtcdErrors.Stopped);
        }
    }
}
