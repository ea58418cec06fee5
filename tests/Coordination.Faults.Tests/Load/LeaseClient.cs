namespace Coordination.Faults.Tests;

/// <summary>
/// One lease after the other, each with keys of its own in every space: granted, kept alive for a while, and then revoked or watched until
/// it is gone.
/// </summary>
public sealed class LeaseClient(
    long firstLease, IReadOnlyList<TestMember> members, StoreClient client, HistoryClock clock, Random random)
{
    private const int TtlSeconds = 2;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan KeptMax = TimeSpan.FromSeconds(4);

    private readonly List<LeaseRecord> _records = [];
    private long _lease = firstLease;

    /// <summary>The leases' keys that were attached. Read it after the end of <see cref="Run"/>.</summary>
    public IReadOnlyList<LeaseRecord> Records => _records;

    /// <summary>Goes on until it is stopped, and the last lease is gone.</summary>
    /// <param name="stop">Begins no lease any more, and renews none.</param>
    /// <param name="giveUp">Does not even wait for the last to go.</param>
    public async Task Run(CancellationToken stop, CancellationToken giveUp)
    {
        while (!stop.IsCancellationRequested)
        {
            await Live(++_lease, stop, giveUp);
        }
    }

    private TestMember AnyMember => members[random.Next(members.Count)];

    private async Task Live(long lease, CancellationToken stop, CancellationToken giveUp)
    {
        var sentAt = clock.Now;
        if (await client.Send(AnyMember, new StoreRequest.Grant(lease, TtlSeconds)) is null)
        {
            await Pace.Take(LookInterval);
            return;
        }

        var grant = new LeaseMessage(sentAt, clock.Now, LeaseAnswer.Alive);
        LeaseLife life = new(lease, TimeSpan.FromSeconds(TtlSeconds), grant, clock);
        foreach (var space in KeySpace.All)
        {
            await life.Attach(client, AnyMember, space);
        }

        await Keep(life, stop);
        if (random.Next(4) == 0)
        {
            await life.Revoke(client, AnyMember);
        }

        while (!await life.Look(client, AnyMember) && !giveUp.IsCancellationRequested)
        {
            await Pace.Take(LookInterval);
        }

        _records.AddRange(life.Records);
    }

    private async Task Keep(LeaseLife life, CancellationToken stop)
    {
        var until = clock.Now + (long)(KeptMax.Ticks * random.NextDouble());
        while (clock.Now < until && !stop.IsCancellationRequested)
        {
            await life.Renew(AnyMember);
            await life.Look(client, AnyMember);
            await Pace.Take(LookInterval * (1 + random.Next(3)), CancellationToken.None);
        }
    }
}
