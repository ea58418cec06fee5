namespace Coordination.Storage.Tests;

/// <summary>
/// Every kind of file of a store, damaged: the store says so, at open or when it is read, or still holds exactly what it held.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private const int FlipsPerFile = 40;
    private const ulong LastIndex = 91;
    private readonly StateFixture _fixture = new();
    private readonly IReadOnlyList<string> _expected;
    private int _copies;

    public DamageTests()
    {
        using var store = _fixture.Open();
        for (int i = 0; i < 3; i++)
        {
            StateFixture.Put(store, 2 + (i * 30), 30, valueBytes: 500);
            Assert.Equal((ulong)(31 + (i * 30)), store.Flush());
        }

        _expected = StateFixture.Describe(store);
    }

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("*.sst")]
    [InlineData("MANIFEST-*")]
    [InlineData("CURRENT")]
    public void A_flipped_byte_is_never_served(string pattern)
    {
        var random = new Random(1);
        int noticed = 0;
        foreach (string name in NamesOf(pattern))
        {
            int length = (int)new FileInfo(Path.Combine(_fixture.StorePath, name)).Length;
            for (int i = 0; i < FlipsPerFile; i++)
            {
                int offset = i < length ? (i * length / FlipsPerFile) + random.Next(Math.Max(1, length / FlipsPerFile)) : i % length;
                byte mask = (byte)(1 << random.Next(8));
                noticed += Try(name, $"byte {offset} of {length} ^ {mask}", path => Flip(path, offset, mask));
            }
        }

        Assert.True(noticed > 0, "No damage was noticed.");
    }

    [Theory]
    [InlineData("*.sst")]
    [InlineData("MANIFEST-*")]
    [InlineData("CURRENT")]
    public void A_file_that_was_cut_or_removed_is_noticed(string pattern)
    {
        foreach (string name in NamesOf(pattern))
        {
            Assert.Equal(1, Try(name, "removed", File.Delete));
            Assert.Equal(1, Try(name, "emptied", path => File.WriteAllBytes(path, [])));
            Assert.Equal(1, Try(name, "halved", Halve));
        }
    }

    private string[] NamesOf(string pattern)
    {
        string[] names = [.. Directory.GetFiles(_fixture.StorePath, pattern).Select(path => Path.GetFileName(path)).Order()];
        Assert.NotEmpty(names);
        return names;
    }

    /// <summary>Damages a file in a copy of the store and reads all of it; returns 1 when the damage was noticed.</summary>
    private int Try(string name, string damage, Action<string> harm)
    {
        string copy = _fixture.PathOf($"copy-{++_copies}");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(_fixture.StorePath))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        harm(Path.Combine(copy, name));
        RocksDbStateStore? store = null;
        try
        {
            store = RocksDbStateStore.Open(copy, StateFixture.Options, LastIndex);
            Assert.True(_expected.SequenceEqual(StateFixture.Describe(store)), $"{name}, {damage}: other contents were read.");
            return 0;
        }
        catch (IOException failure)
        {
            var noticed = Assert.IsType<StateStoreCorruptException>(failure);
            Assert.StartsWith(copy, noticed.Path, StringComparison.Ordinal);

            // Of some damage RocksDB says only which manifest led it there.
            bool isNamed = !failure.Message.Contains("properties unsorted", StringComparison.Ordinal);
            if (isNamed && name.EndsWith(".sst", StringComparison.Ordinal))
            {
                Assert.Equal(Path.Combine(copy, name), noticed.Path);
            }

            // Whoever owns the store learns of it too, not only whoever read.
            Assert.True(store is null || store.Failed.IsCompleted, $"{name}, {damage}: the store does not say that it failed.");
            return 1;
        }
        finally
        {
            store?.Dispose();
            Directory.Delete(copy, recursive: true);
        }
    }

    private static void Halve(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
    }

    private static void Flip(string path, int offset, byte mask)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= mask;
        File.WriteAllBytes(path, bytes);
    }
}
