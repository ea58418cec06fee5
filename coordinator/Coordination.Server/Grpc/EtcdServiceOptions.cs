namespace Coordination.Server;

/// <summary>What the services of etcd's API allow.</summary>
internal sealed record EtcdServiceOptions
{
    /// <summary>etcd's quota for whoever sets none, in bytes.</summary>
    public const long QuotaBytesDefault = 2L * 1024 * 1024 * 1024;

    /// <summary>The folder of the node's data; backups are put together in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Most operations in each list of a transaction (<c>--max-txn-ops</c>).</summary>
    public int TxnOperationsMax { get; init; } = 128;

    /// <summary>Largest request as the log would hold it, in bytes (<c>--max-request-bytes</c>).</summary>
    public int RequestBytesMax { get; init; } = 1536 * 1024;

    /// <summary>Largest message that is received, in bytes: what is around the request has half a MiB.</summary>
    public int MessageBytesMax => RequestBytesMax + ClientLimits.MessageOverheadBytes;

    /// <summary>Size in bytes from which on the store refuses to grow (<c>--quota-backend-bytes</c>); null for never.</summary>
    public long? QuotaBytes { get; init; } = QuotaBytesDefault;

    /// <summary>From what duration on a unary request is logged as slow.</summary>
    public TimeSpan WarningUnaryRequestDuration { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a leader may be silent before another is elected.</summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After how much silence a member is not waited for, and its replicas go to other members (<c>--replace-replicas-after</c>); null
    /// for never.
    /// </summary>
    public TimeSpan? ReplaceReplicasAfter { get; init; }

    /// <summary>How long a request may take: etcd's figure.</summary>
    public TimeSpan RequestTimeout => TimeSpan.FromSeconds(5) + (2 * ElectionTimeout);

    /// <summary>What a node's configuration says.</summary>
    public static EtcdServiceOptions Of(NodeOptions options) => new()
    {
        DataDirectory = options.DataDirectory,
        TxnOperationsMax = options.MaxTransactionOperations,
        RequestBytesMax = options.MaxRequestBytes,
        QuotaBytes = options.QuotaBytes,
        WarningUnaryRequestDuration = options.WarningUnaryRequestDuration,
        ElectionTimeout = options.ElectionTimeout,
        ReplaceReplicasAfter = options.ReplaceReplicasAfter,
    };
}
