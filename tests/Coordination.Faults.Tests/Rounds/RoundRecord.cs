namespace Coordination.Faults.Tests;

/// <summary>Everything that the clients of a round sent and were told.</summary>
public sealed record RoundRecord
{
    /// <summary>The store before the round.</summary>
    public required StoreState Initial { get; init; }

    /// <summary>Requests and answers, with those of earlier rounds that may still take effect.</summary>
    public required IReadOnlyList<StoreOperation> History { get; init; }

    /// <summary>What was watched.</summary>
    public required IReadOnlyList<WatchRecord> Watches { get; init; }

    /// <summary>Leases.</summary>
    public required IReadOnlyList<LeaseRecord> Leases { get; init; }

    /// <summary>When leaders were elected.</summary>
    public required IReadOnlyList<long> Elections { get; init; }

    /// <summary>When clients were told to stop.</summary>
    public required long StoppedAt { get; init; }

    /// <summary>The longest time without an acknowledged write, while clients asked for some.</summary>
    public TimeSpan Outage
    {
        get
        {
            long[] ends = [.. History.Where(IsAcknowledged).Select(operation => operation.End).Where(end => end <= StoppedAt).Order()];
            return TimeSpan.FromTicks(ends.Zip(ends.Skip(1), (one, next) => next - one).DefaultIfEmpty().Max());
        }
    }

    public int Acknowledged => History.Count(IsAcknowledged);

    /// <summary>Without those of earlier rounds, whose ids are negative.</summary>
    public int Unknown => History.Count(operation => operation is { Outcome: Outcome.Unknown, Id: > 0 });

    private static bool IsAcknowledged(StoreOperation operation) => operation.Answer is { Result.IsChange: true };
}
