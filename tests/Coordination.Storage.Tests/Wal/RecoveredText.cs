using System.Globalization;
using System.Text;
using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>
/// Writes recovered partitions as text, the same for equal contents, so that two states compare with a readable difference.
/// </summary>
internal static class RecoveredText
{
    public static string Of(IEnumerable<KeyValuePair<PartitionId, RecoveredPartition>> partitions)
    {
        var text = new StringBuilder();
        foreach (var (id, partition) in partitions)
        {
            var state = partition.HardState;
            var start = partition.Snapshot;
            text.Append(CultureInfo.InvariantCulture, $"P{id} term={state.Term} vote={state.Vote} commit={state.Commit}");
            text.Append(CultureInfo.InvariantCulture, $" floor={state.Floor} base={start.Index}@{start.Term} {start.Membership}\n");
            foreach (var entry in partition.Entries)
            {
                uint check = Crc32C.Compute(entry.Data.Span);
                text.Append(CultureInfo.InvariantCulture, $"  {entry.Index}@{entry.Term} {entry.Kind} {entry.Data.Length} {check:x8}\n");
            }
        }

        return text.ToString();
    }
}
