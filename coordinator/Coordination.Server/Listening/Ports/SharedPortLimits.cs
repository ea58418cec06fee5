namespace Coordination.Server;

/// <summary>What a shared port allows connections that have not said yet what they speak.</summary>
internal sealed record SharedPortLimits
{
    /// <summary>How long a client may take for its first four bytes. Its other time limits are Kestrel's.</summary>
    public TimeSpan FirstBytesTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections may be silent at a time; one more ends the one that has been silent longest.</summary>
    public int SilentConnectionsMax { get; init; } = 4096;

    /// <summary>How many connections of one protocol may wait for Kestrel to take them; more wait in front of the queue.</summary>
    public int HandoverQueueMax { get; init; } = 512;
}
