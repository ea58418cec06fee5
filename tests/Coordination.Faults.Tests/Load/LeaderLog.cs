namespace Coordination.Faults.Tests;

/// <summary>Notes when members begin to speak of a new leader: elections, for the judge of leases.</summary>
public sealed class LeaderLog(IReadOnlyList<TestMember> members, HistoryClock clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<long> _elections = [];
    private (ulong Term, ulong Leader) _latest;

    /// <summary>Ticks of the history's clock. Read it after the end of <see cref="Run"/>.</summary>
    public IReadOnlyList<long> Elections => _elections;

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answers = await Task.WhenAll(members.Select(TestCluster.FindStatus));
            var latest = answers.OfType<Etcd.StatusResponse>()
                .Select(status => (Term: status.RaftTerm, status.Leader))
                .Where(known => known.Leader != 0)
                .DefaultIfEmpty()
                .Max();
            if (latest.Term > _latest.Term)
            {
                _latest = latest;
                _elections.Add(clock.Now);
            }

            await Pace.Take(Interval, CancellationToken.None);
        }
    }
}
