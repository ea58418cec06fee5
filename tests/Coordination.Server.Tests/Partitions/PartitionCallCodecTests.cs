using Coordination.Protocol.Etcd;
using Coordination.Replication;
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
    public void Answers_about_moves_and_replicas_have_these_bytes()
    {
        var progress = new MoveProgress(PartitionPhase.Receiving, 3, "b/"u8.ToArray());
        byte[] bytes = PartitionCallCodec.Answer(progress);
        Assert.Equal("00010300000000000000622F", Convert.ToHexString(bytes));
        Assert.Equivalent(progress, PartitionCallCodec.DecodeProgress(bytes), strict: true);

        var report = new ReplicaPicture(Term: 1, Leader: 2, CommittedIndex: 3, AppliedIndex: 4, IsLearner: true);
        bytes = PartitionCallCodec.Answer(report);
        Assert.Equal(
            "0001" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0400000000000000", Convert.ToHexString(bytes));
        Assert.Equal(report, PartitionCallCodec.DecodeReport(bytes));

        Assert.Equal([0, 3], PartitionCallCodec.Answer(LeadershipTransferEnd.TimedOut));
        Assert.Equal(LeadershipTransferEnd.TimedOut, PartitionCallCodec.DecodeTransfer((byte[])[0, 3]));
        Assert.Equal(16, (byte)PartitionCallKind.MoveProgress);
        Assert.Equal(17, (byte)PartitionCallKind.Report);
        Assert.Equal(18, (byte)PartitionCallKind.TransferLeadership);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0009")]
    [InlineData("0001030000000000")]
    public void Answers_about_moves_and_replicas_that_make_no_sense_are_not_read(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Throws<FormatException>(() => PartitionCallCodec.DecodeProgress(bytes));
        Assert.Throws<FormatException>(() => PartitionCallCodec.DecodeReport(bytes));
        Assert.Throws<FormatException>(() => PartitionCallCodec.DecodeTransfer(bytes));
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
