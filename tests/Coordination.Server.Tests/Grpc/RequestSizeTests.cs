using Coordination.Protocol.Etcd;
using Google.Protobuf;
using static Coordination.Server.Tests.Requests;

namespace Coordination.Server.Tests;

public sealed class RequestSizeTests
{
    // Key and value, their tags and lengths, and what the log of etcd puts around it: 13 or 14 bytes of header, a tag, a length.
    [Theory]
    [InlineData(1000, 0xC218C3619FUL, 1000 + 3 + 2 + 1 + 13 + 1 + 2)]
    [InlineData(1000, 0xC218C3E19FUL, 1000 + 3 + 2 + 1 + 14 + 1 + 2)]
    [InlineData(100, 0x8000UL, 100 + 2 + 2 + 1 + 14 + 1 + 1)]
    [InlineData(1_572_839, 0x8e9e05c52164E94dUL, 1_572_864)]
    [InlineData(1_572_840, 0x8e9e05c52164694dUL, 1_572_864)]
    public void The_limit_is_on_what_etcds_log_would_hold(int valueBytes, ulong memberId, int logBytes)
    {
        var request = new PutRequest { Key = Key("k"), Value = ByteString.CopyFrom(new byte[valueBytes]) };

        Assert.Null(RefusalOf(() => RequestSize.Check(request, logBytes, memberId)));
        Assert.Equal(EtcdErrors.RequestTooLarge, RefusalOf(() => RequestSize.Check(request, logBytes - 1, memberId)));
    }

    [Fact]
    public void Space_is_reckoned_by_etcds_rule_of_thumb()
    {
        Assert.Equal(256 + 1 + 5, SpaceCost.Of(new PutRequest { Key = Key("k"), Value = Key("value") }));
        Assert.Equal(2 * (256 + 1), SpaceCost.Of(new TxnRequest { Success = { Put("a") }, Failure = { Put("a"), Put("b"), Delete("c") } }));
        Assert.Equal(0, SpaceCost.Of(Always(Delete("a"), Range("b"), Nested(Always(Put("c"))))));
    }
}
