namespace Coordination.Silo.Tests;

public sealed class ReplicaAddressTests
{
    [Theory]
    [InlineData(0u, 1ul, "0/0000000000000001")]
    [InlineData(17u, 0x8e9e05c52164694dul, "17/8e9e05c52164694d")]
    [InlineData(uint.MaxValue, ulong.MaxValue, "4294967295/ffffffffffffffff")]
    public void A_key_is_partition_and_member(uint partition, ulong member, string key)
    {
        var address = new ReplicaAddress(partition, member);

        Assert.Equal(key, address.ToString());
        Assert.True(ReplicaAddress.TryParse(key, out ReplicaAddress parsed));
        Assert.Equal(address, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("/")]
    [InlineData("0/")]
    [InlineData("0/1")]
    [InlineData("00/0000000000000001")]
    [InlineData("+1/0000000000000001")]
    [InlineData("0/000000000000000A")]
    [InlineData("0/0000000000000001 ")]
    [InlineData("0/00000000000000001")]
    [InlineData("4294967296/0000000000000001")]
    public void A_replica_has_no_second_key(string? key)
    {
        Assert.False(ReplicaAddress.TryParse(key, out _));
    }
}
