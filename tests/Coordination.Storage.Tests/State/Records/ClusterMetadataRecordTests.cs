using System.Text;
using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

/// <summary>The cluster's metadata of docs/disk-format.md, byte by byte, and that nothing else is read.</summary>
public sealed class ClusterMetadataRecordTests
{
    private const string VersionBytes = "01" + "0900000000000000";
    private const string RowKey = "726F772F" + "C3A42F31";
    private const string RowBytes = "01" + "0800000000000000" + "AABB";

    private static readonly MetadataRow Row = new(new byte[] { 0xAA, 0xBB }, 8);

    [Fact]
    public void The_version_has_the_bytes_of_version_1()
    {
        byte[] record = new byte[ClusterMetadataRecord.VersionBytes];
        ClusterMetadataRecord.EncodeVersion(9, record);
        Assert.Equal("table", Encoding.ASCII.GetString(ClusterMetadataRecord.VersionKey));
        Assert.Equal(VersionBytes, Convert.ToHexString(record));
        Assert.Equal(9, ClusterMetadataRecord.DecodeVersion(record));
    }

    [Fact]
    public void A_row_has_the_bytes_of_version_1()
    {
        byte[] record = new byte[ClusterMetadataRecord.SizeOf(Row)];
        ClusterMetadataRecord.Encode(Row, record);
        Assert.Equal(RowKey, Convert.ToHexString(ClusterMetadataRecord.EncodeKey("\u00E4/1")));
        Assert.Equal(RowBytes, Convert.ToHexString(record));
    }

    [Fact]
    public void A_row_of_version_1_is_read()
    {
        var read = ClusterMetadataRecord.Decode(Convert.FromHexString(RowBytes), tableVersion: 9);
        Assert.Equal("\u00E4/1", ClusterMetadataRecord.DecodeKey(Convert.FromHexString(RowKey)));
        Assert.Equal(8, read.Version);
        Assert.Equal("AABB", Convert.ToHexString(read.Value.Span));
    }

    [Fact]
    public void What_cannot_have_been_written_is_not_read()
    {
        byte[] version = Convert.FromHexString(VersionBytes);
        byte[] row = Convert.FromHexString(RowBytes);
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.DecodeVersion(version.AsSpan(0, 8)));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.DecodeVersion([.. version, 0]));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.DecodeVersion([2, .. version.AsSpan(1)]));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.DecodeVersion(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.Decode(row.AsSpan(0, 8), 9));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.Decode([2, .. row.AsSpan(1)], 9));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.Decode(row, 7));
        Assert.Throws<InvalidDataException>(() => ClusterMetadataRecord.DecodeKey([.. "row/"u8, 0xFF]));
    }
}
