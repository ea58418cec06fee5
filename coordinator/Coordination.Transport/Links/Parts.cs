namespace Coordination.Transport;

/// <summary>For streams that are read and written at once: when one side ends, the other has to.</summary>
internal static class Parts
{
    /// <summary>
    /// Waits for the first of several tasks, cancels the others, waits for them too, and ends as the first did: what the others say
    /// then is a consequence.
    /// </summary>
    public static async Task UntilFirstEndsAsync(CancellationTokenSource ending, params Task[] parts)
    {
        var first = await Task.WhenAny(parts).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }
}
