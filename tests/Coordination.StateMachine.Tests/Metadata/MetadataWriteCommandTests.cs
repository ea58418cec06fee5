using System.Buffers;

namespace Coordination.StateMachine.Tests;

public sealed class MetadataWriteCommandTests
{
    private const string Golden =
        "01" + "0A" + "05"
        + "0161" + "00" + "01" + "02" + "0708"
        + "02C3A4" + "01" + "01" + "00"
        + "0162" + "02" + "00"
        + "0163" + "03" + "AC02" + "01" + "01" + "09"
        + "0164" + "03" + "FFFFFFFFFFFFFFFFFF01" + "00";

    private static readonly MetadataWrite[] Writes =
    [
        new("a", MetadataCondition.None, new byte[] { 7, 8 }),
        new("\u00E4", MetadataCondition.Absent, ReadOnlyMemory<byte>.Empty),
        new("b", MetadataCondition.Present, null),
        new("c", MetadataCondition.AtVersion(300), new byte[] { 9 }),
        new("d", MetadataCondition.AtVersion(-1), null),
    ];

    [Fact]
    public void A_write_has_the_bytes_of_version_1()
    {
        Assert.Equal(Golden, Encode(new MetadataWriteCommand(Writes)));
    }

    [Fact]
    public void A_write_of_version_1_is_read()
    {
        var command = Assert.IsType<MetadataWriteCommand>(CommandCodec.Decode(Convert.FromHexString(Golden)));
        Assert.Equal(Writes.Select(Describe), command.Writes.Select(Describe));
    }

    [Theory]
    [InlineData("010A00")]
    [InlineData("010A01" + "00" + "0000")]
    [InlineData("010A01" + "01FF" + "0000")]
    [InlineData("010A01" + "0161" + "0400")]
    [InlineData("010A01" + "0161" + "0002")]
    [InlineData("010A02" + "0161" + "0000" + "0161" + "0000")]
    [InlineData("010A01" + "0161" + "0000" + "00")]
    public void What_cannot_have_been_written_is_not_read(string hex)
    {
        Assert.Throws<FormatException>(() => CommandCodec.Decode(Convert.FromHexString(hex)));
    }

    [Fact]
    public void A_write_that_is_cut_anywhere_is_not_read()
    {
        byte[] bytes = Convert.FromHexString(Golden);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CommandCodec.Decode(bytes.AsMemory(0, length)));
        }
    }

    [Fact]
    public void A_command_has_rows_of_bounded_number_and_size_each_once()
    {
        int half = MetadataWriteCommand.BytesMax / 2;
        Accepts(Put(new string('k', MetadataWriteCommand.KeyBytesMax)));
        Accepts([.. Enumerable.Range(0, MetadataWriteCommand.WritesMax).Select(i => Put($"{i}"))]);
        Accepts(Put("a", half - 1), Put("b", half - 1));

        Refuses();
        Refuses(Put(string.Empty));
        Refuses(Put(new string('k', MetadataWriteCommand.KeyBytesMax + 1)));
        Refuses(Put(new string('\u00E4', (MetadataWriteCommand.KeyBytesMax / 2) + 1)));
        Refuses(Put("\uD800"));
        Refuses(Put("a"), Put("b"), Put("a"));
        Refuses(Put("a", half - 1), Put("b", half));
        Refuses([.. Enumerable.Range(0, MetadataWriteCommand.WritesMax + 1).Select(i => Put($"{i}"))]);
    }

    private static void Accepts(params MetadataWrite[] writes) => Assert.Equal(writes, new MetadataWriteCommand(writes).Writes);

    private static void Refuses(params MetadataWrite[] writes) =>
        Assert.Throws<ArgumentException>(() => new MetadataWriteCommand(writes));

    private static MetadataWrite Put(string key, int bytes = 0) => new(key, MetadataCondition.None, new byte[bytes]);

    private static string Describe(MetadataWrite write) =>
        $"{write.Key} {write.Condition} {(write.Value is { } value ? Convert.ToHexString(value.Span) : "deleted")}";

    private static string Encode(Command command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
