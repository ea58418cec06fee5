using System.Runtime.CompilerServices;

namespace Coordination.Client.Tests;

/// <summary>
/// How long a test may take in real time. Most waits here are for what a server is told, or for a timer that only the test moves: one that
/// never comes fails its test, and does not hold up the run.
/// </summary>
internal static class TestLimits
{
    private static readonly TimeSpan TestMax = TimeSpan.FromMinutes(3);

    private static readonly ConditionalWeakTable<object, CancellationTokenSource> Limits = [];

    /// <summary>Cancelled when the running test is, or has taken too long.</summary>
    public static CancellationToken Token => TestContext.Current.Test is { } test
        ? Limits.GetValue(test, _ => Limit(TestContext.Current.CancellationToken)).Token
        : TestContext.Current.CancellationToken;

    private static CancellationTokenSource Limit(CancellationToken cancelled)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        limit.CancelAfter(TestMax);
        return limit;
    }
}
