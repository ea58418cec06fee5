using Microsoft.Extensions.Options;

namespace Coordination.Proxy;

/// <summary>
/// Keeps the state file in step with what is in force, and brings it back when the host starts. That the disk fails is logged, and no
/// reason not to serve. Called by the loop that applies plans.
/// </summary>
internal sealed partial class StateKeeper(IOptions<CoordinationProxyOptions> options, ILogger<StateKeeper> logger)
{
    private readonly StateFile? _file = options.Value.StateFile is { Length: > 0 } path ? new StateFile(path) : null;
    private RegistrySnapshot? _written;

    /// <summary>What was known when a proxy ran here last; null when there is nothing that can be used.</summary>
    public RegistrySnapshot? Find()
    {
        try
        {
            var snapshot = _file?.Find();
            if (snapshot is not null)
            {
                Log.Restored(logger, snapshot.Services.Count, _file!.Path);
            }

            return _written = snapshot;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Log.CannotRead(logger, _file!.Path, unreadable.Message);
            return null;
        }
    }

    /// <summary>Writes what is known, unless it lies there already.</summary>
    public void Keep(RegistrySnapshot snapshot)
    {
        if (_file is null || ReferenceEquals(snapshot, _written))
        {
            return;
        }

        try
        {
            _file.Write(snapshot);
            _written = snapshot;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.CannotWrite(logger, _file.Path, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 7050, Level = LogLevel.Information,
            Message = "{Services} services are known from {Path}, until the registry answers")]
        public static partial void Restored(ILogger logger, int services, string path);

        [LoggerMessage(EventId = 7051, Level = LogLevel.Warning, Message = "the state file {Path} is not used: {Reason}")]
        public static partial void CannotRead(ILogger logger, string path, string reason);

        [LoggerMessage(EventId = 7052, Level = LogLevel.Warning, Message = "the state file {Path} cannot be written: {Reason}")]
        public static partial void CannotWrite(ILogger logger, string path, string reason);
    }
}
