using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coordination.Recipes;

/// <summary>
/// A hosted service that does its work only while it leads. It stands for election when the host starts; when it leads it runs the work,
/// whose token is cancelled <see cref="LeaderServiceOptions.StopMargin"/> before the leadership counts as lost, or when the host stops; and
/// when the work has ended it resigns. Work that was cancelled, or that failed, is begun anew when this service leads again; work that
/// returned by itself is done, and the service with it. The host owns it and calls it from one thread at a time.
/// <para>
/// Two services never work at the same time as far as the token is obeyed at once. Work that goes on after it was cancelled, or a process
/// that is paused, can overlap with the next leader's: what must not is written through <see cref="Leadership.WriteAsync"/>.
/// </para>
/// </summary>
/// <example><code>
/// builder.Services.AddHostedService(services => new LeaderService(
///     new Election(services.GetRequiredService&lt;CoordinationClient&gt;().Root, "elections/report"),
///     Environment.MachineName,
///     (leadership, token) => ReportAsync(leadership, token),
///     services.GetRequiredService&lt;ILogger&lt;LeaderService&gt;&gt;()));
/// </code></example>
public sealed partial class LeaderService : BackgroundService
{
    private const double StopMarginMax = 0.4;

    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly Election _election;
    private readonly Value _proposal;
    private readonly Func<Leadership, CancellationToken, Task> _work;
    private readonly LeaderServiceOptions _options;
    private readonly ILogger<LeaderService> _logger;

    /// <summary>A service that has not been started.</summary>
    /// <param name="election">What it stands in.</param>
    /// <param name="proposal">What observers see when it leads.</param>
    /// <param name="work">What it does while it leads.</param>
    /// <param name="logger">Told about leadership won and lost, and about work that failed.</param>
    /// <param name="options">How it leads.</param>
    /// <exception cref="ArgumentException">The options make no sense with the election's.</exception>
    public LeaderService(
        Election election,
        Value proposal,
        Func<Leadership, CancellationToken, Task> work,
        ILogger<LeaderService> logger,
        LeaderServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(election);
        ArgumentNullException.ThrowIfNull(work);
        _election = election;
        _proposal = proposal;
        _work = work;
        _logger = logger;
        _options = options ?? LeaderServiceOptions.Default;
        if (_options.StopMargin < TimeSpan.Zero || _options.StopMargin > election.TimeToLive * StopMarginMax)
        {
            throw new ArgumentException(
                $"{nameof(LeaderServiceOptions.StopMargin)} is not between zero and two fifths of the election's time to live.",
                nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await LeadOnceAsync(stoppingToken).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The root of the service: whatever the work throws, or the servers say, the next one to lead may have more luck.
                Log.Failed(_logger, failure);
                await Task.Delay(_options.RetryDelay, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>True when the work is done.</summary>
    private async Task<bool> LeadOnceAsync(CancellationToken stoppingToken)
    {
        await using var leadership = await _election.CampaignAsync(_proposal, stoppingToken).ConfigureAwait(false);
        Log.Leads(_logger, leadership.Epoch.Value);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leadership.LostToken);
        var warning = WarnAsync(leadership, end);
        try
        {
            await _work(leadership, end.Token).ConfigureAwait(false);
            return !end.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await warning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Log.LeadsNoMore(_logger, leadership.Epoch.Value);
        }
    }

    /// <summary>Ends the work when less than the margin is left; renewals move that moment on.</summary>
    private async Task WarnAsync(Leadership leadership, CancellationTokenSource end)
    {
        while (leadership.Remaining - _options.StopMargin is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left > TimerStep ? left : TimerStep, end.Token).ConfigureAwait(false);
        }

        await end.CancelAsync().ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Information, "Leads, in epoch {Epoch}.")]
        public static partial void Leads(ILogger logger, long epoch);

        [LoggerMessage(7002, LogLevel.Information, "Leads no more; the epoch was {Epoch}.")]
        public static partial void LeadsNoMore(ILogger logger, long epoch);

        [LoggerMessage(7003, LogLevel.Error, "The work of the leader, or the election, failed; it will stand again.")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
