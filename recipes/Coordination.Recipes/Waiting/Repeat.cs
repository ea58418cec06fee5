namespace Coordination.Recipes;

/// <summary>Repeats what does no harm when it is done twice.</summary>
internal static class Repeat
{
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Asks until a server answers, however long none does: the caller's token says how long that is of interest. Refusals are answers.
    /// </summary>
    public static async Task<T> UntilAnsweredAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var delay = DelayMin;
        while (true)
        {
            try
            {
                return await ask(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception unanswered) when (unanswered is OutcomeUnknownException or UnavailableException)
            {
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            }

            delay = delay * 2 < DelayMax ? delay * 2 : DelayMax;
        }
    }
}
