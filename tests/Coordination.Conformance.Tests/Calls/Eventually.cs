namespace Coordination.Conformance.Tests;

/// <summary>Waits for what a server does on its own schedule and tells nobody, by asking until it has happened.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    /// <summary>Repeats the call until it is refused; any other refusal than the expected fails.</summary>
    public static Task Refused(Refusal expected, Func<Task> call) => Holds(async () => !await Succeeds(expected, call));

    /// <summary>Repeats the call until it is answered, as long as nobody can answer it.</summary>
    public static Task Answered(Func<Task> call) => Holds(async () =>
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    });

    /// <summary>Asks until the answer is yes.</summary>
    public static async Task Holds(Func<Task<bool>> question)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(WaitMax);
        using var timer = new PeriodicTimer(Interval);
        while (!await question())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static async Task<bool> Succeeds(Refusal expected, Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException error)
        {
            Assert.Equal(expected, new Refusal(error.StatusCode, error.Status.Detail));
            return false;
        }
    }
}
