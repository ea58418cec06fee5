using Coordination.Raft;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>What replicas write to the operator's log. Event ids 2000 to 2099.</summary>
internal static partial class ReplicaLog
{
    /// <summary>Writes what the core reports.</summary>
    public static void Write(ILogger logger, PartitionId partition, RaftEvent happened)
    {
        var level = happened.Kind is RaftEventKind.QuorumLost or RaftEventKind.TransferAborted ? LogLevel.Warning
            : happened.Kind is RaftEventKind.Quiesced or RaftEventKind.Woke ? LogLevel.Debug
            : LogLevel.Information;
        Happened(logger, level, happened.Kind, partition.Value, happened.Term.Value, happened.Index.Value, happened.Peer.Value);
    }

    [LoggerMessage(
        2000, LogLevel.Warning,
        "applying took {Milliseconds:F0} ms for {Entries} entries, up to index {Index}: the disk or the processor is too slow")]
    public static partial void SlowApply(ILogger logger, double milliseconds, int entries, ulong index);

    [LoggerMessage(2010, LogLevel.Information, "dropped the replica of partition {PartitionId}, and its files")]
    public static partial void Dropped(ILogger logger, uint partitionId);

    [LoggerMessage(
        2002, LogLevel.Information,
        "opened partition {PartitionId}: revision {Revision}, {Keys} keys, applied index {AppliedIndex}, log up to {LastIndex}, in"
        + " {Milliseconds} ms")]
    public static partial void Opened(
        ILogger logger, uint partitionId, long revision, long keys, ulong appliedIndex, ulong lastIndex, long milliseconds);

    [LoggerMessage(
        2003, LogLevel.Warning,
        "the end of the log was cut: segment {Segment}, {Bytes} bytes from offset {Offset}; a crash had interrupted a"
        + " write that nobody was told of")]
    public static partial void LogCut(ILogger logger, ulong segment, long offset, long bytes);

    [LoggerMessage(
        2004, LogLevel.Information,
        "partition {PartitionId} goes on from a snapshot of the leader: applied index {AppliedIndex}, revision {Revision}")]
    public static partial void SnapshotInstalled(ILogger logger, uint partitionId, ulong appliedIndex, long revision);

    [LoggerMessage(
        2005, LogLevel.Error,
        "no snapshot of partition {PartitionId} could be made for member {Peer:x}, which lags too far; it is tried again")]
    public static partial void SnapshotNotMade(ILogger logger, Exception failure, uint partitionId, ulong peer);

    [LoggerMessage(EventId = 2001, Message = "{Kind}: partition {PartitionId}, term {Term}, index {Index}, peer {Peer:x}")]
    private static partial void Happened(
        ILogger logger, LogLevel level, RaftEventKind kind, uint partitionId, ulong term, ulong index, ulong peer);
}
