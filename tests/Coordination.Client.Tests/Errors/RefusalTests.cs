namespace Coordination.Client.Tests;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: duplicate key given in txn request", CoordinationError.InvalidRequest)]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: request is too large", CoordinationError.InvalidRequest)]
    [InlineData(StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted", CoordinationError.Compacted)]
    [InlineData(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision", CoordinationError.FutureRevision)]
    [InlineData(StatusCode.NotFound, "etcdserver: requested lease not found", CoordinationError.LeaseNotFound)]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: lease already exists", CoordinationError.LeaseExists)]
    [InlineData(StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded", CoordinationError.QuotaExceeded)]
    [InlineData(StatusCode.PermissionDenied, "etcdserver: permission denied", CoordinationError.PermissionDenied)]
    [InlineData(StatusCode.Unauthenticated, "etcdserver: invalid auth token", CoordinationError.Unauthenticated)]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: user name is empty", CoordinationError.Unauthenticated)]
    [InlineData(StatusCode.Unimplemented, "unknown service nosuch.Svc", CoordinationError.NotSupported)]
    [InlineData(StatusCode.DataLoss, "etcdserver: corrupt cluster", CoordinationError.Failed)]
    public async Task A_refusal_is_told_with_its_reason_and_the_servers_words(StatusCode code, string text, CoordinationError expected)
    {
        await using var server = await FakeServer.Start();
        server.KeyValues.OnPut = (_, _) => throw new RpcException(new Status(code, text));
        await using var client = new CoordinationClient(server.Url);

        var error = await Assert.ThrowsAnyAsync<CoordinationException>(
            () => client.KeyValues.PutAsync("k", "v", cancellationToken: TestLimits.Token));

        Assert.Equal((expected, text), (error.Error, error.Message));
        Assert.Equal(1, server.KeyValues.Puts);
    }

    [Theory]
    [InlineData(StatusCode.Unknown, "something the server did not expect")]
    [InlineData(StatusCode.Internal, "something the server did not expect")]
    [InlineData(StatusCode.Unavailable, "etcdserver: leader changed")]
    [InlineData(StatusCode.Unavailable, "etcdserver: server stopped")]
    [InlineData(StatusCode.Cancelled, "etcdserver: request canceled")]
    [InlineData(StatusCode.DeadlineExceeded, "etcdserver: context deadline exceeded")]
    public async Task A_write_that_failed_in_the_server_has_an_unknown_outcome(StatusCode code, string text)
    {
        await using var server = await FakeServer.Start();
        server.KeyValues.OnPut = (_, _) => throw new RpcException(new Status(code, text));
        await using var client = new CoordinationClient(server.Url);

        await Assert.ThrowsAsync<OutcomeUnknownException>(
            () => client.KeyValues.PutAsync("k", "v", cancellationToken: TestLimits.Token));
    }
}
