using System.Net;
using System.Net.Sockets;

namespace Coordination.Client.Tests;

/// <summary>TLS with a real etcd: that of the product is to come.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TlsFiles _files = new();

    private static CancellationToken Cancelled => TestLimits.Token;

    [Fact]
    public async Task A_client_with_a_certificate_reads_writes_watches_and_keeps_leases()
    {
        await using var server = await RealServer.Start(ServerKind.Etcd, _files);
        await using var client = Connect(server.Url, _files, showsCertificate: true);
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(2), Cancelled);

        var put = await client.KeyValues.PutAsync("k", "v", new PutOptions { Lease = session.Id }, Cancelled);
        var seen = await client.Watches.WatchAsync("k", new WatchOptions { StartRevision = put.Revision }, Cancelled).FirstAsync(Cancelled);

        Assert.Equal(put.Revision, seen.Revision);
        Assert.Equal("v", (await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue!.Value);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_not_served()
    {
        await using var server = await RealServer.Start(ServerKind.Etcd, _files);
        await using var client = Connect(server.Url, _files, showsCertificate: false);

        await Assert.ThrowsAsync<UnavailableException>(() => client.KeyValues.GetAsync("k", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_server_whose_authority_is_not_trusted_gets_no_write_and_the_reason_is_told()
    {
        using var others = new TlsFiles();
        await using var server = await RealServer.Start(ServerKind.Etcd, _files);
        await using var client = Connect(server.Url, others, showsCertificate: true);

        var refusal = await Assert.ThrowsAsync<UnavailableException>(
            () => client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        Assert.Contains("certificate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_goes_to_the_next_endpoint_when_one_is_silent_before_it_is_encrypted()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var server = await RealServer.Start(ServerKind.Etcd, _files);
        var options = FakeServer.Options($"https://{silent.LocalEndpoint}", server.Url);
        options.Tls = _files.ClientOptions();
        options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        await using var client = new CoordinationClient(options);

        Assert.True((await client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled)).Revision > 0);
    }

    public void Dispose() => _files.Dispose();

    private static CoordinationClient Connect(string url, TlsFiles files, bool showsCertificate)
    {
        var options = FakeServer.Options(url);
        options.Tls = files.ClientOptions(showsCertificate);
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        return new CoordinationClient(options);
    }
}
