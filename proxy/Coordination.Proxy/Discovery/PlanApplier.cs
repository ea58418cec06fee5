namespace Coordination.Proxy;

/// <summary>
/// Makes a plan whenever the view changed, and puts it into force. Changes that come together become one plan: it waits until nothing has
/// changed for <see cref="GatherQuiet"/>, and at most <see cref="GatherMax"/>. One loop.
/// </summary>
internal sealed partial class PlanApplier(
    RegistryView view, ProxyPlanner planner, PlanCheck check, ProxyConfigSource source, StateKeeper state, TimeProvider time,
    ILogger<PlanApplier> logger)
{
    public static readonly TimeSpan GatherQuiet = TimeSpan.FromMilliseconds(25);
    public static readonly TimeSpan GatherMax = TimeSpan.FromMilliseconds(200);

    private HashSet<Refusal> _refusals = [];

    /// <summary>Puts what was known last into force, then what there is, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (state.Find() is { } known && view.TryRestore(known))
        {
            await ApplyAsync();
        }

        while (await view.Changed.WaitToReadAsync(cancellationToken))
        {
            await GatherAsync(cancellationToken);
            await ApplyAsync();
        }
    }

    /// <summary>Puts what is known now into force; nothing, when that is the document alone: who waits for routes waits on.</summary>
    private async Task ApplyAsync()
    {
        if (view.Known is not var (snapshot, isLive))
        {
            return;
        }

        var plan = await check.CheckAsync(planner.Plan(snapshot));
        foreach (var refusal in plan.Refusals.Where(refusal => !_refusals.Contains(refusal)))
        {
            Log.Refused(logger, refusal);
        }

        _refusals = [.. plan.Refusals];
        source.Publish(plan);
        Log.Published(logger, plan.Routes.Count, plan.Clusters.Count);
        if (isLive)
        {
            state.Keep(snapshot);
        }
    }

    private async Task GatherAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (view.Changed.TryRead(out _) && time.GetElapsedTime(begin) < GatherMax)
        {
            await Task.Delay(GatherQuiet, time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 7020, Level = LogLevel.Warning, Message = "not followed: {Refusal}")]
        public static partial void Refused(ILogger logger, Refusal refusal);

        [LoggerMessage(EventId = 7021, Level = LogLevel.Debug, Message = "published {Routes} routes to {Services} services")]
        public static partial void Published(ILogger logger, int routes, int services);
    }
}
