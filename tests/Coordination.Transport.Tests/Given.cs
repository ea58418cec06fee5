using Coordination.Raft;

namespace Coordination.Transport.Tests;

/// <summary>Messages to send.</summary>
internal static class Given
{
    public static readonly ReplicaId From = new(1);

    public static readonly ReplicaId To = new(2);

    /// <summary>A message that bears a number to know it by.</summary>
    public static Message Numbered(ulong number) => new AppendAccepted(From, To, new Term(1), new LogIndex(number));

    public static AppendRequest Append(ulong previous, int entries, int bytes)
    {
        var list = new Entry[entries];
        for (int i = 0; i < entries; i++)
        {
            list[i] = new Entry(new Term(3), new LogIndex(previous) + (i + 1), EntryKind.Command, new byte[bytes]);
        }

        return new AppendRequest(From, To, new Term(3), new LogIndex(previous), new Term(3), list, new LogIndex(previous));
    }
}
