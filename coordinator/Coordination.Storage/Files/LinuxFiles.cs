using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Coordination.Storage;

/// <summary>
/// What the runtime does not offer of Linux: fdatasync, syncing a directory, reserving space. A call that a signal interrupted is repeated;
/// a sync that failed is not, since the second would succeed over writes that are lost.
/// </summary>
internal static partial class LinuxFiles
{
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;
    private const int QuotaExceeded = 122;
    private const int OpenDirectoryFlags = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
    private const int OpenDirectoryFlagsArm = 0x4000 | 0x80000; // O_DIRECTORY has another value there.

    public static bool IsDiskFull(int error) => error is NoSpace or QuotaExceeded;

    [SupportedOSPlatform("linux")]
    public static void SyncData(SafeFileHandle file, string path) => Check(fdatasync, file, path, "fdatasync");

    [SupportedOSPlatform("linux")]
    public static void SyncAll(SafeFileHandle file, string path) => Check(fsync, file, path, "fsync");

    /// <summary>Reserves space that reads as zeros; false when the file system cannot.</summary>
    [SupportedOSPlatform("linux")]
    public static bool TryAllocate(SafeFileHandle file, string path, long offset, long length)
    {
        while (fallocate(file, 0, offset, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is NotSupported or NotImplemented)
            {
                return false;
            }

            if (IsDiskFull(error))
            {
                throw new DiskFullException($"{path}: no space is left to reserve {length} bytes.");
            }

            if (error != Interrupted)
            {
                throw Failure(path, "fallocate", error);
            }
        }

        return true;
    }

    [SupportedOSPlatform("linux")]
    public static void SyncDirectory(string path)
    {
        bool isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
        using var directory = open(path, isArm ? OpenDirectoryFlagsArm : OpenDirectoryFlags);
        if (directory.IsInvalid)
        {
            throw Failure(path, "open", Marshal.GetLastPInvokeError());
        }

        Check(fsync, directory, path, "fsync");
    }

    private static void Check(Func<SafeFileHandle, int> call, SafeFileHandle file, string path, string name)
    {
        while (call(file) != 0)
        {
            // Interrupted before it did anything: the only error after which the written pages are still known to be written again.
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failure(path, name, error);
            }
        }
    }

    private static IOException Failure(string path, string call, int error) =>
        IsDiskFull(error)
            ? new DiskFullException($"{path}: {call} failed: {Marshal.GetPInvokeErrorMessage(error)}.")
            : new IOException($"{path}: {call} failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);
}
