using System.Text;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>Events of watches as text, one a line, so that checkers can compare them.</summary>
internal sealed class WatchEventText : IWatchEventEncoder
{
    /// <summary>The only one.</summary>
    public static readonly WatchEventText Instance = new();

    /// <inheritdoc/>
    public byte[] Encode(KeyEvent happened, KeyValue? previous) => Encoding.ASCII.GetBytes(Of(happened.Current) + "\n");

    /// <summary>A change of a key.</summary>
    public static string Of(KeyValue change) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{change.ModRevision} {Convert.ToHexString(change.Key)} {change.Version} {Convert.ToHexString(change.Value.Span)}");

    /// <summary>The events of a delivery.</summary>
    public static string[] Lines(WatchNotice notice) =>
        Encoding.ASCII.GetString(notice.Events.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The revision of an event.</summary>
    public static long RevisionOf(string line) =>
        long.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);
}
