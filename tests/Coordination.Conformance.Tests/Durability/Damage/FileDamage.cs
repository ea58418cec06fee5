namespace Coordination.Conformance.Tests;

/// <summary>One thing that can happen to a file, by itself or by an operator's hand.</summary>
public sealed record FileDamage(string Name, Action<string> Inflict)
{
    private const int BlockBytes = 4096;

    public override string ToString() => Name;

    /// <summary>What can happen to a file of the given size: everything once, and what happens inside at places drawn at random.</summary>
    public static IReadOnlyList<FileDamage> Possible(long length, Random random)
    {
        var damages = new List<FileDamage> { new("deleted", File.Delete), new("longer by some bytes", path => Append(path, random)) };
        if (length == 0)
        {
            return damages;
        }

        damages.Add(new("emptied", path => Cut(path, 0)));
        damages.Add(new("cut by its last byte", path => Cut(path, length - 1)));
        foreach (var (place, offset) in Places(length, random))
        {
            damages.Add(new($"with a flipped bit at {offset} ({place})", path => Flip(path, offset, (byte)(1 << random.Next(8)))));
        }

        foreach (var offset in new[] { random.NextInt64(length), random.NextInt64(length) })
        {
            damages.Add(new($"cut at {offset}", path => Cut(path, offset)));
            damages.Add(new($"with garbage from {offset / BlockBytes * BlockBytes} on", path => Overwrite(path,
                offset / BlockBytes * BlockBytes, random)));
        }

        return damages;
    }

    /// <summary>Ends and middle, a few places anywhere, and a few in the first part, where the log's segments hold data.</summary>
    private static IEnumerable<(string Place, long Offset)> Places(long length, Random random) =>
    [
        ("first byte", 0),
        ("last byte", length - 1),
        ("middle", length / 2),
        ("anywhere", random.NextInt64(length)),
        ("anywhere", random.NextInt64(length)),
        ("in the first hundredth", random.NextInt64(Math.Max(1, length / 100))),
        ("in the first hundredth", random.NextInt64(Math.Max(1, length / 100))),
    ];

    private static void Flip(string path, long offset, byte mask)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = offset;
        var old = (byte)file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ mask));
    }

    private static void Overwrite(string path, long offset, Random random)
    {
        using var file = File.Open(path, FileMode.Open);
        var garbage = new byte[Math.Min(BlockBytes, file.Length - offset)];
        random.NextBytes(garbage);
        file.Position = offset;
        file.Write(garbage);
    }

    private static void Append(string path, Random random)
    {
        using var file = File.Open(path, FileMode.Append);
        var more = new byte[random.Next(1, BlockBytes)];
        random.NextBytes(more);
        file.Write(more);
    }

    private static void Cut(string path, long length)
    {
        using var file = File.Open(path, FileMode.Open);
        file.SetLength(length);
    }
}
