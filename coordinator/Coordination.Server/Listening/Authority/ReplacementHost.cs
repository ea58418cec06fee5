namespace Coordination.Server;

/// <summary>What stands in the place of an authority that is no valid host.</summary>
internal static class ReplacementHost
{
    /// <summary>
    /// Every beginning of the repeated pattern is a valid host; <c>invalid</c> is reserved by RFC 2606 and resolves to nothing.
    /// </summary>
    private static ReadOnlySpan<byte> Pattern => "invalid."u8;

    public static void Fill(Span<byte> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = Pattern[i % Pattern.Length];
        }
    }
}
