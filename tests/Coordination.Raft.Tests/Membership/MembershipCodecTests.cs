using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class MembershipCodecTests
{
    /// <summary>The bytes are on disks: if this test fails, the format changed and needs another version.</summary>
    [Fact]
    public void Encoding_is_exactly_the_golden_bytes()
    {
        var membership = Membership.Create(Given.Ids(1, 0x0102030405060708), Given.Ids(1, 4), Given.Ids(3), Given.Ids(4));
        const string golden = "01"
            + "0200" + "0100000000000000" + "0807060504030201"
            + "0200" + "0100000000000000" + "0400000000000000"
            + "0100" + "0300000000000000"
            + "0100" + "0400000000000000";
        Assert.Equal(golden, Convert.ToHexString(Encode(membership)));
        Assert.Equal(membership, MembershipCodec.Decode(Convert.FromHexString(golden), out int bytesRead));
        Assert.Equal(golden.Length / 2, bytesRead);
    }

    [Fact]
    public void The_empty_membership_has_a_golden_encoding_too() =>
        Assert.Equal("010000000000000000", Convert.ToHexString(Encode(Membership.Empty)));

    [Fact]
    public void An_entry_carries_the_bytes_of_the_proposer_behind_the_membership()
    {
        var entry = new MembershipEntry(Given.Voters(1), new byte[] { 0xAA, 0xBB });
        Assert.Equal("01" + "0100" + "0100000000000000" + "000000000000" + "AABB", Convert.ToHexString(entry.Encode()));
        var decoded = MembershipEntry.Decode(entry.Encode());
        Assert.Equal(entry.Membership, decoded.Membership);
        Assert.Equal(entry.Context.ToArray(), decoded.Context.ToArray());
    }

    [Fact]
    public void Every_membership_survives_the_round_trip() =>
        Memberships().Sample(
            membership =>
            {
                byte[] bytes = Encode(membership);
                Assert.Equal(MembershipCodec.GetSize(membership), bytes.Length);
                Assert.Equal(membership, MembershipCodec.Decode([.. bytes, 0xFF, 0xFF], out int bytesRead));
                Assert.Equal(bytes.Length, bytesRead);
            },
            iter: 5_000,
            threads: 1);

    [Fact]
    public void Random_bytes_are_a_membership_or_a_format_error() =>
        Gen.Byte.Array[0, 60].Sample(DecodeOrFormatError, iter: 20_000, threads: 1);

    [Fact]
    public void Damaged_memberships_are_a_membership_or_a_format_error() =>
        Gen.Select(Memberships(), Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 1000]).Sample(
            (membership, place, value, length) =>
            {
                byte[] bytes = Encode(membership);
                bytes[place % bytes.Length] = value;
                DecodeOrFormatError(bytes[..(length % (bytes.Length + 1))]);
                DecodeOrFormatError(bytes);
            },
            iter: 20_000,
            threads: 1);

    private static void DecodeOrFormatError(byte[] bytes)
    {
        try
        {
            var membership = MembershipCodec.Decode(bytes, out int bytesRead);
            Assert.InRange(bytesRead, 9, bytes.Length);
            Assert.Null(membership.FindContradiction());
        }
        catch (FormatException)
        {
            // The other allowed outcome; any other exception fails the test.
        }
    }

    private static byte[] Encode(Membership membership)
    {
        var bytes = new byte[MembershipCodec.GetSize(membership)];
        Assert.Equal(bytes.Length, MembershipCodec.Encode(membership, bytes));
        return bytes;
    }

    private static Gen<Membership> Memberships() =>
        Gen.Select(Gen.ULong[1, 6].Array[1, 6], Gen.ULong[1, 9].Array[0, 4], Gen.ULong[10, 15].Array[0, 4]).Select(
            (voters, outgoing, learners) =>
            {
                ulong[] next = [.. outgoing.Where(id => !voters.Contains(id) && id % 2 == 0)];
                return Membership.Create(Given.Ids(voters), Given.Ids(outgoing), Given.Ids(learners), Given.Ids(next));
            });
}
