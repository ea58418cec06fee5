using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// Sends a request that failed again, to another instance where there is one: when that is safe, when no byte of a response has gone to the
/// client, and while the service's budget lasts. Everything after it in the pipeline happens for every try anew. Any thread.
/// </summary>
internal sealed class RetryMiddleware(TimeProvider time, ProxyMetrics metrics)
{
    public const int RetriesDefault = 2;

    /// <summary>The part of a service's requests that may be sent again, and what may be sent again every second besides.</summary>
    public const double BudgetShare = 0.2;
    public const double BudgetPerSecond = 10;

    /// <summary>The pause before an instance that has failed is tried again, because there is no other; doubles.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly ConditionalWeakTable<ClusterState, RetryBudget> _budgets = [];

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var proxied = context.GetReverseProxyFeature();
        var policy = ClusterPolicy.Of(proxied.Cluster.Config);
        var budget = _budgets.GetValue(proxied.Route.Cluster!, _ => new RetryBudget(BudgetShare, BudgetPerSecond, time));
        budget.Deposit();
        var body = Observe(context);
        List<DestinationState> tried = [];
        var begin = time.GetTimestamp();
        for (var retries = policy.Retries ?? RetriesDefault; ; retries--)
        {
            var left = TimeLeft(policy, begin);
            if (left == TimeSpan.Zero)
            {
                context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
                return;
            }

            await TryAsync(context, next, Shorter(left, policy.TryTimeout));
            if (!IsRepeatable(context, body) || retries <= 0 || !budget.TryWithdraw())
            {
                return;
            }

            if (proxied.ProxiedDestination is { } failed)
            {
                tried.Add(failed);
            }

            metrics.OnRetry(proxied.Cluster.Config.ClusterId);
            await ResetAsync(context, proxied, tried);
        }
    }

    private static ObservedBody? Observe(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        var body = new ObservedBody(context.Request.Body);
        context.Request.Body = body;
        return body;
    }

    /// <summary>One try. The forwarder takes the end of its time for a cancellation of the client's.</summary>
    private async Task TryAsync(HttpContext context, RequestDelegate next, TimeSpan timeMax)
    {
        using var attempt = Attempt.Begin(context, timeMax, time);
        context.Features.Set(attempt);
        await next(context);
        if (attempt is { IsTimedOut: true } && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        }
    }

    private static bool IsRepeatable(HttpContext context, ObservedBody? body)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested
            || context.Features.Get<IForwarderErrorFeature>() is not { } failure)
        {
            return false;
        }

        var error = context.Features.Get<Attempt>() is { IsTimedOut: true } ? ForwarderError.RequestTimedOut : failure.Error;
        return RetryRules.IsSafe(context.Request.Method, body?.IsUntouched ?? true, error, failure.Exception);
    }

    /// <summary>
    /// Makes the request as it was, with the instances that are there now and have not failed it; with all, after a pause, when there are
    /// none. A cookie that kept the client with an instance that failed keeps it no more.
    /// </summary>
    private async Task ResetAsync(HttpContext context, IReverseProxyFeature proxied, List<DestinationState> tried)
    {
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        proxied.ProxiedDestination = null;
        var available = proxied.Route.Cluster!.DestinationsState.AvailableDestinations;
        var others = available.Where(destination => !tried.Contains(destination)).ToArray();
        proxied.AvailableDestinations = others.Length > 0 ? others : available;
        if (others.Length == 0)
        {
            await Task.Delay(Pause * (1 << Math.Min(tried.Count, 5)), time, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan TimeLeft(ServicePolicy policy, long begin)
    {
        if (policy.Timeout is not { } limit)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = limit - time.GetElapsedTime(begin);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan? tryMax) =>
        tryMax is null ? left : left == Timeout.InfiniteTimeSpan || tryMax < left ? tryMax.Value : left;
}
