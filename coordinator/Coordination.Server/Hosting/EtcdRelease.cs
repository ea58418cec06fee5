namespace Coordination.Server;

/// <summary>The release of etcd whose interface this node has; clients decide by it what they may ask for.</summary>
internal static class EtcdRelease
{
    /// <summary>What the server says its version is.</summary>
    public const string ServerVersion = "3.6.0";

    /// <summary>The version that all members of the cluster agree on.</summary>
    public const string ClusterVersion = "3.6.0";

    /// <summary>The same without the patch, as metrics have it.</summary>
    public const string ClusterRelease = "3.6";

    /// <summary>The version of the data's format that etcd of this release tells.</summary>
    public const string StorageVersion = "3.6.0";
}
