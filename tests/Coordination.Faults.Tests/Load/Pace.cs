namespace Coordination.Faults.Tests;

/// <summary>
/// Time that is part of what is played: how long a fault lasts, a client thinks, a link holds bytes back. Nothing is waited for.
/// </summary>
internal static class Pace
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static async Task Take(TimeSpan time, CancellationToken stop = default)
    {
        if (time > TimeSpan.Zero)
        {
            using var timer = new PeriodicTimer(time > Shortest ? time : Shortest);
            await timer.WaitForNextTickAsync(stop);
        }
    }
}
