namespace Coordination.Faults.Tests;

/// <summary>What one client does with one lease and is told of it. For one caller at a time.</summary>
internal sealed class LeaseLife(long lease, string key, HistoryClock clock)
{
    private readonly List<LeaseMessage> _renewals = [];
    private readonly List<LeaseMessage> _revocations = [];
    private readonly List<LeaseObservation> _observations = [];

    public async Task Renew(TestMember member)
    {
        var sentAt = clock.Now;
        var answer = LeaseAnswer.None;
        try
        {
            answer = await member.Calls.Renew(lease) > 0 ? LeaseAnswer.Alive : LeaseAnswer.Gone;
        }
        catch (RpcException)
        {
            // It may be renewed all the same.
        }

        _renewals.Add(new LeaseMessage(sentAt, clock.Now, answer));
    }

    public async Task Revoke(StoreClient client, TestMember member)
    {
        var sentAt = clock.Now;
        var answer = await client.Send(member, new StoreRequest.Revoke(lease)) is null ? LeaseAnswer.None : LeaseAnswer.Gone;
        _revocations.Add(new LeaseMessage(sentAt, clock.Now, answer));
    }

    /// <summary>Reads the key; true when it is certainly gone.</summary>
    public async Task<bool> Look(StoreClient client, TestMember member)
    {
        var start = clock.Now;
        if (await client.Send(member, new StoreRequest.Read(new KeyRange(key))) is not { } answer)
        {
            return false;
        }

        var isPresent = answer.Result.Records.Any(record => record.Lease == lease);
        _observations.Add(new LeaseObservation(start, clock.Now, isPresent));
        return !isPresent;
    }

    public LeaseRecord ToRecord(TimeSpan ttl, LeaseMessage grant, long attachedAt) => new()
    {
        Lease = lease,
        Ttl = ttl,
        Grant = grant,
        AttachedAt = attachedAt,
        Renewals = _renewals,
        Revocations = _revocations,
        Observations = _observations,
    };
}
