namespace Coordination.Proxy;

/// <summary>How the program runs, beside what the proxy itself is told.</summary>
internal sealed class ProxySettings
{
    public static readonly Uri ListenDefault = new("http://127.0.0.1:8080");

    public static readonly Uri AdminDefault = new("http://127.0.0.1:8081");
    public const string StateFileDefault = "coordination-proxy.state";

    public CoordinationProxyOptions Proxy { get; } = new() { StateFile = StateFileDefault };

    /// <summary>Where requests are taken, over HTTP/1.1.</summary>
    public IReadOnlyList<Uri> Listen { get; set; } = [ListenDefault];

    /// <summary>Where requests are taken over HTTP/2 without TLS, as gRPC has it.</summary>
    public IReadOnlyList<Uri> ListenHttp2 { get; set; } = [];

    /// <summary>Where the proxy tells about itself.</summary>
    public IReadOnlyList<Uri> Admin { get; set; } = [AdminDefault];

    /// <summary>Whether every request is logged.</summary>
    public bool AccessLog { get; set; }

    /// <summary>How long requests under way are waited for when the process is asked to stop.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(20);

    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}
