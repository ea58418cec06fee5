using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Server.Tests;

/// <summary>Connections that speak no HTTP, on a port that has somebody for them.</summary>
public sealed class OtherProtocolTests
{
    /// <summary>As silos begin: a length, the lowest byte first.</summary>
    private static readonly byte[] Opening = [0x3C, 0x00, 0x00, 0x00, 0x01, 0x02];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_speaks_no_http_is_handed_over_with_its_first_bytes()
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { TryHandOver = Echo });
        await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);

        await connection.SendAsync(Opening[..3]);
        await connection.SendAsync(Opening[3..]);

        Assert.Equal("\u003C\0\0\0\u0001\u0002", await connection.ReadUntilAsync("\u0002"));
        await host.WaitForSilentConnectionsAsync(0);
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task What_nobody_takes_is_ended_at_once_and_counted()
    {
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup { TryHandOver = static _ => false });
        ConcurrentQueue<string> reasons = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == ListeningMetrics.MeterName
                && instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => reasons.Enqueue($"{tags[0].Value}"));
        listener.Start();
        await using RawConnection connection = await RawConnection.ConnectAsync(host.EndPoint);

        await connection.SendAsync(Opening);

        Assert.Empty(await connection.ReadToEndAsync());
        Assert.Equal(["Refused"], reasons);
        Assert.Empty(host.Logs.Warnings);
    }

    [Fact]
    public async Task Http_is_served_beside_it()
    {
        ConcurrentQueue<ConnectionContext> taken = [];
        await using PortHost host = await PortHost.StartAsync(new PortHost.Setup
        {
            TryHandOver = connection =>
            {
                taken.Enqueue(connection);
                return false;
            },
        });
        using HttpClient http1 = host.CreateClient(HttpVersion.Version11);
        using HttpClient http2 = host.CreateClient(HttpVersion.Version20);

        Assert.Equal("HTTP/1.1 http", await http1.GetStringAsync("/version", Stop));
        Assert.Equal("HTTP/2 http", await http2.GetStringAsync("/version", Stop));
        await using RawConnection strange = await RawConnection.ConnectAsync(host.EndPoint);
        await strange.SendAsync("no method\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400", await strange.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(taken);
    }

    private static bool Echo(ConnectionContext connection)
    {
        _ = EchoAsync(connection);
        return true;
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(Opening.Length, Stop);
        await connection.Transport.Output.WriteAsync(read.Buffer.ToArray(), Stop);
        await connection.DisposeAsync();
    }
}
