using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Client;

/// <summary>What a client tells about itself: activities, counts, and a log. Never keys, values or passwords. Any thread.</summary>
internal sealed partial class Telemetry(CoordinationClientOptions options)
{
    private static readonly ActivitySource Source = new(ClientTelemetry.Name);

    private readonly ILogger _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(ClientTelemetry.Name);

    public Instruments Instruments { get; } = new(options.MeterFactory);

    public TimeProvider Time { get; } = options.TimeProvider;

    /// <summary>An operation begins; disposal ends it.</summary>
    public OperationTrace Begin(Rpc rpc) => new(this, rpc, Source.StartActivity(rpc.Name, ActivityKind.Client));

    /// <summary>A watch begins; disposal ends it.</summary>
    public IDisposable BeginWatch() => new ActiveWatch(Instruments);

    public void EndpointFailed(Uri endpoint, TimeSpan aside)
    {
        Instruments.EndpointFailures.Add(1, new("server.address", endpoint.Host), new("server.port", endpoint.Port));
        LogEndpointFailed(_logger, endpoint, aside);
    }

    public void EndpointWorks(Uri endpoint) => LogEndpointWorks(_logger, endpoint);

    public void TokenGot(Uri endpoint)
    {
        Instruments.Tokens.Add(1);
        LogTokenGot(_logger, endpoint);
    }

    public void LeaderChanged(Uri endpoint) => LogLeaderChanged(_logger, endpoint);

    public void WatchBroke(Uri endpoint, long nextRevision)
    {
        Instruments.WatchReconnects.Add(1);
        LogWatchBroke(_logger, endpoint, nextRevision);
    }

    public void SessionEnded(LeaseId lease, LeaseLossCause cause)
    {
        Instruments.Sessions.Add(-1);
        if (cause != LeaseLossCause.Disposed)
        {
            Instruments.SessionLosses.Add(1, new KeyValuePair<string, object?>("coordination.loss.cause", cause.ToString()));
            LogSessionLost(_logger, lease, cause);
        }
    }

    public void CacheReloaded(long revision)
    {
        Instruments.CacheReloads.Add(1);
        LogCacheReloaded(_logger, revision);
    }

    private sealed class ActiveWatch : IDisposable
    {
        private readonly Instruments _instruments;

        public ActiveWatch(Instruments instruments)
        {
            _instruments = instruments;
            instruments.Watches.Add(1);
        }

        public void Dispose() => _instruments.Watches.Add(-1);
    }

    [LoggerMessage(1, LogLevel.Warning, "Endpoint {Endpoint} failed and is put aside for {Aside}.")]
    private static partial void LogEndpointFailed(ILogger logger, Uri endpoint, TimeSpan aside);

    [LoggerMessage(2, LogLevel.Information, "Endpoint {Endpoint} works again.")]
    private static partial void LogEndpointWorks(ILogger logger, Uri endpoint);

    [LoggerMessage(3, LogLevel.Debug, "Endpoint {Endpoint} gave a token to the user.")]
    private static partial void LogTokenGot(ILogger logger, Uri endpoint);

    [LoggerMessage(4, LogLevel.Information, "Writes go to endpoint {Endpoint}, which leads.")]
    private static partial void LogLeaderChanged(ILogger logger, Uri endpoint);

    [LoggerMessage(5, LogLevel.Debug, "A watch lost endpoint {Endpoint} and goes on from revision {Revision}.")]
    private static partial void LogWatchBroke(ILogger logger, Uri endpoint, long revision);

    [LoggerMessage(6, LogLevel.Warning, "The session of lease {Lease} is lost: {Cause}.")]
    private static partial void LogSessionLost(ILogger logger, LeaseId lease, LeaseLossCause cause);

    [LoggerMessage(7, LogLevel.Information, "A cache missed changes that are compacted, and shows revision {Revision} now.")]
    private static partial void LogCacheReloaded(ILogger logger, long revision);
}
