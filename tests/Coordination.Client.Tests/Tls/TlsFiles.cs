using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Coordination.Client.Tests;

/// <summary>An authority made for a test, and the certificates that it gave to a server on this machine and to its clients.</summary>
public sealed class TlsFiles : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-tests-tls-");
    private readonly X509Certificate2 _authority;

    public TlsFiles()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=An authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Issue("server", ServerAuthentication, ClientAuthentication);
        Issue("alice", ClientAuthentication);
    }

    /// <summary>The authority's certificate.</summary>
    public string AuthorityFile => PathOf("authority.pem");

    /// <summary>The certificate of a client named alice.</summary>
    public string ClientCertificateFile => PathOf("alice.pem");

    /// <summary>Its key.</summary>
    public string ClientKeyFile => PathOf("alice.key");

    /// <summary>What a client needs that trusts the authority, and shows its certificate unless it shall not.</summary>
    public SslClientAuthenticationOptions ClientOptions(bool showsCertificate = true)
    {
        using var client = X509Certificate2.CreateFromPemFile(ClientCertificateFile, ClientKeyFile);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(AuthorityFile) },
            },
            ClientCertificates = showsCertificate ? [X509CertificateLoader.LoadPkcs12(client.Export(X509ContentType.Pfx), null)] : null,
        };
    }

    /// <summary>A channel to a server that has these files.</summary>
    public GrpcChannel OpenChannel(string url) => GrpcChannel.ForAddress(url, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { SslOptions = ClientOptions() },
        DisposeHttpClient = true,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(20),
        MaxReconnectBackoff = TimeSpan.FromMilliseconds(200),
    });

    /// <summary>The flags of a server that speaks TLS only, with clients that show a certificate of the authority.</summary>
    public IEnumerable<string> Flags(string url) =>
    [
        $"--listen-client-urls={url}", $"--advertise-client-urls={url}", $"--cert-file={PathOf("server.pem")}",
        $"--key-file={PathOf("server.key")}", "--client-cert-auth", $"--trusted-ca-file={AuthorityFile}",
    ];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Issue(string name, params IEnumerable<string> purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var purposeIds = new OidCollection();
        foreach (var purpose in purposes)
        {
            purposeIds.Add(new Oid(purpose));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposeIds, false));
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), _authority.NotAfter, serial);
        File.WriteAllText(PathOf($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
