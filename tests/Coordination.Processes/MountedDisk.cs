using System.Globalization;

namespace Coordination.Processes;

/// <summary>A small file system, or a view of a folder that cannot be written. Mounting needs root: without it the test fails.</summary>
public sealed class MountedDisk : IAsyncDisposable
{
    private static readonly TimeSpan MountMax = TimeSpan.FromSeconds(20);

    private MountedDisk(DirectoryInfo folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>An empty file system of the given size, in memory.</summary>
    public static async Task<MountedDisk> Small(int megabytes)
    {
        var disk = new MountedDisk(Directory.CreateTempSubdirectory("conformance-disk-"));
        await disk.Run("mount", "-t", "tmpfs", "-o", $"size={Text(megabytes)}m", "tmpfs", disk.Folder.FullName);
        return disk;
    }

    /// <summary>The given folder once more, read-only.</summary>
    public static async Task<MountedDisk> ReadOnly(DirectoryInfo folder)
    {
        var disk = new MountedDisk(Directory.CreateTempSubdirectory("conformance-disk-"));
        await disk.Run("mount", "--bind", folder.FullName, disk.Folder.FullName);
        await disk.Run("mount", "-o", "remount,bind,ro", disk.Folder.FullName);
        return disk;
    }

    public Task Resize(int megabytes) => Run("mount", "-o", $"remount,size={Text(megabytes)}m", Folder.FullName);

    public async ValueTask DisposeAsync()
    {
        await Run("umount", "--lazy", Folder.FullName);
        Folder.Delete();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task Run(string program, params string[] arguments)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Folder.Delete();
            throw new InvalidOperationException("This test mounts a file system: run it as root.");
        }

        // Not the test's token: what is mounted is unmounted also when the test was cancelled.
        await ProgramRun.Expect(program, arguments, MountMax, CancellationToken.None);
    }
}
