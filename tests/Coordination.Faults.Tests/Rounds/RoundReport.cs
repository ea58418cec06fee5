using System.Globalization;

namespace Coordination.Faults.Tests;

/// <summary>What a round was like, in figures.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Change">What became of partitions meanwhile.</param>
/// <param name="Acknowledged">Writes that were acknowledged.</param>
/// <param name="Unknown">Requests without an answer.</param>
/// <param name="Outage">The longest time from one acknowledged write to the next, over all clients.</param>
/// <param name="Revisions">Revisions that were compared.</param>
/// <param name="Leases">Leases that were judged.</param>
/// <param name="Duration">The whole round.</param>
public sealed record RoundReport(
    string Fault, PartitionChange Change, int Acknowledged, int Unknown, TimeSpan Outage, int Revisions, int Leases, TimeSpan Duration)
{
    /// <summary>The figures of a round.</summary>
    public static RoundReport Of(RoundRecord round, Fault fault, PartitionChange change, int revisions, TimeSpan duration) => new(
        fault.Name, change, round.Acknowledged, round.Unknown, round.Outage, revisions, round.Leases.Count, duration);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Fault,-22} {(Change == PartitionChange.None ? "" : Change),-4} acknowledged {Acknowledged,5} unknown {Unknown,4} "
        + $"revisions {Revisions,5} leases {Leases,2} "
        + $"outage {Outage.TotalSeconds,6:F2} s of {Duration.TotalSeconds,5:F1} s");
}
