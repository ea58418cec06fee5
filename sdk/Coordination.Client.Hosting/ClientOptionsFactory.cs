using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coordination.Client.Hosting;

/// <summary>Makes the client's options of settings.</summary>
internal static class ClientOptionsFactory
{
    /// <exception cref="IOException">A file of the TLS settings cannot be read.</exception>
    /// <exception cref="CryptographicException">A file of the TLS settings has no certificate, or not the key of it.</exception>
    public static CoordinationClientOptions Create(CoordinationSettings settings)
    {
        var options = new CoordinationClientOptions
        {
            UserName = settings.UserName,
            Password = settings.Password,
            Tls = CreateTls(settings.Tls),
        };
        foreach (var endpoint in settings.Endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        options.Namespace = settings.Namespace is { } prefix ? prefix : options.Namespace;
        options.EndpointSelection = settings.EndpointSelection ?? options.EndpointSelection;
        options.PreferLeader = settings.PreferLeader ?? options.PreferLeader;
        options.RequestTimeout = settings.RequestTimeout ?? options.RequestTimeout;
        options.AttemptTimeout = settings.AttemptTimeout ?? options.AttemptTimeout;
        options.ConnectTimeout = settings.ConnectTimeout ?? options.ConnectTimeout;
        options.KeepAlivePingDelay = settings.KeepAlivePingDelay ?? options.KeepAlivePingDelay;
        options.KeepAlivePingTimeout = settings.KeepAlivePingTimeout ?? options.KeepAlivePingTimeout;
        settings.ConfigureClient?.Invoke(options);
        return options;
    }

    private static SslClientAuthenticationOptions? CreateTls(CoordinationTlsSettings settings)
    {
        if (settings is { TrustedAuthorityFile: null, CertificateFile: null })
        {
            return null;
        }

        var tls = new SslClientAuthenticationOptions();
        if (settings.TrustedAuthorityFile is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authorities);
        }

        if (settings.CertificateFile is { } certificateFile)
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, settings.KeyFile);

            // The key of a certificate made from text cannot be used on every platform until it went through a store's form.
            tls.ClientCertificates = [X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null)];
        }

        return tls;
    }
}
