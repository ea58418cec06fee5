namespace Coordination.Conformance.Tests;

/// <summary>One LeaseKeepAlive call.</summary>
public sealed class KeepAliveStream(AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call) : IDisposable
{
    public async Task<LeaseKeepAliveResponse> Renew(long lease)
    {
        await Send(lease);
        return await Next();
    }

    public Task Send(long lease) =>
        call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, TestContext.Current.CancellationToken);

    public async Task<LeaseKeepAliveResponse> Next()
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The server ended the stream.");
        return call.ResponseStream.Current;
    }

    /// <summary>Ends the client's half and waits until the server has ended its own; true when it sent nothing more.</summary>
    public async Task<bool> EndsAfterHalfClose()
    {
        await call.RequestStream.CompleteAsync();
        return !await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
    }

    public void Dispose() => call.Dispose();
}
