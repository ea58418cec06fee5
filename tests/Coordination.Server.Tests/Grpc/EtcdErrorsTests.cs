using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server.Tests;

public sealed class EtcdErrorsTests
{
    [Theory]
    [InlineData(ApplyError.KeyNotFound, StatusCode.InvalidArgument, "etcdserver: key not found")]
    [InlineData(ApplyError.LeaseNotFound, StatusCode.NotFound, "etcdserver: requested lease not found")]
    [InlineData(ApplyError.LeaseExists, StatusCode.FailedPrecondition, "etcdserver: lease already exists")]
    [InlineData(ApplyError.Compacted, StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted")]
    [InlineData(ApplyError.FutureRevision, StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision")]
    [InlineData(ApplyError.NoSpace, StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded")]
    [InlineData(ApplyError.Corrupt, StatusCode.DataLoss, "etcdserver: corrupt cluster")]
    public void A_refusal_of_the_state_machine_has_etcds_code_and_text(ApplyError error, StatusCode code, string text) =>
        Assert.Equal(new Status(code, text), EtcdErrors.Of(error));

    [Theory]
    [InlineData(ProposalEnd.TooManyRequests, StatusCode.Unknown, "etcdserver: too many requests")]
    [InlineData(ProposalEnd.TimedOut, StatusCode.Unavailable, "etcdserver: request timed out")]
    [InlineData(ProposalEnd.Stopped, StatusCode.Unavailable, "etcdserver: server stopped")]
    [InlineData(ProposalEnd.Superseded, StatusCode.Unavailable, "etcdserver: leader changed")]
    [InlineData(ProposalEnd.NotLeader, StatusCode.Unavailable, "etcdserver: leader changed")]
    public void A_proposal_that_was_not_applied_has_etcds_code_and_text(ProposalEnd end, StatusCode code, string text) =>
        Assert.Equal(new Status(code, text), EtcdErrors.Of(end));

    [Fact]
    public void Nothing_that_can_go_wrong_is_without_an_error()
    {
        foreach (var error in Enum.GetValues<ApplyError>().Except([ApplyError.None]))
        {
            Assert.NotEmpty(EtcdErrors.Of(error).Detail);
        }

        foreach (var end in Enum.GetValues<ProposalEnd>().Except([ProposalEnd.Applied]))
        {
            Assert.NotEmpty(EtcdErrors.Of(end).Detail);
        }

        foreach (var end in Enum.GetValues<ReadEnd>().Except([ReadEnd.Confirmed]))
        {
            Assert.NotEmpty(EtcdErrors.Of(end).Detail);
        }
    }

    [Theory]
    [InlineData("/v3lockpb.Lock/Nothing", "unknown method Nothing for service v3lockpb.Lock")]
    [InlineData("/v3electionpb.Election/Nothing", "unknown method Nothing for service v3electionpb.Election")]
    [InlineData("/etcdserverpb.KV/Nothing", "unknown method Nothing for service etcdserverpb.KV")]
    [InlineData("/etcdserverpb.KV/range", "unknown method range for service etcdserverpb.KV")]
    [InlineData("/etcdserverpb.Auth/AuthEnable", "unknown method AuthEnable for service etcdserverpb.Auth")]
    [InlineData("/etcdserverpb.kv/Range", "unknown service etcdserverpb.kv")]
    [InlineData("/nosuch.Svc/Nothing", "unknown service nosuch.Svc")]
    public void An_unknown_call_is_refused_by_name(string path, string text) =>
        Assert.Equal(new Status(StatusCode.Unimplemented, text), UnknownCalls.Describe(path));
}
