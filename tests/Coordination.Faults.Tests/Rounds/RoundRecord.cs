namespace Coordination.Faults.Tests;

/// <summary>Everything that the clients of a round sent and were told.</summary>
public sealed record RoundRecord
{
    /// <summary>Requests and answers.</summary>
    public required IReadOnlyList<StoreOperation> History { get; init; }

    /// <summary>How keys got a partition of their own, at its first revision; null when none did.</summary>
    public StoreOperation? Move { get; init; }

    /// <summary>What was watched.</summary>
    public required IReadOnlyList<SpaceWatch> Watches { get; init; }

    /// <summary>Leases.</summary>
    public required IReadOnlyList<LeaseRecord> Leases { get; init; }

    /// <summary>When leaders of the default partition, where leases are at home, were elected.</summary>
    public required IReadOnlyList<long> Elections { get; init; }

    /// <summary>When clients were told to stop.</summary>
    public required long StoppedAt { get; init; }

    /// <summary>The longest time without an acknowledged write, while clients asked for some: of the partition that was worse.</summary>
    public TimeSpan Outage => KeySpace.All.Max(OutageOf);

    public int Acknowledged => History.Count(IsAcknowledged);

    public int Unknown => History.Count(operation => operation.Outcome == Outcome.Unknown);

    private TimeSpan OutageOf(KeySpace space)
    {
        var writes = History.Where(operation => IsAcknowledged(operation) && space.Concerns(operation.Request));
        long[] ends = [.. writes.Select(operation => operation.End).Where(end => end <= StoppedAt).Order()];
        return TimeSpan.FromTicks(ends.Zip(ends.Skip(1), (one, next) => next - one).DefaultIfEmpty().Max());
    }

    private static bool IsAcknowledged(StoreOperation operation) => operation.Answer is { Result.IsChange: true };
}
