namespace Coordination.Transport.Tests;

/// <summary>Waiting for named events: as long as a busy machine may need, and never for ever.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task InTime(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
