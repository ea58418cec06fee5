namespace Coordination.Server;

/// <summary>What an embedded node has unless it is told otherwise: free ports of the loopback interface, and a folder of its own.</summary>
internal static class EmbeddedOptions
{
    private static readonly Uri FreePort = new("http://127.0.0.1:0");

    public static NodeOptions In(string folder) => NodeOptions.Default with
    {
        DataDirectory = Path.Combine(folder, "data"),
        ListenClientUrls = [FreePort],
        AdvertiseClientUrls = [FreePort],
        ListenPeerUrls = [],
        LogLevel = LogLevel.Warning,
    };
}
