namespace Coordination.Simulation;

/// <summary>How the links of a world behave. Times in microseconds, chances in parts of a thousand.</summary>
internal sealed record NetworkOptions
{
    /// <summary>The shortest time that a message takes.</summary>
    public int MinDelay { get; init; } = 100;

    /// <summary>The longest time that an ordinary message takes.</summary>
    public int MaxDelay { get; init; } = 1_000;

    /// <summary>How many messages are lost.</summary>
    public int LossPerMille { get; init; }

    /// <summary>How many messages arrive twice.</summary>
    public int DuplicatePerMille { get; init; }

    /// <summary>How many messages take up to <see cref="LongDelay"/>: long enough to outlive leaders, terms and restarts.</summary>
    public int LongDelayPerMille { get; init; }

    /// <summary>The longest time that any message takes.</summary>
    public int LongDelay { get; init; } = 3_000_000;

    /// <summary>
    /// Whether messages between two nodes arrive in the order in which they were sent (long delays and repeats excepted).
    /// </summary>
    public bool IsOrdered { get; init; }

    /// <summary>How many transfers of a snapshot break off.</summary>
    public int SnapshotFailurePerMille { get; init; }

    /// <summary>The longest time that the transfer of a snapshot takes.</summary>
    public int SnapshotDelay { get; init; } = 30_000;

    /// <summary>How often the transport notices that it lost a message and tells the sending replica.</summary>
    public int NoticePerMille { get; init; } = 100;
}
