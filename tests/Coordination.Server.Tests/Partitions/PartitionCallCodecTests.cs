using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server.Tests;

public sealed class PartitionCallCodecTests
{
    [Fact]
    public void A_request_is_its_kind_and_its_message()
    {
        var put = new PutRequest { Key = ByteString.CopyFromUtf8("k") };
        Assert.Equal([2, .. put.ToByteArray()], PartitionCallCodec.Encode(PartitionCallKind.Put, put));
        Assert.Equal([6, 1, 2], PartitionCallCodec.Encode(PartitionCallKind.LeaseKeys, [1, 2]));
    }

    [Fact]
    public void An_answer_about_a_move_has_these_bytes()
    {
        var progress = new MoveProgress(PartitionPhase.Receiving, 3, "b/"u8.ToArray());
        byte[] bytes = PartitionCallCodec.Answer(progress);
        Assert.Equal("00010300000000000000622F", Convert.ToHexString(bytes));
        Assert.Equivalent(progress, PartitionCallCodec.DecodeProgress(bytes), strict: true);
        Assert.Equal(7, (byte)PartitionCallKind.MoveProgress);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0009")]
    [InlineData("0001030000000000")]
    public void An_answer_about_a_move_that_makes_no_sense_is_not_read(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Throws<FormatException>(() => PartitionCallCodec.DecodeProgress(bytes));
    }

    [Fact]
    public void An_answer_comes_back_as_it_was()
    {
        var response = new PutResponse { Header = new ResponseHeader { Revision = 7 } };
        Assert.Equal(response, PartitionCallCodec.Decode(PartitionCallCodec.Answer(response), PutResponse.Parser));
        foreach (ApplyError error in Enum.GetValues<ApplyError>())
        {
            var outcome = new CommandOutcome(error, long.MaxValue);
            Assert.Equal(outcome, PartitionCallCodec.DecodeOutcome(PartitionCallCodec.Answer(outcome)));
        }
    }

    [Fact]
    public void A_refusal_comes_back_with_its_code_and_text()
    {
        byte[] answer = PartitionCallCodec.Answer(EtcdErrors.LeaseNotFound);
        var refusal = Assert.Throws<RpcException>(() => PartitionCallCodec.Decode(answer, PutResponse.Parser));
        Assert.True(EtcdErrors.Is(refusal, EtcdErrors.LeaseNotFound));
        Assert.True(EtcdErrors.Is(Assert.Throws<RpcException>(() => PartitionCallCodec.DecodeOutcome(answer)), EtcdErrors.LeaseNotFound));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000000000000000")]
    [InlineData("00FFFFFF7F0000000000000000")]
    public void An_outcome_that_makes_no_sense_is_none(string bytes) =>
        Assert.Throws<FormatException>(() => PartitionCallCodec.DecodeOutcome(Convert.FromHexString(bytes)));
}
