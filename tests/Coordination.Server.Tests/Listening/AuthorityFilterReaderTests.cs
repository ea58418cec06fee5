using System.Buffers;
using System.IO.Pipelines;
using CsCheck;

namespace Coordination.Server.Tests;

/// <summary>The filter alone, against a model of what an HTTP/2 server makes of the same bytes.</summary>
public sealed class AuthorityFilterReaderTests
{
    [Fact]
    public void Huffman_code_is_that_of_the_standard()
    {
        // RFC 7541, appendix C.4.1.
        byte[] coded = Convert.FromHexString("F1E3C2E5F23A6BA0AB90F4FF");
        byte[] decoded = new byte[HuffmanCode.DecodedLengthMax(coded.Length)];

        Assert.Equal(coded, HpackEncoder.HuffmanEncode("www.example.com"));
        Assert.True(HuffmanCode.TryDecode(coded, decoded, out int length));
        Assert.Equal("www.example.com"u8.ToArray(), decoded[..length]);
    }

    [Fact]
    public void Every_text_survives_Huffman_code() => Gen.Byte.Array[0, 100].Sample(text =>
    {
        byte[] coded = HpackEncoder.HuffmanEncode(System.Text.Encoding.Latin1.GetString(text));
        byte[] decoded = new byte[HuffmanCode.DecodedLengthMax(coded.Length)];

        return HuffmanCode.TryDecode(coded, decoded, out int length) && decoded.AsSpan(0, length).SequenceEqual(text);
    });

    [Fact]
    public void Only_invalid_authorities_change_whatever_the_encoder_does() => HpackTraffic.Generator.Sample(traffic =>
    {
        HpackModel sent = new();
        HpackModel received = new();
        byte[] filtered = ReadThroughFilter(traffic.Bytes, chunk: 1 << 20, traffic.Seed);
        List<(string Name, string Value)> before = sent.DecodeAll(traffic.Bytes);
        List<(string Name, string Value)> after = received.DecodeAll(filtered);

        Assert.Equal(traffic.Bytes.Length, filtered.Length);
        Assert.Equal(before.Count, after.Count);
        foreach (((string name, string value), (string nameAfter, string valueAfter)) in before.Zip(after))
        {
            Assert.Equal(name, nameAfter);
            if (name != ":authority" || HostSyntax.IsValid(System.Text.Encoding.Latin1.GetBytes(value)))
            {
                Assert.Equal(value, valueAfter);
            }
            else
            {
                Assert.True(HostSyntax.IsValid(System.Text.Encoding.Latin1.GetBytes(valueAfter)), valueAfter);
                Assert.True(valueAfter.Length <= value.Length);
            }
        }
    });

    [Fact]
    public void Chunks_do_not_matter() => HpackTraffic.Generator.Select(Gen.Int[1, 60]).Sample((traffic, chunk) =>
    {
        byte[] whole = ReadThroughFilter(traffic.Bytes, 1 << 20, traffic.Seed);

        Assert.Equal(whole, ReadThroughFilter(traffic.Bytes, chunk, traffic.Seed));
    });

    [Fact]
    public void Noise_passes_and_never_hangs() =>
        Gen.Select(HpackTraffic.Generator, Gen.Int[0, 5000], Gen.Byte.Array[1, 200], Gen.Int[1, 60])
        .Sample((traffic, position, noise, chunk) =>
        {
            byte[] bytes = [.. traffic.Bytes.Take(position), .. noise, .. traffic.Bytes.Skip(position)];

            Assert.Equal(bytes.Length, ReadThroughFilter(bytes, chunk, traffic.Seed).Length);
        });

    [Fact]
    public async Task A_header_block_is_held_back_until_it_is_complete_and_no_longer()
    {
        var pipe = new Pipe();
        var reader = new AuthorityFilterReader(pipe.Reader);
        byte[] block = new HpackEncoder().Post("/").Field(Literal.Indexed, 1, "a b").Block;
        byte[] settings = Frame.Settings().ToBytes();
        byte[] headers = Frame.Headers(1, block).ToBytes();
        await pipe.Writer.WriteAsync((byte[])[.. Frame.Preface, .. settings, .. headers[..^1]], TestContext.Current.CancellationToken);

        Assert.True(reader.TryRead(out ReadResult early));
        Assert.Equal(Frame.Preface.Length + settings.Length, early.Buffer.Length);
        reader.AdvanceTo(early.Buffer.End);
        Assert.False(reader.TryRead(out _));
        await pipe.Writer.WriteAsync(headers.AsMemory(headers.Length - 1), TestContext.Current.CancellationToken);

        Assert.True(reader.TryRead(out ReadResult late));
        Assert.Equal(headers.Length, late.Buffer.Length);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_held_back()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new AuthorityFilterReader(pipe.Reader);
        byte[] start = [.. Frame.Preface, .. Frame.Headers(1, [], flags: 0).ToBytes()];
        byte[] continuation = Frame.Continuation(1, new byte[1000], flags: 0).ToBytes();
        await pipe.Writer.WriteAsync(start, TestContext.Current.CancellationToken);
        int sent = start.Length;
        while (sent - Frame.Preface.Length <= FrameFilter.HeldBackMax)
        {
            Assert.Equal(Frame.Preface.Length, reader.TryRead(out ReadResult held) ? held.Buffer.Length : Frame.Preface.Length);
            if (!held.Buffer.IsEmpty)
            {
                reader.AdvanceTo(held.Buffer.Start, held.Buffer.End);
            }

            await pipe.Writer.WriteAsync(continuation, TestContext.Current.CancellationToken);
            sent += continuation.Length;
        }

        Assert.True(reader.TryRead(out ReadResult released));
        Assert.Equal(sent, released.Buffer.Length);
    }

    [Fact]
    public async Task Reading_can_be_cancelled_while_bytes_are_held_back()
    {
        var pipe = new Pipe();
        var reader = new AuthorityFilterReader(pipe.Reader);
        await pipe.Writer.WriteAsync((byte[])[.. Frame.Preface, 0, 0], TestContext.Current.CancellationToken);
        ReadResult first = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(first.Buffer.End);

        Task<ReadResult> pending = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(pending.IsCompleted);
        reader.CancelPendingRead();

        ReadResult cancelled = await pending;
        Assert.True(cancelled.IsCanceled);
        Assert.True(cancelled.Buffer.IsEmpty);
    }

    /// <summary>
    /// Sends bytes in chunks through a pipe of small segments; the consumer takes pieces of random lengths, as Kestrel may.
    /// </summary>
    private static byte[] ReadThroughFilter(byte[] bytes, int chunk, int seed)
    {
        var random = new Random(seed);
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 64, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var reader = new AuthorityFilterReader(pipe.Reader);
        var received = new ArrayBufferWriter<byte>();
        for (int sent = 0; sent < bytes.Length; sent += chunk)
        {
            pipe.Writer.Write(bytes.AsSpan(sent, Math.Min(chunk, bytes.Length - sent)));
            Flush(pipe.Writer);
            Drain(reader, received, random);
        }

        pipe.Writer.Complete();
        Drain(reader, received, random);
        return received.WrittenSpan.ToArray();
    }

    private static void Flush(PipeWriter writer)
    {
        Task<FlushResult> flush = writer.FlushAsync(CancellationToken.None).AsTask();

        // Without a threshold a flush waits for nothing.
        Assert.True(flush.IsCompletedSuccessfully);
    }

    private static void Drain(AuthorityFilterReader reader, ArrayBufferWriter<byte> received, Random random)
    {
        while (reader.TryRead(out ReadResult result))
        {
            long taken = random.Next(2) == 0 ? result.Buffer.Length : random.NextInt64(result.Buffer.Length + 1);
            ReadOnlySequence<byte> piece = result.Buffer.Slice(0, taken);
            foreach (ReadOnlyMemory<byte> memory in piece)
            {
                received.Write(memory.Span);
            }

            bool wantsMore = random.Next(2) == 0;
            reader.AdvanceTo(piece.End, wantsMore ? result.Buffer.End : piece.End);
            if (result.IsCompleted && taken == result.Buffer.Length)
            {
                return;
            }
        }
    }
}
