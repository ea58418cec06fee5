using System.Security.Cryptography;
using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

/// <summary>The bytes of docs/disk-format.md, and that a store comes back out of them or not at all.</summary>
public sealed class BackupTests : IDisposable
{
    private const string GoldenHeader =
        "434F4F524442414B" + "01000000" + "4A000000" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "02000000"
        + "0100" + "61" + "0300000000000000" + "0500" + "62622E6363" + "0000000000000000" + "9AEDA3DA";

    private static readonly BackupOrigin Origin = new(1, 2, 3);
    private readonly string _folder = Directory.CreateTempSubdirectory("backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_backup_has_the_bytes_of_version_1()
    {
        byte[] backup = Take(Files(("a", "xyz"), ("bb.cc", "")));

        Assert.Equal(GoldenHeader, Convert.ToHexString(backup.AsSpan(0, GoldenHeader.Length / 2)));
        Assert.Equal("xyz"u8.ToArray(), backup.AsSpan(GoldenHeader.Length / 2, 3).ToArray());
        Assert.Equal(512, backup.Length);
        Assert.False(backup.AsSpan((GoldenHeader.Length / 2) + 3).ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(100_000)]
    public void Reads_of_any_size_give_the_same_bytes(int size)
    {
        string files = Files(("a", new string('x', 5000)), ("b", ""), ("c", new string('y', 700)));

        Assert.Equal(Take(files, 4096), Take(files, size));
    }

    [Fact]
    public void A_store_comes_back_as_it_was()
    {
        string path = Save(Take(Checkpoint()));

        var header = BackupRestore.Restore(path, Path.Combine(_folder, "restored"));

        Assert.Equal(Origin, header.Origin);
        using var store = RocksDbStateStore.Open(Path.Combine(_folder, "restored"), new StateStoreOptions());
        var state = new PartitionState(store);
        Assert.Equal(ApplyError.None, state.View.Read(new RangeOperation(KeyRange.OfKey("key"u8)), out var result));
        Assert.Equal("value"u8.ToArray(), Assert.Single(result.Items).Value.ToArray());
        Assert.Equal([5L], state.Leases.Select(static lease => lease.Id));
        Assert.False(Directory.Exists(Path.Combine(_folder, "restored.restoring")));
    }

    [Fact]
    public void Damage_anywhere_is_noticed_before_anything_is_written()
    {
        byte[] backup = [.. Sealed(Take(Files(("a", new string('x', 600)))))];
        for (int at = 0; at < backup.Length; at += 13)
        {
            backup[at] ^= 1;
            Refuses(backup);
            backup[at] ^= 1;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(512)]
    [InlineData(543)]
    [InlineData(545)]
    [InlineData(1055)]
    public void A_backup_of_another_length_is_refused(int length)
    {
        byte[] backup = Sealed(Take(Files(("a", new string('x', 600)))));
        Array.Resize(ref backup, length);

        Refuses(backup);
    }

    [Fact]
    public void Names_that_lead_elsewhere_are_refused()
    {
        foreach (string name in (string[])["", ".", "..", "../a", "a/b", "/a", "a\\b", "a\0"])
        {
            var header = BackupFormat.EncodeHeader(new BackupHeader(Origin, [new BackupFile(name, 0)]));
            Array.Resize(ref header, 512);

            Refuses(Sealed(header));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(1_000_000)]
    public void Lengths_that_cannot_be_are_refused(long length)
    {
        var header = BackupFormat.EncodeHeader(new BackupHeader(Origin, [new BackupFile("a", length)]));
        Array.Resize(ref header, 512);

        Refuses(Sealed(header));
    }

    [Fact]
    public void Another_version_is_named()
    {
        byte[] backup = Take(Files(("a", "x")));
        backup[8] = 2;

        Assert.Contains("format version 2", Refuses(Sealed(backup)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_exists_is_left_alone()
    {
        string path = Save(Take(Checkpoint()));
        string existing = Directory.CreateDirectory(Path.Combine(_folder, "existing")).FullName;

        Assert.Throws<IOException>(() => BackupRestore.Restore(path, existing));
        Assert.Empty(Directory.EnumerateFileSystemEntries(existing));
    }

    [Fact]
    public void What_an_interrupted_restoration_left_does_not_matter()
    {
        string path = Save(Take(Files(("a", "x"))));
        string target = Path.Combine(_folder, "restored");
        Directory.CreateDirectory(target + ".restoring");
        File.WriteAllText(Path.Combine(target + ".restoring", "old"), "old");

        BackupRestore.Restore(path, target);

        Assert.Equal([Path.Combine(target, "a")], Directory.EnumerateFileSystemEntries(target));
    }

    private static byte[] Sealed(byte[] content) => [.. content, .. SHA256.HashData(content)];

    private static byte[] Take(string directory, int readSize = 1000)
    {
        using var source = BackupSource.Open(directory, Origin);
        var bytes = new MemoryStream();
        var buffer = new byte[readSize];
        for (int count = source.Read(buffer); count > 0; count = source.Read(buffer))
        {
            bytes.Write(buffer, 0, count);
        }

        Assert.Equal(source.Length, bytes.Length);
        return bytes.ToArray();
    }

    private string Save(byte[] content)
    {
        string path = Path.Combine(_folder, "backup");
        File.WriteAllBytes(path, Sealed(content));
        return path;
    }

    private string Refuses(byte[] backup)
    {
        string path = Path.Combine(_folder, "damaged");
        string target = Path.Combine(_folder, "target");
        File.WriteAllBytes(path, backup);
        var refusal = Assert.Throws<BackupCorruptException>(() => BackupRestore.Restore(path, target));
        Assert.False(Directory.Exists(target));
        Assert.False(Directory.Exists(target + ".restoring"));
        return refusal.Message;
    }

    private string Files(params (string Name, string Content)[] files)
    {
        string directory = Directory.CreateTempSubdirectory("files-").FullName;
        string target = Path.Combine(_folder, Path.GetFileName(directory));
        Directory.Move(directory, target);
        foreach (var (name, content) in files)
        {
            File.WriteAllText(Path.Combine(target, name), content);
        }

        return target;
    }

    private string Checkpoint()
    {
        string checkpoint = Path.Combine(_folder, "checkpoint");
        using var store = RocksDbStateStore.Open(Path.Combine(_folder, "store"), new StateStoreOptions());
        var state = new PartitionState(store);
        state.Apply(1, 1, new LeaseGrantCommand(5, 60));
        state.Apply(2, 1, new PutCommand(new PutOperation("key"u8.ToArray(), "value"u8.ToArray(), 5)));
        state.Commit();
        store.Checkpoint(checkpoint);
        return checkpoint;
    }
}
