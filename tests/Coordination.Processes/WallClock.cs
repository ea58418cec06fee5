using System.Globalization;

namespace Coordination.Processes;

/// <summary>
/// The wall clock of one server, which jumps when it is told to, also while the server runs: libfaketime, from Debian's package faketime.
/// Monotonic clocks go on as they do, as on a machine whose time is set. For one caller at a time.
/// </summary>
public sealed class WallClock
{
    private const string LibraryFile = "libfaketimeMT.so.1";
    private const string SharedMemory = "/dev/shm";

    // What the library leaves behind when its process is killed; the number of the process follows.
    private static readonly string[] Leftovers = ["faketime_shm_", "sem.faketime_sem_"];

    private readonly string _library;
    private readonly FileInfo _offset;

    private WallClock(string library, FileInfo offset)
    {
        _library = library;
        _offset = offset;
    }

    /// <summary>How far the clock is ahead of this machine's; negative when it is behind.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>Gives a server that is started with it (<see cref="ServerCommand.Runner"/>) this clock.</summary>
    /// <remarks>
    /// The library takes waits on condition variables for waits by the wall clock, and makes them return at once, unless it is told not to
    /// mend them. It is asked to look at the file each time, as it would notice a jump only seconds later otherwise.
    /// </remarks>
    public IReadOnlyList<string> Runner =>
    [
        "env", $"LD_PRELOAD={_library}", $"FAKETIME_TIMESTAMP_FILE={_offset.FullName}", "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0",
    ];

    /// <summary>A clock that is right, and remembers its offset in a file. Installs the library when it is missing.</summary>
    /// <exception cref="InvalidOperationException">It is missing and cannot be installed; says what to do.</exception>
    public static async Task<WallClock> Open(FileInfo offset, CancellationToken cancellationToken)
    {
        await DebianPackage.Require("faketime", () => Task.FromResult(FindLibrary() is not null), cancellationToken);
        var library = FindLibrary()
            ?? throw new InvalidOperationException($"The package faketime was installed but brought no {LibraryFile}.");
        WallClock clock = new(library, offset);
        clock.Set(TimeSpan.Zero);
        return clock;
    }

    /// <summary>Lets the clock jump to an offset from this machine's.</summary>
    public void Set(TimeSpan offset)
    {
        // A file that is read while it is written would end the server.
        var next = $"{_offset.FullName}.next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0;-0;+0}\n"));
        File.Move(next, _offset.FullName, overwrite: true);
        Offset = offset;
    }

    /// <summary>Removes what servers that are gone have left: a process that gets the number of one of them would not start.</summary>
    public static void RemoveLeftovers()
    {
        foreach (var prefix in Leftovers)
        {
            foreach (var file in Directory.GetFiles(SharedMemory, $"{prefix}*"))
            {
                if (!Directory.Exists($"/proc/{Path.GetFileName(file)[prefix.Length..]}"))
                {
                    File.Delete(file);
                }
            }
        }
    }

    private static string? FindLibrary() =>
        Directory.GetDirectories("/usr/lib", "*-linux-gnu*")
            .Select(folder => Path.Combine(folder, "faketime", LibraryFile))
            .FirstOrDefault(File.Exists);
}
