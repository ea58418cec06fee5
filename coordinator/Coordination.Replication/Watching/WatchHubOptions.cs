namespace Coordination.Replication;

/// <summary>How watches behave, and how much memory they may take.</summary>
public sealed record WatchHubOptions
{
    /// <summary>The least of <see cref="ProgressNotifyInterval"/>.</summary>
    public static readonly TimeSpan ProgressNotifyIntervalMin = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _progressNotifyInterval = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often quiet watchers that asked for it are told the revision, but for up to a tenth more, so that streams do not all speak at
    /// once. 10 minutes unless set; raised to <see cref="ProgressNotifyIntervalMin"/>, as in etcd.
    /// </summary>
    public TimeSpan ProgressNotifyInterval
    {
        get => _progressNotifyInterval;
        init => _progressNotifyInterval = value < ProgressNotifyIntervalMin ? ProgressNotifyIntervalMin : value;
    }

    /// <summary>
    /// From what size on the events of one revision are told in parts, to watchers that can deal with that. 2 MiB unless set: etcd's
    /// largest request and 512 KiB.
    /// </summary>
    public long ResponseBytesMax { get; init; } = 2L << 20;

    /// <summary>
    /// How many bytes may wait for one stream's client before the stream's watchers have to read history instead. 4 MiB unless set.
    /// </summary>
    public long StreamBytesMax { get; init; } = 4L << 20;

    /// <summary>At how many waiting bytes a stream that was full takes more. 256 KiB unless set.</summary>
    public long StreamBytesLow { get; init; } = 256L << 10;

    /// <summary>
    /// How many bytes may wait for all clients together; beyond, every stream is full at <see cref="StreamBytesLow"/>. What many streams
    /// share counts for each of them. 512 MiB unless set.
    /// </summary>
    public long QueuedBytesMax { get; init; } = 512L << 20;

    /// <summary>
    /// How many bytes of events may wait to be looked at. Beyond, they are dropped and everybody reads history instead: 64 MiB unless set.
    /// </summary>
    public long BacklogBytesMax { get; init; } = 64L << 20;

    /// <summary>How many requests of one stream may be unanswered before no more are taken. 256 unless set.</summary>
    public int RequestsMax { get; init; } = 256;

    /// <summary>How many changes watchers that lag are read at a time, between live events. 1,000 unless set.</summary>
    public int HistorySliceChanges { get; init; } = 1_000;

    /// <summary>How many bytes of events watchers that lag are read at a time. 4 MiB unless set.</summary>
    public long HistorySliceBytes { get; init; } = 4L << 20;

    /// <summary>Where the hub runs.</summary>
    internal IReplicaScheduler Scheduler { get; init; } = ThreadPoolScheduler.Instance;
}
