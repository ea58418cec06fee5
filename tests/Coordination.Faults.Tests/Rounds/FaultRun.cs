using System.Globalization;

namespace Coordination.Faults.Tests;

/// <summary>
/// Round after round of faults that are drawn from a seed, on a new cluster every few rounds. The first violation ends it.
/// </summary>
public sealed class FaultRun(int seed, int rounds, IReadOnlyList<Fault> faults, Action<string> report)
{
    private const int RoundsOfCluster = 10;

    // How many rounds it takes on average until keys get a partition, or lose it.
    private const int ChangeOnceIn = 3;

    private static readonly int[] ElectionMilliseconds = [250, 500, 1000];
    private static readonly int[] SnapshotCounts = [100, 1000, 10_000];

    private readonly Random _chance = new(seed);
    private readonly List<RoundReport> _reports = [];

    /// <summary>Runs all rounds, and reports a line for each and totals at the end.</summary>
    public async Task Run()
    {
        for (var first = 0; first < rounds; first += RoundsOfCluster)
        {
            await RunOnOneCluster(first, Math.Min(first + RoundsOfCluster, rounds));
        }

        foreach (var kind in _reports.GroupBy(round => round.Fault).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            report(FormattableString.Invariant($"{kind.Key,-22} rounds {kind.Count(),3} ") + Totals([.. kind]));
        }

        report(FormattableString.Invariant($"FAULTS ok seed={seed} rounds={rounds} ") + Totals(_reports));
    }

    private async Task RunOnOneCluster(int first, int end)
    {
        var random = Next();
        var snapshotCount = SnapshotCounts[random.Next(SnapshotCounts.Length)];
        await using var cluster = await TestCluster.Start(new ClusterSettings
        {
            ElectionTimeout = TimeSpan.FromMilliseconds(ElectionMilliseconds[random.Next(ElectionMilliseconds.Length)]),
            SnapshotCount = snapshotCount,
            SnapshotCatchUpEntries = snapshotCount / 5,
        });
        ClusterStory story = new(cluster);
        if (random.Next(2) == 0)
        {
            await story.CreatePartition(random);
        }

        for (var number = first; number < end; number++)
        {
            await RunRound(story, number);
        }
    }

    private async Task RunRound(ClusterStory story, int number)
    {
        var random = Next();
        var fault = faults[random.Next(faults.Count)];
        var change = (story.Partitions.Created is null, random.Next(ChangeOnceIn) == 0) switch
        {
            (true, true) => PartitionChange.Move,
            (false, true) => PartitionChange.Drop,
            _ => PartitionChange.None,
        };
        try
        {
            if (random.Next(2) == 0 && story.Partitions.Default.State.Revision > StoreState.Fresh.Revision)
            {
                await Compact(story.Cluster.Members[random.Next(TestCluster.Size)], story.Partitions.Default.State.Revision);
            }

            var played = await story.Play(fault, change, number, random);
            _reports.Add(played);
            report(FormattableString.Invariant($"round {number + 1,3} seed {seed} {played}"));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Seed {seed}, round {number + 1} of {rounds}, {fault}, change {change}: {error.Message}"),
                error);
        }
    }

    private static async Task Compact(TestMember member, long revision)
    {
        try
        {
            await member.Calls.Compact(revision);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            // Leaders change on a busy machine although nothing is broken. It is done later, or not at all: it may be either way.
        }
    }

    /// <summary>The chance of one round: whatever it does with it, the next has its own.</summary>
    private Random Next() => new(_chance.Next());

    private static string Totals(IReadOnlyCollection<RoundReport> played) => string.Create(
        CultureInfo.InvariantCulture,
        $"acknowledged {played.Sum(round => round.Acknowledged)} unknown {played.Sum(round => round.Unknown)} "
        + $"revisions {played.Sum(round => round.Revisions)} leases {played.Sum(round => round.Leases)} "
        + $"outage up to {played.Max(round => round.Outage.TotalSeconds):F2} s, on average "
        + $"{played.Average(round => round.Outage.TotalSeconds):F2} s; {played.Sum(round => round.Duration.TotalSeconds):F0} s");
}
