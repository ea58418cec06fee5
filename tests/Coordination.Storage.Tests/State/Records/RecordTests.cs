using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

/// <summary>The keys and values of docs/disk-format.md, byte by byte, and that nothing else is read.</summary>
public sealed class RecordTests
{
    private const string VersionKey = "010203040506070800000009";

    private const string VersionBytes =
        "01" + "03000000" + "0706050403020100" + "0200000000000000" + "7B00000000000000" + "6B6579" + "76616C7565";

    private const string TombstoneBytes = "01" + "03000000" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "6B6579";

    private const string OldLeaseBytes = "01" + "3C00000000000000" + "0500000000000000";

    private const string LeaseBytes =
        "02" + "3C00000000000000" + "0500000000000000" + "0900000000000000" + "00" + "0200" + "01000000" + "00000080";

    private const string ShadowBytes = "02" + "0000000000000000" + "0000000000000000" + "0900000000000000" + "01" + "0000";

    private const string MetadataBytes =
        "01" + "0807060504030201" + "0300000000000000" + "0900000000000000" + "FFFFFFFFFFFFFFFF" + "0000000000000000"
        + "0200" + "0100000000000000" + "01" + "0200000000000000" + "02" + "03000000" + "AABBCC";

    private static readonly Revision At = new(0x0102030405060708, 9);
    private static readonly StoredVersion Version = new(At, "key"u8.ToArray(), "value"u8.ToArray(), 0x0001020304050607, 2, 123);
    private static readonly StoredVersion Tombstone = new(At, "key"u8.ToArray(), default, 0, 0, 0);
    private static readonly StoredLease Lease = new(7, 60, 5, 9, Partitions: PartitionSet.Of(0x80000000, 1));
    private static readonly StoredLease Shadow = new(7, 0, 0, 9, IsShadow: true);

    private static readonly StoreMetadata Metadata = new()
    {
        AppliedIndex = 0x0102030405060708,
        AppliedTerm = 3,
        Revision = 9,
        Alarms = [new Alarm(1, AlarmKind.NoSpace), new Alarm(2, AlarmKind.Corrupt)],
        Membership = new byte[] { 0xAA, 0xBB, 0xCC },
    };

    [Fact]
    public void A_change_has_the_bytes_of_version_1()
    {
        byte[] key = new byte[VersionRecord.KeyBytes];
        VersionRecord.EncodeKey(At, key);
        Assert.Equal(VersionKey, Convert.ToHexString(key));
        Assert.Equal(At, VersionRecord.DecodeKey(key));
        Assert.Equal(VersionBytes, Encode(Version));
        Assert.Equal(TombstoneBytes, Encode(Tombstone));
    }

    [Fact]
    public void A_change_of_version_1_is_read()
    {
        var version = VersionRecord.Decode(At, Convert.FromHexString(VersionBytes));
        var tombstone = VersionRecord.Decode(At, Convert.FromHexString(TombstoneBytes));
        Assert.Equal(StateFixture.Describe(Version), StateFixture.Describe(version));
        Assert.Equal(StateFixture.Describe(Tombstone), StateFixture.Describe(tombstone));
        Assert.Equal("value"u8.ToArray(), VersionRecord.DecodeValue(Convert.FromHexString(VersionBytes)));
    }

    [Fact]
    public void A_lease_has_the_bytes_of_version_2()
    {
        byte[] key = new byte[LeaseRecord.KeyBytes];
        LeaseRecord.EncodeKey(Lease.Id, key);
        Assert.Equal("0000000000000007", Convert.ToHexString(key));
        Assert.Equal(LeaseBytes, Encode(Lease));
        Assert.Equal(ShadowBytes, Encode(Shadow));
        Assert.Equal(Lease, LeaseRecord.Decode(key, Convert.FromHexString(LeaseBytes)));
        Assert.Equal(Shadow, LeaseRecord.Decode(key, Convert.FromHexString(ShadowBytes)));
    }

    [Fact]
    public void A_lease_of_version_1_is_read_as_one_in_a_single_partition()
    {
        byte[] key = Convert.FromHexString("0000000000000007");
        Assert.Equal(new StoredLease(7, 60, 5), LeaseRecord.Decode(key, Convert.FromHexString(OldLeaseBytes)));
    }

    [Fact]
    public void A_row_about_the_partition_has_a_key_of_its_own()
    {
        Assert.Equal("partition/ownership"u8.ToArray(), PartitionRecords.EncodeKey("ownership"));
    }

    [Theory]
    [InlineData("00" + "0200" + "01000000")]
    [InlineData("00" + "0100" + "01000000" + "00")]
    [InlineData("00" + "0200" + "02000000" + "01000000")]
    [InlineData("00" + "0200" + "01000000" + "01000000")]
    [InlineData("02" + "0000")]
    [InlineData("00" + "00")]
    public void A_lease_that_cannot_have_been_written_is_not_read(string end)
    {
        byte[] record = Convert.FromHexString("02" + "3C00000000000000" + "0500000000000000" + "0900000000000000" + end);
        Assert.Throws<InvalidDataException>(() => LeaseRecord.Decode(new byte[LeaseRecord.KeyBytes], record));
    }

    [Fact]
    public void Metadata_have_the_bytes_of_version_1()
    {
        byte[] record = new byte[MetadataRecord.SizeOf(Metadata)];
        MetadataRecord.Encode(Metadata, record);
        Assert.Equal("7374617465", Convert.ToHexString(MetadataRecord.Key));
        Assert.Equal(MetadataBytes, Convert.ToHexString(record));
    }

    [Fact]
    public void Metadata_of_version_1_are_read()
    {
        byte[] record = Convert.FromHexString(MetadataBytes);
        var read = MetadataRecord.Decode(record);
        Assert.Equal(Metadata with { Alarms = [], Membership = default }, read with { Alarms = [], Membership = default });
        Assert.Equal(Metadata.Alarms, read.Alarms);
        Assert.Equal("AABBCC", Convert.ToHexString(read.Membership.Span));
        Assert.Equal(Metadata.AppliedIndex, MetadataRecord.DecodeAppliedIndex(record));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02" + "03000000" + "0706050403020100" + "0200000000000000" + "7B00000000000000" + "6B6579")]
    [InlineData("01" + "04000000" + "0706050403020100" + "0200000000000000" + "7B00000000000000" + "6B6579")]
    [InlineData("01" + "FFFFFFFF" + "0706050403020100" + "0200000000000000" + "7B00000000000000" + "6B6579")]
    [InlineData("01" + "03000000" + "0706050403020101" + "0200000000000000" + "7B00000000000000" + "6B")]
    [InlineData("01" + "01000000" + "0907060504030201" + "0200000000000000" + "7B00000000000000" + "6B")]
    [InlineData("01" + "01000000" + "0000000000000000" + "0200000000000000" + "7B00000000000000" + "6B")]
    [InlineData("01" + "01000000" + "0100000000000000" + "0000000000000000" + "0000000000000000" + "6B")]
    [InlineData("01" + "01000000" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "6B" + "00")]
    [InlineData("01" + "01000000" + "0100000000000000" + "FFFFFFFFFFFFFFFF" + "0000000000000000" + "6B")]
    public void A_change_that_cannot_have_been_written_is_not_read(string hex)
    {
        Assert.Throws<InvalidDataException>(() => VersionRecord.Decode(At, Convert.FromHexString(hex)));
    }

    [Fact]
    public void Records_of_another_length_or_version_are_not_read()
    {
        byte[] metadata = Convert.FromHexString(MetadataBytes);
        byte[] lease = Convert.FromHexString(OldLeaseBytes);
        byte[] id = new byte[LeaseRecord.KeyBytes];
        for (int length = 0; length < metadata.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => MetadataRecord.Decode(metadata.AsSpan(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => MetadataRecord.Decode([.. metadata, 0]));
        Assert.Throws<InvalidDataException>(() => LeaseRecord.Decode(id, lease.AsSpan(1)));
        Assert.Throws<InvalidDataException>(() => LeaseRecord.Decode(id, [.. lease, 0]));
        Assert.Throws<InvalidDataException>(() => LeaseRecord.Decode(id.AsSpan(1), lease));
        Assert.Throws<InvalidDataException>(() => VersionRecord.DecodeKey(new byte[11]));
        Assert.Throws<InvalidDataException>(() => VersionRecord.DecodeKey(Convert.FromHexString("FF0203040506070800000009")));
        lease[0] = metadata[0] = 2;
        Assert.Throws<InvalidDataException>(() => LeaseRecord.Decode(id, lease));
        Assert.Throws<InvalidDataException>(() => MetadataRecord.Decode(metadata));
    }

    private static string Encode(StoredLease lease)
    {
        byte[] record = new byte[LeaseRecord.SizeOf(lease)];
        LeaseRecord.Encode(lease, record);
        return Convert.ToHexString(record);
    }

    private static string Encode(StoredVersion version)
    {
        byte[] record = new byte[VersionRecord.SizeOf(version)];
        VersionRecord.Encode(version, record);
        return Convert.ToHexString(record);
    }
}
