namespace Coordination.Storage.Tests;

/// <summary>What storage relies on; the same for the real disk and the simulated one.</summary>
public abstract class FileSystemContract
{
    protected abstract IFileSystem Files { get; }

    protected abstract string Root { get; }

    [Fact]
    public void Bytes_written_are_read_back_at_their_offsets()
    {
        using var file = Files.OpenOrCreate($"{Root}/a");
        file.Write(0, [1, 2, 3]);
        file.Write(700, [4, 5]);
        file.SyncData();
        Assert.Equal(702, file.Length);
        byte[] all = new byte[702];
        file.Read(0, all);
        Assert.Equal([1, 2, 3, 0], all[..4]);
        Assert.Equal([0, 4, 5], all[699..]);
    }

    [Fact]
    public void A_read_beyond_the_end_fails_and_names_the_file()
    {
        using var file = Files.OpenOrCreate($"{Root}/a");
        file.Write(0, [1, 2, 3]);
        var failure = Assert.Throws<EndOfStreamException>(() => file.Read(1, new byte[3]));
        Assert.Contains($"{Root}/a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reserved_space_reads_as_zeros_and_keeps_what_is_there()
    {
        using var file = Files.OpenOrCreate($"{Root}/a");
        file.Write(0, [9]);
        file.Preallocate(100_000);
        file.Preallocate(50_000);
        file.SyncAll();
        Assert.Equal(100_000, file.Length);
        byte[] all = new byte[100_000];
        file.Read(0, all);
        Assert.Equal(9, all[0]);
        Assert.Equal(-1, all.AsSpan(1).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_cut_file_reads_as_zeros_where_it_grows_again()
    {
        using var file = Files.OpenOrCreate($"{Root}/a");
        file.Write(0, [1, 2, 3, 4]);
        file.Truncate(2);
        Assert.Equal(2, file.Length);
        file.Write(4, [5]);
        byte[] all = new byte[5];
        file.Read(0, all);
        Assert.Equal([1, 2, 0, 0, 5], all);
    }

    [Fact]
    public void Names_are_listed_in_ordinal_order()
    {
        foreach (string name in new[] { "b", "B", "a1", "a" })
        {
            Files.OpenOrCreate($"{Root}/{name}").Dispose();
        }

        Assert.Equal(["B", "a", "a1", "b"], Files.List(Root));
    }

    [Fact]
    public void A_rename_replaces_the_target()
    {
        Create("a", 1);
        Create("b", 2);
        Files.Rename($"{Root}/a", $"{Root}/b");
        Files.SyncDirectory(Root);
        Assert.False(Files.Exists($"{Root}/a"));
        using var file = Files.OpenRead($"{Root}/b");
        byte[] content = new byte[1];
        file.Read(0, content);
        Assert.Equal(1, content[0]);
    }

    [Fact]
    public void A_deleted_file_is_gone()
    {
        Create("a", 1);
        Files.Delete($"{Root}/a");
        Assert.False(Files.Exists($"{Root}/a"));
        Assert.Throws<FileNotFoundException>(() => Files.Delete($"{Root}/a"));
        Assert.Throws<FileNotFoundException>(() => Files.OpenRead($"{Root}/a"));
    }

    [Fact]
    public void Opening_twice_shows_the_same_file()
    {
        using var writer = Files.OpenOrCreate($"{Root}/a");
        using var reader = Files.OpenRead($"{Root}/a");
        writer.Write(0, [7]);
        byte[] content = new byte[1];
        reader.Read(0, content);
        Assert.Equal(7, content[0]);
    }

    [Fact]
    public void A_directory_can_be_created_with_its_parents_and_again()
    {
        Files.CreateDirectory($"{Root}/x/y");
        Files.CreateDirectory($"{Root}/x/y");
        Assert.Empty(Files.List($"{Root}/x/y"));
    }

    [Fact]
    public void A_lock_is_held_by_one_and_free_afterwards()
    {
        var held = Files.LockExclusive($"{Root}/LOCK");
        var refused = Assert.Throws<IOException>(() => Files.LockExclusive($"{Root}/LOCK"));
        Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
        held.Dispose();
        Files.LockExclusive($"{Root}/LOCK").Dispose();
    }

    private void Create(string name, byte content)
    {
        using var file = Files.OpenOrCreate($"{Root}/{name}");
        file.Write(0, [content]);
        file.SyncAll();
    }
}
