namespace Coordination.Proxy;

/// <summary>Hashes that are the same in every process, today and tomorrow: proxies have to agree. Not for secrets.</summary>
internal static class StableHash
{
    private const ulong FnvOffset = 14_695_981_039_346_656_037;
    private const ulong FnvPrime = 1_099_511_628_211;

    /// <summary>FNV-1a over the text's UTF-16 form, mixed.</summary>
    public static ulong Of(string text)
    {
        var hash = FnvOffset;
        foreach (var character in text)
        {
            hash = (hash ^ (byte)character) * FnvPrime;
            hash = (hash ^ (byte)(character >> 8)) * FnvPrime;
        }

        return Mix(hash);
    }

    /// <summary>Spreads every bit over all others (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A hash as a number between 0 and 1, neither of them.</summary>
    public static double ToUnit(ulong hash) => ((hash >> 11) + 0.5) / (1UL << 53);
}
