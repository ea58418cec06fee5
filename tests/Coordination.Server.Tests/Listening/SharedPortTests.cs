using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class SharedPortTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_port_serves_both_versions_of_http()
    {
        await using PortHost host = await PortHost.StartAsync();
        using HttpClient http1 = host.CreateClient(HttpVersion.Version11);
        using HttpClient http2 = host.CreateClient(HttpVersion.Version20);

        Assert.Equal("HTTP/1.1 http", await http1.GetStringAsync("/version", Stop));
        Assert.Equal("HTTP/2 http", await http2.GetStringAsync("/version", Stop));
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task Large_bodies_arrive_unchanged_by_both_versions()
    {
        await using PortHost host = await PortHost.StartAsync();
        byte[] body = new byte[3_000_000];
        new Random(7).NextBytes(body);
        foreach (Version version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using HttpClient client = host.CreateClient(version);
            using HttpResponseMessage response = await client.PostAsync("/digest", new ByteArrayContent(body), Stop);

            Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await response.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task Http1_headers_and_body_may_come_in_separate_segments()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);
        string[] pieces = ["P", "OS", "T /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\n", "te", "xt"];
        foreach (string piece in pieces)
        {
            await connection.SendAsync(piece);
        }

        string answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("text", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_known_protocol_is_refused_by_http()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);

        // The beginning of a TLS handshake.
        await connection.SendAsync([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 0x0A, 0x0A]);

        Assert.StartsWith("HTTP/1.1 400", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_only_knock_leave_no_trace()
    {
        await using PortHost host = await PortHost.StartAsync();
        for (int i = 0; i < 60; i++)
        {
            await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);
            if (i % 3 == 1)
            {
                await connection.SendAsync("PR");
            }
            else if (i % 3 == 2)
            {
                connection.Reset();
            }
        }

        await host.WaitForSilentConnectionsAsync(0);
        await host.StopAsync();
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task A_client_that_stays_silent_is_dropped_after_the_time_limit()
    {
        var time = new FakeTimeProvider();
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { Time = time });
        await using RawConnection silent = await RawConnection.ConnectAsync(host.EndPoint);
        await using RawConnection slow = await RawConnection.ConnectAsync(host.EndPoint);
        await slow.SendAsync("GET");
        await host.WaitForSilentConnectionsAsync(2);

        time.Advance(new SharedPortLimits().FirstBytesTimeout);

        Assert.Empty(await silent.ReadToEndAsync());
        Assert.Empty(await slow.ReadToEndAsync());
        await host.WaitForSilentConnectionsAsync(0);
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task The_longest_silent_client_makes_room_for_another()
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { PortLimits = new() { SilentConnectionsMax = 3 } });
        List<RawConnection> connections = [];
        for (int i = 1; i <= 3; i++)
        {
            connections.Add(await RawConnection.ConnectAsync(host.EndPoint));
            await host.WaitForSilentConnectionsAsync(i);
        }

        using HttpClient client = host.CreateClient(HttpVersion.Version11);
        Assert.Equal("HTTP/1.1 http", await client.GetStringAsync("/version", Stop));
        Assert.Empty(await connections[0].ReadToEndAsync());
        await connections[1].SendAsync("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await connections[1].ReadToEndAsync(), StringComparison.Ordinal);
        foreach (RawConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stopping_ends_silent_connections_and_frees_the_port()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawConnection silent = await RawConnection.ConnectAsync(host.EndPoint);
        await host.WaitForSilentConnectionsAsync(1);

        await host.StopAsync();

        Assert.Empty(await silent.ReadToEndAsync());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(host.EndPoint, Stop).AsTask());
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task Stopping_lets_a_request_finish()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);
        await connection.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nte");
        await connection.ReadUntilAsync("te");

        Task stopping = host.StopAsync();
        await connection.SendAsync("xt");

        Assert.Contains("xt", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        await stopping;
    }

    [Fact]
    public async Task A_port_that_is_taken_is_reported()
    {
        await using PortHost host = await PortHost.StartAsync();

        IOException exception = await Assert.ThrowsAsync<IOException>(
            () => PortHost.StartAsync(new PortHost.Setup { Address = (IPEndPoint)host.EndPoint }));
        Assert.Contains(host.EndPoint.ToString()!, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:2379", "127.0.0.1:2379")]
    [InlineData("http://127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("http://0.0.0.0:2379", "[::]:2379")]
    [InlineData("http://[::]:2379", "[::]:2379")]
    [InlineData("http://[::1]:2379", "[::1]:2379")]
    public void A_url_says_where_to_listen_as_in_etcd(string url, string endPoint)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "An unspecified address means both families where there are two.");
        Assert.Equal(endPoint, ListenAddress.From(new Uri(url)).ToString());
    }
}
