namespace Coordination.Client.Hosting;

/// <summary>Files for TLS with <c>https</c> endpoints, all in PEM form. They are read when the client is made.</summary>
public sealed class CoordinationTlsSettings
{
    /// <summary>The certificates of the authorities that servers' certificates have to come from.</summary>
    /// <value>The default is null: the system's authorities.</value>
    public string? TrustedAuthorityFile { get; set; }

    /// <summary>The certificate that the client shows.</summary>
    /// <value>The default is null: it shows none.</value>
    public string? CertificateFile { get; set; }

    /// <summary>The key of <see cref="CertificateFile"/>, without a password.</summary>
    /// <value>The default is null: it is in the same file.</value>
    public string? KeyFile { get; set; }
}
