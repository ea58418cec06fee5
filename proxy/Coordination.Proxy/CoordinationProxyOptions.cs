namespace Coordination.Proxy;

/// <summary>
/// Where the proxy finds its services, and how it treats them unless they say otherwise. Read once, when the host starts; the host does not
/// start with options that make no sense, and says everything that is wrong with them.
/// </summary>
public sealed class CoordinationProxyOptions
{
    /// <summary>The client addresses of members of one cluster, such as <c>http://127.0.0.1:2379</c>. At least one.</summary>
    public IList<Uri> Coordinators { get; } = [];

    /// <summary>What every key of the registry and of the configuration begins with, before their own prefixes; empty for none.</summary>
    /// <value>The default is empty.</value>
    public string Namespace { get; set; } = string.Empty;

    /// <summary>What the keys of the registry begin with; see <see cref="ServiceRegistry"/>.</summary>
    /// <value>The default is <c>services/</c>.</value>
    public string RegistryPrefix { get; set; } = ServiceRegistry.PrefixDefault;

    /// <summary>The name of the <see cref="ConfigurationDocument"/> with routes and settings of services; empty for none.</summary>
    /// <value>The default is <c>proxy</c>.</value>
    public string ConfigurationName { get; set; } = "proxy";

    /// <summary>Who the proxy is to a store that asks; null for nobody in particular.</summary>
    /// <value>The default is null.</value>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    /// <value>The default is null.</value>
    public string? Password { get; set; }

    /// <summary>Changes the options of the client of the store, for what has no setting here, such as TLS.</summary>
    /// <value>The default is null.</value>
    public Action<CoordinationClientOptions>? ConfigureClient { get; set; }

    /// <summary>
    /// The file that keeps what was known of the registry last, so that a proxy that starts while no coordinator answers can serve; null
    /// for none. Its folder has to exist. One proxy has it for itself.
    /// </summary>
    /// <value>The default is null.</value>
    public string? StateFile { get; set; }

    /// <summary>
    /// The part of the world that the proxy is in: it prefers instances in the same one. Null to treat all zones alike.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Zone { get; set; }

    /// <summary>How long a host that starts waits for the registry before it serves without one: it knows no route then.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan StartupWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Everything that is wrong with these options, in words; empty when nothing is.</summary>
    public IReadOnlyList<string> FindErrors() => ProxyOptionsRules.FindErrors(this);
}
