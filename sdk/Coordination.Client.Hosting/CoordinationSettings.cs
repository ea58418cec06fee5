namespace Coordination.Client.Hosting;

/// <summary>
/// The options of a client in a form that configuration can fill; what is null keeps the default of
/// <see cref="CoordinationClientOptions"/>, which tells what each means.
/// </summary>
public sealed class CoordinationSettings
{
    /// <summary>The client addresses of members of one cluster, such as <c>http://127.0.0.1:2379</c>. At least one.</summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>See <see cref="CoordinationClientOptions.EndpointSelection"/>.</summary>
    /// <value>The default is null.</value>
    public EndpointSelection? EndpointSelection { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.PreferLeader"/>.</summary>
    /// <value>The default is null.</value>
    public bool? PreferLeader { get; set; }

    /// <summary>What every key begins with, as text; see <see cref="CoordinationClientOptions.Namespace"/>.</summary>
    /// <value>The default is null.</value>
    public string? Namespace { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.UserName"/>.</summary>
    /// <value>The default is null.</value>
    public string? UserName { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.Password"/>.</summary>
    /// <value>The default is null.</value>
    public string? Password { get; set; }

    /// <summary>Files for TLS; see <see cref="CoordinationClientOptions.Tls"/>.</summary>
    public CoordinationTlsSettings Tls { get; } = new();

    /// <summary>See <see cref="CoordinationClientOptions.RequestTimeout"/>.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.AttemptTimeout"/>.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.ConnectTimeout"/>.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.KeepAlivePingDelay"/>.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? KeepAlivePingDelay { get; set; }

    /// <summary>See <see cref="CoordinationClientOptions.KeepAlivePingTimeout"/>.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? KeepAlivePingTimeout { get; set; }

    /// <summary>Changes the client's options once more, when all other settings are in them: for what has no setting here.</summary>
    /// <value>The default is null.</value>
    public Action<CoordinationClientOptions>? ConfigureClient { get; set; }
}
