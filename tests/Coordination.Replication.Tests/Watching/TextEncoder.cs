using System.Text;
using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>Makes an event a line of text, such as <c>5 put k=v was u</c>, and counts how often it does.</summary>
internal sealed class TextEncoder : IWatchEventEncoder
{
    public int Encoded { get; private set; }

    /// <summary>When set, encoding waits for it: a hub that is busy.</summary>
    public ManualResetEventSlim? Gate { get; set; }

    public static string Line(KeyEvent happened, KeyValue? previous)
    {
        var current = happened.Current;
        string what = happened.IsDelete ? $"delete {Text(current.Key)}" : $"put {Text(current.Key)}={Text(current.Value.Span)}";
        return $"{current.ModRevision} {what}{(previous is null ? "" : $" was {Text(previous.Value.Span)}")}\n";
    }

    public byte[] Encode(KeyEvent happened, KeyValue? previous)
    {
        Encoded++;
        Gate?.Wait(TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetBytes(Line(happened, previous));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
