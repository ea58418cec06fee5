using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>What watches write to the operator's log. Event ids 2100 to 2149.</summary>
internal static partial class WatchLog
{
    [LoggerMessage(2100, LogLevel.Critical, "watches ended: history could not be read, or an invariant broke")]
    public static partial void Failed(ILogger logger, Exception failure);
}
