namespace Coordination.Server;

/// <summary>The release of etcd whose behaviour clients find here. They choose what to use by it.</summary>
internal static class EtcdVersion
{
    /// <summary>The server's: three numbers, since there are clients that expect just that.</summary>
    public const string Server = "3.6.14";

    /// <summary>The cluster's: the least that all of its members speak.</summary>
    public const string Cluster = "3.6.0";

    /// <summary>That of what a member stores.</summary>
    public const string Storage = "3.6.0";
}
