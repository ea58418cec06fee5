using System.Globalization;

namespace Coordination.Simulation;

/// <summary>The last lines of a run: the figures for people, and the result for programs.</summary>
internal sealed class RunSummary(WorldStatistics total, TimeSpan elapsed, int threads)
{
    /// <summary>Prints the figures and the result.</summary>
    public void Print(TextWriter output, WorldResult? failed)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seeds={total.Seeds} steps={total.Steps} seconds={seconds:F1} threads={threads} steps/s={total.Steps / seconds:F0} "
            + $"messages={total.Messages} commits={total.Commits} elections={total.Elections} writes={total.WritesAcknowledged} "
            + $"reads={total.ReadsAnswered} snapshots={total.SnapshotsInstalled} changes={total.MembershipChanges} "
            + $"drops={total.ReplicasDropped} transfers={total.Transfers} recoveries={total.Recoveries} failstops={total.FailStops} "
            + $"damage={total.DamageDetected} sleeps={total.Quiesced} comparisons={total.Comparisons} lost={total.CommitsLost} "
            + $"faults={total.Faults} ({string.Join(' ', DescribeFaults())})"));
        output.WriteLine(failed is null
            ? $"RESULT ok seeds={total.Seeds}"
            : $"RESULT violation seed={failed.Options.Seed} seeds-run={total.Seeds} rule={failed.Violation!.Rule}");
    }

    private IEnumerable<string> DescribeFaults()
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            if (total[kind] > 0)
            {
                yield return $"{kind}={total[kind]}";
            }
        }
    }
}
