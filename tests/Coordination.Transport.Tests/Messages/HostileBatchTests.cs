using Coordination.Raft;

namespace Coordination.Transport.Tests;

/// <summary>Bytes that no member wrote: the worst they may do is a <see cref="FormatException"/>.</summary>
public sealed class HostileBatchTests
{
    /// <summary>Memory that decoding may take, as a multiple of the bytes, beyond a constant.</summary>
    private const int BytesPerByteMax = 200;

    [Fact]
    public void A_batch_that_is_cut_off_anywhere_gives_its_first_messages_or_is_refused()
    {
        var messages = new RandomMessages(seed: 3).Batch(30);
        byte[] bytes = Batches.Encode(messages);
        int whole = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            if (TryDecode(bytes.AsMemory(0, length)) is { } decoded)
            {
                Batches.AssertEqual(messages[..decoded.Count], decoded);
                whole++;
            }
        }

        // One cut before each message, and none within one.
        Assert.Equal(messages.Length, whole);
    }

    [Fact]
    public void Damaged_bytes_are_decoded_or_refused_within_bounds()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = Batches.Encode(new RandomMessages(seed).Batch(8));
            for (int damage = random.Next(1, 5); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            AssertBounded(bytes);
        }
    }

    [Fact]
    public void Noise_is_decoded_or_refused_within_bounds()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            bytes[0] = 1;
            AssertBounded(bytes);
        }
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("02", "version 2")]
    [InlineData("0140", "begins with 40")]
    [InlineData("01100000", "kind 16")]
    [InlineData("01000000", "kind 0")]
    [InlineData("010400", "cut off")]
    [InlineData("0104808080808080808080807f", "does not end")]
    [InlineData("0104ffffffffffffffffff7f", "64 bits")]
    [InlineData("010401ff", "no partition")]
    [InlineData("0104000002", "A flag is 0 or 1")]
    [InlineData("010300000000" + "02", "no cause 2")]
    [InlineData("01050000000000" + "ffffffffff7f", "entries after 0")]
    [InlineData("01050000000000" + "01030000", "no entry of kind 3")]
    [InlineData("01050000000000" + "0101007f", "127 bytes are announced")]
    public void What_is_wrong_is_said(string hex, string complaint)
    {
        byte[] bytes = Convert.FromHexString(hex);

        var refusal = Assert.Throws<FormatException>(() => Batches.Decode(bytes));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_that_do_not_fit_a_number_are_refused()
    {
        var append = Given.Append(previous: 5, entries: 1, bytes: 0);
        byte[] bytes = Batches.Encode([(new PartitionId(0), append)]);

        // The previous index, 5, stands behind the head of version, kind, replicas, partition and term.
        const int position = 1 + 1 + 16 + 1 + 1;
        Assert.Equal(5, bytes[position]);
        byte[] beyond = [.. bytes[..position], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, .. bytes[(position + 1)..]];

        Assert.Throws<FormatException>(() => Batches.Decode(beyond));
    }

    private static void AssertBounded(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TryDecode(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 64 * 1024 + (bytes.Length * BytesPerByteMax));
    }

    private static List<(PartitionId Partition, Message Message)>? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Batches.Decode(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
