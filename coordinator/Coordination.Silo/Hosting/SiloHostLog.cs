using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>What the owner of the silos logs.</summary>
internal sealed partial class SiloHostLog(ILogger logger)
{
    [LoggerMessage(EventId = 6021, Level = LogLevel.Information, Message = "Silo {Silo} is starting")]
    public partial void Starting(SiloAddress silo);

    [LoggerMessage(EventId = 6022, Level = LogLevel.Information, Message = "Silo {Silo} is active")]
    public partial void Active(SiloAddress silo);

    [LoggerMessage(EventId = 6023, Level = LogLevel.Information, Message = "Silo {Silo} has ended")]
    public partial void Ended(SiloAddress silo);

    [LoggerMessage(EventId = 6024, Message = "Silo {Silo} did not end in good order")]
    public partial void EndedBadly(LogLevel level, SiloAddress silo, Exception exception);

    [LoggerMessage(EventId = 6025, Level = LogLevel.Warning, Message = "The silo could not start")]
    public partial void Failed(Exception exception);

    [LoggerMessage(EventId = 6026, Level = LogLevel.Information, Message = "A new silo is built in {Delay}")]
    public partial void Rebuilding(TimeSpan delay);

    [LoggerMessage(EventId = 6027, Message = "Silo {Silo} did not end within {Patience} and is left to itself")]
    public partial void LeftBehind(LogLevel level, SiloAddress silo, TimeSpan patience);
}
