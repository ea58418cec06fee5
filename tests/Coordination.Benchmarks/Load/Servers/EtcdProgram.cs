using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>Finds the etcd program, and installs Debian's package of it when it is missing and that is possible.</summary>
internal static class EtcdProgram
{
    private const string Package = "etcd-server";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    /// <summary>The path of etcd: <paramref name="wanted"/> itself, or where PATH leads to.</summary>
    /// <exception cref="LoadException">There is none, and it could not be installed.</exception>
    public static string Locate(string wanted)
    {
        if (Find(wanted) is { } found)
        {
            return found;
        }

        const string Advice = $"install the package {Package}, or say with --etcd PATH where the program is";
        if (wanted != "etcd")
        {
            throw new LoadException($"there is no program {wanted}: check --etcd.");
        }

        if (!Environment.IsPrivilegedProcess || Find("apt-get") is not { } installer)
        {
            throw new LoadException($"etcd is not on PATH: {Advice}.");
        }

        Console.Error.WriteLine($"etcd is not on PATH: installing the package {Package}.");
        bool isInstalled = Run(installer, "install", "-y", Package)
            || (Run(installer, "update") && Run(installer, "install", "-y", Package));
        return isInstalled && Find(wanted) is { } installed
            ? installed
            : throw new LoadException($"etcd is not on PATH and could not be installed: {Advice}.");
    }

    /// <summary>The path of a program as a shell would find it, or null.</summary>
    public static string? Find(string program) => program.Contains(Path.DirectorySeparatorChar)
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >&2 </dev/null", "sh", program, .. arguments]);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using Process process = Process.Start(start) ?? throw new LoadException($"cannot start {program}.");
        if (!process.WaitForExit(InstallLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new LoadException($"{program} {string.Join(' ', arguments)} took longer than {InstallLimit.TotalMinutes} minutes.");
        }

        return process.ExitCode == 0;
    }
}
