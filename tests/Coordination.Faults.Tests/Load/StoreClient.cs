namespace Coordination.Faults.Tests;

/// <summary>
/// Sends requests and records what was said. Only what the server certainly did not do counts as refused: everything else that went wrong
/// may have been done, or may be done yet.
/// </summary>
public sealed class StoreClient(int number, StoreRecorder history, WriteProgress progress)
{
    // The last is the client's own word for a connection that never came about, so that nothing was sent.
    private static readonly HashSet<string> Refusals =
    [
        "etcdserver: too many requests", "etcdserver: requested lease not found", "etcdserver: lease already exists",
        "Error connecting to subchannel.",
    ];

    /// <summary>Sends a request to a member; the answer, or null when there was none.</summary>
    public async Task<StoreAnswer?> Send(TestMember member, StoreRequest request)
    {
        var session = member.Session;
        var pending = history.Begin(number, session, request);
        try
        {
            var answer = await Ask(member.Calls, request);
            if (request is StoreRequest.Read { IsSerializable: true } && member.Session != session)
            {
                // Which life answered is not known, so nothing is known of what it had to show.
                pending.Unknown();
                return null;
            }

            pending.Answered(answer);
            progress.Note(answer);
            return answer;
        }
        catch (RpcException error) when (Refusals.Contains(error.Status.Detail))
        {
            pending.Refused();
        }
        catch (RpcException)
        {
            pending.Unknown();
        }

        return null;
    }

    private static async Task<StoreAnswer> Ask(MemberCalls calls, StoreRequest request)
    {
        switch (request)
        {
            case StoreRequest.Put put:
                return new StoreAnswer((await calls.Put(StoreMessages.Put(put))).Header.Revision, new StoreResult.Put());

            case StoreRequest.Delete delete:
                var deletion = await calls.Delete(StoreMessages.Delete(delete));
                return new StoreAnswer(deletion.Header.Revision, StoreMessages.Deleted(deletion));

            case StoreRequest.Read read:
                var range = await calls.Range(StoreMessages.Range(read));
                return new StoreAnswer(range.Header.Revision, StoreMessages.Found(range));

            case StoreRequest.Transaction transaction:
                var txn = await calls.Txn(StoreMessages.Txn(transaction));
                return new StoreAnswer(txn.Header.Revision, StoreMessages.Transacted(txn));

            case StoreRequest.Grant grant:
                var granted = await calls.Grant(grant.Lease, grant.TtlSeconds);
                return new StoreAnswer(granted.Header.Revision, new StoreResult.Leased());

            case StoreRequest.Revoke revoke:
                return new StoreAnswer((await calls.Revoke(revoke.Lease)).Header.Revision, new StoreResult.Leased());

            default:
                throw new ArgumentException($"No such request: {request}.", nameof(request));
        }
    }
}
