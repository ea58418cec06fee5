namespace Coordination.Conformance.Tests;

/// <summary>What a server does when it is killed, besides serving clients.</summary>
public enum KilledDuring
{
    Load,
    Compaction,
    Defragmentation,
}

/// <summary>What happens in one round, drawn from the run's seed. What the server is at in that moment is chance.</summary>
public sealed record RoundPlan
{
    private const int WritersMax = 24;
    private const int AcknowledgementsMax = 1500;
    private const int LargeAcknowledgementsMax = 250;
    private static readonly int?[] SnapshotCounts = [50, 200, 1000, null];

    /// <summary>A load that fills disks, and leaves what stays as it is.</summary>
    public static RoundPlan OfLargeValues { get; } = new()
    {
        Number = 1,
        LoadSeed = 1,
        KilledStarts = [],
        Writers = 8,
        HasLargeValues = true,
        HasShortLeases = false,
        SnapshotCount = null,
        During = KilledDuring.Load,
        CompactionAt = null,
        KillAt = int.MaxValue,
        KillAfter = TimeSpan.Zero,
    };

    public required int Number { get; init; }

    /// <summary>The chance of the clients.</summary>
    public required int LoadSeed { get; init; }

    /// <summary>Starts that are killed before they are done, each after this part of the time that a start took before.</summary>
    public required IReadOnlyList<double> KilledStarts { get; init; }

    public required int Writers { get; init; }

    /// <summary>Values of up to a megabyte among the others, so that logs and tables fill up.</summary>
    public required bool HasLargeValues { get; init; }

    /// <summary>Leases that run out by themselves.</summary>
    public bool HasShortLeases { get; init; } = true;

    public required int? SnapshotCount { get; init; }

    public required KilledDuring During { get; init; }

    /// <summary>The acknowledgement that starts the compaction of a round that has one.</summary>
    public required int? CompactionAt { get; init; }

    /// <summary>The acknowledgement with which the server is killed, or the operation starts during which it is.</summary>
    public required int KillAt { get; init; }

    /// <summary>The time from then on, unless the operation ends before.</summary>
    public required TimeSpan KillAfter { get; init; }

    /// <summary>All rounds of a run, without end: the same for the same seed, in whichever process.</summary>
    public static IEnumerable<RoundPlan> OfRun(int seed)
    {
        var chance = new Random(seed);
        for (var number = 1; ; number++)
        {
            // Each round has chance of its own, so that the next does not depend on how much of it this one needs.
            yield return Draw(number, new Random(chance.Next()));
        }
    }

    private static RoundPlan Draw(int number, Random random)
    {
        var large = random.Next(5) == 0;

        // As many rounds with few acknowledgements as with many: an early kill catches what follows the start.
        var killAt = (int)Math.Pow(large ? LargeAcknowledgementsMax : AcknowledgementsMax, random.NextDouble());
        var during = random.Next(6) switch { 0 => KilledDuring.Compaction, 1 => KilledDuring.Defragmentation, _ => KilledDuring.Load };
        return new RoundPlan
        {
            Number = number,
            LoadSeed = random.Next(),
            KilledStarts = [.. Enumerable.Range(0, Math.Max(0, random.Next(6) - 2)).Select(_ => random.NextDouble() * 1.2)],
            Writers = random.Next(1, WritersMax + 1),
            HasLargeValues = large,
            SnapshotCount = SnapshotCounts[random.Next(SnapshotCounts.Length)],
            During = during,
            CompactionAt = random.Next(3) == 0 ? random.Next(1, killAt + 1) : null,
            KillAt = killAt,
            KillAfter = TimeSpan.FromMilliseconds(20) * Math.Pow(random.NextDouble(), 3),
        };
    }
}
