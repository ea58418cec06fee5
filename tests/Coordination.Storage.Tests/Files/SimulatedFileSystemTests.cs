using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>The contract, and what only the simulated disk does: crash, fail, fill up, lie.</summary>
public sealed class SimulatedFileSystemTests : FileSystemContract
{
    private const string Path = "/disk/a";
    private readonly SimulatedFileSystem _disk = new();

    public SimulatedFileSystemTests() => _disk.CreateDirectory(Root);

    protected override IFileSystem Files => _disk;

    protected override string Root => "/disk";

    [Fact]
    public void A_crash_loses_unsynced_sectors_one_by_one()
    {
        using (var file = CreateDurably(new byte[2048]))
        {
            file.Write(0, Filled(2048, 1));
        }

        _disk.Crash((_, sector) => sector % 2 == 1, () => true);
        byte[] bytes = _disk.ReadAllBytes(Path);
        Assert.Equal([0, 1, 0, 1], [bytes[0], bytes[512], bytes[1024], bytes[1536]]);
    }

    [Fact]
    public void A_crash_may_keep_an_older_write_of_a_sector_than_the_last()
    {
        using (var file = CreateDurably(new byte[512]))
        {
            file.Write(0, Filled(512, 1));
            file.Write(0, Filled(512, 2));
        }

        int asked = 0;
        _disk.Crash((_, _) => asked++ == 1, () => true);
        Assert.Equal(1, _disk.ReadAllBytes(Path)[0]);
    }

    [Fact]
    public void Synced_data_survive_a_crash()
    {
        using (var file = CreateDurably(new byte[512]))
        {
            file.Write(0, Filled(512, 1));
            file.SyncData();
        }

        _disk.Crash((_, _) => false, () => false);
        Assert.Equal(1, _disk.ReadAllBytes(Path)[0]);
    }

    [Fact]
    public void Reserved_space_is_lost_without_a_sync_of_the_metadata()
    {
        using (var file = CreateDurably(new byte[512]))
        {
            file.Preallocate(4096);
            file.SyncData();
        }

        _disk.Crash((_, _) => true, () => false);
        Assert.Equal(512, _disk.ReadAllBytes(Path).Length);
    }

    [Fact]
    public void Names_are_lost_without_a_sync_of_their_directory()
    {
        using (var file = _disk.OpenOrCreate(Path))
        {
            file.Write(0, [1]);
            file.SyncAll();
        }

        _disk.Crash((_, _) => true, () => false);
        Assert.False(_disk.Exists(Path));
    }

    [Fact]
    public void A_lost_deletion_brings_the_file_back()
    {
        CreateDurably([5]).Dispose();
        _disk.Delete(Path);
        _disk.Crash((_, _) => true, () => false);
        Assert.Equal([5], _disk.ReadAllBytes(Path));
    }

    [Fact]
    public void Writes_that_a_failed_sync_dropped_stay_visible_but_no_later_sync_saves_them()
    {
        using (var file = CreateDurably(new byte[1024]))
        {
            file.Write(0, Filled(1024, 1));
            _disk.Faults.FailNth(FileOperation.SyncData, 1);
            Assert.Throws<IOException>(file.SyncData);
            file.Write(512, Filled(512, 2));
            file.SyncData();
        }

        Assert.Equal(1, _disk.ReadAllBytes(Path)[0]);
        _disk.Crash((_, _) => false, () => false);
        byte[] bytes = _disk.ReadAllBytes(Path);
        Assert.Equal([0, 2], [bytes[0], bytes[512]]);
    }

    [Fact]
    public void A_lying_disk_loses_what_was_synced()
    {
        using (var file = CreateDurably(new byte[512]))
        {
            _disk.Faults.SyncsLie = true;
            file.Write(0, Filled(512, 1));
            file.SyncData();
        }

        _disk.Crash((_, _) => false, () => false);
        Assert.Equal(0, _disk.ReadAllBytes(Path)[0]);
    }

    [Fact]
    public void The_disk_is_full_at_its_capacity_and_has_room_again_after_a_deletion()
    {
        _disk.Faults.CapacityBytes = 4096;
        using var file = _disk.OpenOrCreate(Path);
        file.Preallocate(4096);
        using var other = _disk.OpenOrCreate("/disk/b");
        Assert.Throws<DiskFullException>(() => other.Write(0, [1]));
        _disk.Delete(Path);
        other.Write(0, [1]);
        Assert.Equal(1, _disk.UsedBytes);
    }

    [Fact]
    public void A_file_opened_before_a_crash_is_of_no_use_after_it()
    {
        using var file = CreateDurably([1]);
        _disk.Crash(new SimulationRandom(1));
        Assert.Throws<IOException>(() => file.Write(0, [2]));
        Assert.Throws<IOException>(file.SyncData);
    }

    [Fact]
    public void The_same_seed_gives_the_same_crash()
    {
        Assert.Equal(CrashWith(7), CrashWith(7));
        Assert.NotEqual(CrashWith(7), CrashWith(9));

        static byte[] CrashWith(ulong seed)
        {
            var disk = new SimulatedFileSystem();
            disk.CreateDirectory("/disk");
            disk.WriteAllBytes(Path, new byte[64 * 512]);
            using (var file = disk.OpenOrCreate(Path))
            {
                file.Write(0, Filled(64 * 512, 1));
            }

            disk.Crash(new SimulationRandom(seed));
            return disk.ReadAllBytes(Path);
        }
    }

    [Fact]
    public void The_n_th_operation_of_a_kind_fails_once()
    {
        using var file = CreateDurably(new byte[512]);
        _disk.Faults.FailNth(FileOperation.Write, 2);
        file.Write(0, [1]);
        var failure = Assert.Throws<IOException>(() => file.Write(0, [2]));
        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
        file.Write(0, [3]);
        Assert.Equal(1, _disk.Faults.Fired);
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private IFile CreateDurably(byte[] content)
    {
        _disk.WriteAllBytes(Path, content);
        return _disk.OpenOrCreate(Path);
    }
}
