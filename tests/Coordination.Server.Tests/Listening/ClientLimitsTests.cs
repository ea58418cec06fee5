using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Coordination.Server.Tests;

/// <summary>The limits of Kestrel and gRPC that would hurt clients of etcd.</summary>
public sealed class ClientLimitsTests
{
    private const int Authority = 1;
    private const int RefusedStream = 7;
    private const int SchemeHttps = 7;
    private const int MaxConcurrentStreamsParameter = 3;

    [Fact]
    public async Task A_client_may_have_thousands_of_streams_and_cancel_them_all_at_once()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        const int Streams = 2000;
        int nextStreamId = 1;
        for (int round = 0; round < 3; round++)
        {
            int[] streamIds = [.. Enumerable.Range(0, Streams).Select(i => nextStreamId + (2 * i))];
            nextStreamId = streamIds[^1] + 2;
            await client.SendAsync([.. streamIds.Select(id => Frame.Headers(id, Request("/wait")))]);
            await host.Waiting.StartedAsync(Streams);
            await client.SendAsync([.. streamIds.Select(Frame.Reset)]);
            await host.Waiting.EndedAsync(Streams);
        }

        await client.SendAsync(Frame.Headers(nextStreamId, Request("/host")));
        RawResponse response = await client.ReadResponseAsync(nextStreamId);
        Assert.True(response.IsOk, $"{response} {string.Join('\n', host.Logs.Warnings)}");
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task A_client_may_cancel_calls_as_fast_as_it_makes_them()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        const int Calls = 5000;

        await client.SendAsync([.. Enumerable.Range(0, Calls).SelectMany(
            i => new[] { Frame.Headers((2 * i) + 1, Request("/host")), Frame.Reset((2 * i) + 1) })]);
        await client.SendAsync(Frame.Headers((2 * Calls) + 1, Request("/host")));

        Assert.True((await client.ReadResponseAsync((2 * Calls) + 1)).IsOk);
    }

    [Theory]
    [InlineData(uint.MaxValue, int.MaxValue)]
    [InlineData(5u, 5)]
    [InlineData(0u, 1)]
    public async Task The_limit_of_streams_is_announced(uint limit, int announced)
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { Limits = new() { MaxConcurrentStreams = limit } });
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        Frame? settings = await client.ReadFrameAsync();

        Assert.Equal(Frame.SettingsType, settings?.Type);
        byte[] parameter = settings!.Payload.Chunk(6).Single(chunk => chunk[1] == MaxConcurrentStreamsParameter);
        Assert.Equal(announced, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(parameter.AsSpan(2)));
    }

    [Fact]
    public async Task A_stream_over_the_limit_is_refused()
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { Limits = new() { MaxConcurrentStreams = 2 } });
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);

        await client.SendAsync(Frame.Headers(1, Request("/wait")), Frame.Headers(3, Request("/wait")), Frame.Headers(5, Request("/wait")));

        Assert.Equal(RefusedStream, (await client.ReadResponseAsync(5)).Error);
    }

    [Fact]
    public async Task A_silent_client_is_pinged_and_one_that_does_not_answer_is_dropped()
    {
        var limits = new ClientLimits { KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(1) };
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { Limits = limits });
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);

        // Until then it has been idle for longer than Kestrel's clock ticks, and was not sent away.
        Frame? frame;
        do
        {
            frame = await client.ReadFrameAsync();
            Assert.NotNull(frame);
            Assert.NotEqual(Frame.GoAwayType, frame.Type);
        }
        while (frame.Type != Frame.PingType);

        await using RawConnection deaf = await RawConnection.ConnectAsync(host.EndPoint);
        await deaf.SendAsync([.. Frame.Preface, .. Frame.Settings().ToBytes()]);
        await deaf.ReadToEndAsync();
    }

    [Fact]
    public async Task Nothing_ends_an_idle_or_slow_stream()
    {
        await using PortHost host = await PortHost.StartAsync();
        KestrelServerLimits limits = host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(KestrelLimits.Forever, limits.KeepAliveTimeout);
        Assert.Null(limits.MinRequestBodyDataRate);
        Assert.Null(limits.MinResponseDataRate);
    }

    [Fact]
    public void A_keepalive_of_zero_or_of_centuries_means_never()
    {
        var kestrel = new KestrelServerOptions();

        KestrelLimits.Apply(new ClientLimits { KeepAliveInterval = TimeSpan.Zero, KeepAliveTimeout = TimeSpan.FromDays(99_999) }, kestrel);

        Assert.Equal(TimeSpan.MaxValue, kestrel.Limits.Http2.KeepAlivePingDelay);
        Assert.Equal(TimeSpan.MaxValue, kestrel.Limits.Http2.KeepAlivePingTimeout);
    }

    [Fact]
    public async Task A_scheme_that_belongs_to_a_proxy_is_accepted()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);

        await client.SendAsync(Frame.Headers(
            1,
            new HpackEncoder()
                .Index(3).Index(SchemeHttps).Field(Literal.NotIndexed, 4, "/version").Field(Literal.NotIndexed, Authority, "a").Block));

        Assert.Equal("HTTP/2 https", (await client.ReadResponseAsync(1)).Body);
    }

    [Fact]
    public async Task The_largest_message_is_the_largest_request_and_its_allowance()
    {
        const int MaxRequestBytes = 6_000_000;
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup
        {
            Limits = new() { MaxRequestBytes = MaxRequestBytes },
            Services = services => services.AddGrpc(),
            Endpoints = application => application.MapGrpcService<EchoService>(),
        });
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        CallInvoker invoker = channel.CreateCallInvoker();
        byte[] largest = new byte[MaxRequestBytes + (512 * 1024)];

        Assert.Equal(largest.Length, (await EchoAsync(invoker, largest)).Length);
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(invoker, new byte[largest.Length + 1]));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task A_body_that_no_request_can_need_is_refused()
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { Limits = new() { MaxRequestBytes = 1000 } });
        using HttpClient client = host.CreateClient(HttpVersion.Version11);
        using var body = new ByteArrayContent(new byte[2 * 1024 * 1024]);
        using HttpResponseMessage response = await client.PostAsync("/digest", body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private static byte[] Request(string path) =>
        new HpackEncoder().Post(path).Field(Literal.NotIndexed, Authority, "http://127.0.0.1:2379").Block;

    private static async Task<byte[]> EchoAsync(CallInvoker invoker, byte[] message) =>
        await invoker.AsyncUnaryCall(EchoService.EchoMethod, null, default, message);
}
