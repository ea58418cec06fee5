using System.Buffers;
using Coordination.Raft;

namespace Coordination.Transport.Tests;

/// <summary>Encodes and decodes whole batches, and compares messages by what they say.</summary>
internal static class Batches
{
    public static byte[] Encode(IEnumerable<(PartitionId Partition, Message Message)> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageBatchWriter(output);
        writer.Begin();
        foreach (var (partition, message) in messages)
        {
            writer.Write(partition, message);
        }

        return output.WrittenSpan.ToArray();
    }

    public static List<(PartitionId Partition, Message Message)> Decode(ReadOnlyMemory<byte> bytes)
    {
        List<(PartitionId, Message)> messages = [];
        var reader = new MessageBatchReader(bytes);
        while (reader.TryRead(out var partition, out var message))
        {
            messages.Add((partition, message));
        }

        return messages;
    }

    public static void AssertEqual(
        IReadOnlyList<(PartitionId Partition, Message Message)> expected, IReadOnlyList<(PartitionId Partition, Message Message)> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Partition, actual[i].Partition);
            AssertEqual(expected[i].Message, actual[i].Message);
        }
    }

    private static void AssertEqual(Message expected, Message actual)
    {
        if (expected is AppendRequest wanted && actual is AppendRequest append)
        {
            Assert.Equal(wanted with { Entries = default }, append with { Entries = default });
            Assert.Equal(wanted.Entries.ToArray().Select(Describe), append.Entries.ToArray().Select(Describe));
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    private static string Describe(Entry entry) => $"{entry} {Convert.ToHexString(entry.Data.Span)}";
}
