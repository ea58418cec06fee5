using System.Buffers;
using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>The bytes in the log of the commands that move keys and leases.</summary>
public sealed class PartitionCommandCodecTests
{
    private static readonly Delegation[] Inner = [new("bc"u8.ToArray(), 300, 5, [new("bcd"u8.ToArray(), 2, 4, [])])];

    private const string InnerBytes = "01" + "026263" + "AC02" + "05" + "01" + "03626364" + "02" + "04" + "00";

    public static TheoryData<string, Command> Commands => new()
    {
        { "010B" + "0162" + "AC02" + "05", new DelegatePrefixCommand("b"u8.ToArray(), 300, 5) },
        { "010C" + "0162" + "FFFFFFFF0F", new DelegationFinishedCommand("b"u8.ToArray(), uint.MaxValue) },
        {
            "010D" + "02" + "01" + "AC02" + "03" + "0162" + "027677" + "05" + "02" + "0700000000000000",
            new ReceiveCommand(2, [new StoredVersion(new Revision(300, 3), "b"u8.ToArray(), "vw"u8.ToArray(), 5, 2, 7)])
        },
        { "010E" + "AC02" + InnerBytes, new ServeCommand(300, Inner) },
        { "010F", new RetireCommand() },
        { "0110" + "0162" + "01" + "09" + InnerBytes, new AdoptPrefixCommand("b"u8.ToArray(), 1, 9, Inner) },
        { "0111" + "FFFFFFFFFFFFFFFF" + "03", new LeaseAttachCommand(-1, 3) },
        { "0112" + "0700000000000000" + "AC02" + "05", new LeaseShadowCommand(7, 300, 5) },
        { "0113" + "0700000000000000" + "AC02" + "05", new LeaseEndCommand(7, 300, 5) },
        { "0114" + "01" + "0700000000000000" + "AC02" + "05", new RevocationsFinishedCommand([new(7, 300, 5)]) },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_the_bytes_of_version_1(string hex, Command command)
    {
        Assert.Equal(hex, Encode(command));
        var decoded = CommandCodec.Decode(Convert.FromHexString(hex));
        Assert.Equal(command.GetType(), decoded.GetType());
        Assert.Equal(hex, Encode(decoded));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_is_cut_or_goes_on_is_not_read(string hex, Command command)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CommandCodec.Decode(bytes.AsMemory(0, length)));
        }

        Assert.Throws<FormatException>(() => CommandCodec.Decode((byte[])[.. bytes, 0]));
        Assert.NotNull(command);
    }

    [Theory]
    [InlineData("010B" + "0162" + "8080808010")]
    [InlineData("010D" + "00" + "01" + "05" + "00" + "00" + "00" + "05" + "01" + "0000000000000000")]
    [InlineData("010D" + "00" + "01" + "05" + "00" + "0162" + "00" + "06" + "01" + "0000000000000000")]
    [InlineData("010D" + "00" + "01" + "05" + "00" + "0162" + "00" + "05" + "00" + "0000000000000000")]
    [InlineData("010D" + "00" + "01" + "05" + "8080808008" + "0162" + "00" + "05" + "01" + "0000000000000000")]
    public void What_cannot_have_been_written_is_not_read(string hex)
    {
        Assert.Throws<FormatException>(() => CommandCodec.Decode(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Rows_about_a_partition_have_the_bytes_of_version_1()
    {
        var ownership = new Ownership
        {
            Phase = PartitionPhase.Retired,
            ServedRevision = 300,
            Adoptions = 3,
            HiddenRevisions = [301, 302],
            Copies = [new PendingCopy("b"u8.ToArray(), 1, 300)],
            Delegations = [.. Inner],
        };
        string hex = "01" + "02" + "AC02" + "03" + "02" + "AD02" + "AE02" + "01" + "0162" + "01" + "AC02" + InnerBytes;
        Assert.Equal(hex, Convert.ToHexString(PartitionRows.Encode(ownership).Span));
        var read = PartitionRows.DecodeOwnership(Convert.FromHexString(hex));
        Assert.Equal(Answers.Describe(ownership), Answers.Describe(read));
        Assert.Equal(ownership.HiddenRevisions, read.HiddenRevisions);
        Assert.Equal(3, read.Adoptions);

        var received = PartitionRows.DecodeReceived(Convert.FromHexString("01" + "02" + "0162" + "AC02"));
        Assert.Equal((2, "62", 300), (received.Chunks, Convert.ToHexString(received.LastKey), received.LastRevision));
        Assert.Equal("01" + "02" + "0162" + "AC02", Convert.ToHexString(PartitionRows.Encode(received).Span));

        Assert.Equal("01AC02", Convert.ToHexString(PartitionRows.EncodeWatermark(300).Span));
        Assert.Equal(300ul, PartitionRows.DecodeWatermark(Convert.FromHexString("01AC02")));

        var revocation = new PendingRevocation(7, 300, 301, PartitionSet.Of(3, 1));
        Assert.Equal("revocation/0000000000000007/000000000000012c", PartitionRows.KeyOf(revocation));
        Assert.Equal("01" + "0700000000000000" + "AC02" + "AD02" + "020103", Convert.ToHexString(PartitionRows.Encode(revocation).Span));
        Assert.Equal(revocation, PartitionRows.DecodeRevocation(PartitionRows.Encode(revocation)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02AC02")]
    [InlineData("01AC0200")]
    [InlineData("01AC")]
    public void A_row_of_another_version_or_length_is_not_read(string hex)
    {
        Assert.Throws<FormatException>(() => PartitionRows.DecodeWatermark(Convert.FromHexString(hex)));
    }

    private static string Encode(Command command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
