using System.Threading.Channels;
using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server.Tests;

public sealed class KeepAliveStreamTests : IDisposable
{
    private readonly FakeStream _stream = new();
    private readonly Dictionary<long, TaskCompletionSource<LeaseKeepAliveResponse>> _renewals = [];
    private readonly Channel<long> _begun = Channel.CreateUnbounded<long>();
    private readonly CancellationTokenSource _ended = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose() => _ended.Dispose();

    [Fact]
    public async Task Requests_do_not_wait_for_each_other_and_answers_keep_their_order()
    {
        var stream = Run();
        Expect(1, 2);
        _stream.Say(1);
        _stream.Say(2);
        Assert.Equal(1, await _begun.Reader.ReadAsync(TestEnd));
        Assert.Equal(2, await _begun.Reader.ReadAsync(TestEnd));

        Renew(2);
        Renew(1);

        Assert.Equal(1, await _stream.HearAsync());
        Assert.Equal(2, await _stream.HearAsync());
        _stream.HalfClose();
        await stream;
    }

    [Fact]
    public async Task What_was_asked_before_the_half_close_is_answered()
    {
        var stream = Run();
        Expect(1);
        _stream.Say(1);
        _stream.HalfClose();
        await _begun.Reader.ReadAsync(TestEnd);
        Renew(1);

        await stream;
        Assert.Equal(1, await _stream.HearAsync());
    }

    [Fact]
    public async Task The_first_error_ends_the_stream_after_the_answers_before()
    {
        var stream = Run();
        Expect(1, 2, 3);
        _stream.Say(1);
        _stream.Say(2);
        _stream.Say(3);
        Renew(3);
        _renewals[2].SetException(EtcdErrors.Refuse(EtcdErrors.NoLeader));
        Renew(1);

        var error = await Assert.ThrowsAsync<RpcException>(() => stream);
        Assert.Equal(EtcdErrors.NoLeader, error.Status);
        Assert.Equal(1, await _stream.HearAsync());
        Assert.False(_stream.HasMore);
    }

    [Fact]
    public async Task A_stream_that_is_ended_does_not_wait_for_a_renewal()
    {
        var stream = Run();
        Expect(1);
        _stream.Say(1);
        await _begun.Reader.ReadAsync(TestEnd);

        await _ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream);
    }

    [Fact]
    public async Task A_connection_that_breaks_ends_the_stream()
    {
        var stream = Run();
        _stream.Break(new IOException("gone"));

        await Assert.ThrowsAsync<IOException>(() => stream);
    }

    private Task Run() => KeepAliveStream.RunAsync(_stream, _stream, RenewAsync, _ended.Token);

    private async ValueTask<LeaseKeepAliveResponse> RenewAsync(LeaseKeepAliveRequest request)
    {
        _begun.Writer.TryWrite(request.ID);
        return await _renewals[request.ID].Task;
    }

    private void Expect(params long[] leases)
    {
        foreach (long lease in leases)
        {
            _renewals[lease] = new TaskCompletionSource<LeaseKeepAliveResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Renew(long lease) => _renewals[lease].SetResult(new LeaseKeepAliveResponse { ID = lease });

    /// <summary>Both directions of a call, without a network.</summary>
    private sealed class FakeStream : IAsyncStreamReader<LeaseKeepAliveRequest>, IAsyncStreamWriter<LeaseKeepAliveResponse>
    {
        private readonly Channel<LeaseKeepAliveRequest> _requests = Channel.CreateUnbounded<LeaseKeepAliveRequest>();
        private readonly Channel<LeaseKeepAliveResponse> _responses = Channel.CreateUnbounded<LeaseKeepAliveResponse>();

        public LeaseKeepAliveRequest Current { get; private set; } = new();

        public WriteOptions? WriteOptions { get; set; }

        public bool HasMore => _responses.Reader.TryPeek(out _);

        public void Say(long lease) => _requests.Writer.TryWrite(new LeaseKeepAliveRequest { ID = lease });

        public void HalfClose() => _requests.Writer.Complete();

        public void Break(Exception error) => _requests.Writer.Complete(error);

        public async Task<long> HearAsync() => (await _responses.Reader.ReadAsync(TestEnd)).ID;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            bool hasNext = await _requests.Reader.WaitToReadAsync(cancellationToken);
            if (hasNext && _requests.Reader.TryRead(out var request))
            {
                Current = request;
            }

            return hasNext;
        }

        public Task WriteAsync(LeaseKeepAliveResponse message) => _responses.Writer.WriteAsync(message).AsTask();

        public Task WriteAsync(LeaseKeepAliveResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
