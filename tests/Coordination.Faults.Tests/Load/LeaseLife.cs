namespace Coordination.Faults.Tests;

/// <summary>What one client does with one lease and is told of it. For one caller at a time.</summary>
internal sealed class LeaseLife(long lease, TimeSpan ttl, LeaseMessage grant, HistoryClock clock)
{
    private readonly List<LeaseMessage> _renewals = [];
    private readonly List<LeaseMessage> _revocations = [];
    private readonly List<AttachedKey> _keys = [];

    /// <summary>One for each key that was attached for certain.</summary>
    public IEnumerable<LeaseRecord> Records => _keys.Select(key => key.ToRecord(new LeaseRecord
    {
        Lease = lease,
        Ttl = ttl,
        Grant = grant,
        AttachedAt = grant.EndedAt,
        Renewals = _renewals,
        Revocations = _revocations,
    }));

    /// <summary>Puts a key with the lease. Without an answer it may be there, now or later: nothing that could be judged.</summary>
    public async Task Attach(StoreClient client, TestMember member, KeySpace space)
    {
        var name = FormattableString.Invariant($"lease-{lease}");
        if (await client.Send(member, new StoreRequest.Put(space.Key(name), name, lease)) is not null)
        {
            _keys.Add(new AttachedKey(space, name, clock.Now));
        }
    }

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

    /// <summary>Reads the keys; true when all are certainly gone.</summary>
    public async Task<bool> Look(StoreClient client, TestMember member)
    {
        foreach (var key in _keys)
        {
            var start = clock.Now;
            if (await client.Send(member, new StoreRequest.Read(key.Key)) is { } answer)
            {
                var isPresent = answer.Result.Records.Any(record => record.Lease == lease);
                key.Note(new LeaseObservation(start, clock.Now, isPresent));
            }
        }

        return _keys.TrueForAll(key => key.IsGone);
    }
}
