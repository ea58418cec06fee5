namespace Coordination.Processes;

/// <summary>Finds programs that tests need, and installs their Debian package where that is allowed.</summary>
public static class DebianPackage
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);
    private static readonly TimeSpan InstallationMax = TimeSpan.FromMinutes(5);

    /// <summary>The path of <paramref name="command"/>, which <paramref name="package"/> provides.</summary>
    /// <exception cref="InvalidOperationException">It is missing and cannot be installed; says what to do.</exception>
    public static async Task<string> Require(string package, string command, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (FindOnPath(command) is { } present)
            {
                return present;
            }

            await Install(package, cancellationToken);
            return FindOnPath(command)
                ?? throw new InvalidOperationException($"The package {package} was installed but brought no '{command}'.");
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Installs <paramref name="package"/> unless <paramref name="isPresent"/> says that what it brings is there.</summary>
    public static async Task Require(string package, Func<Task<bool>> isPresent, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!await isPresent())
            {
                await Install(package, cancellationToken);
            }
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static string? FindOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append("/usr/bin")
            .Select(directory => Path.Combine(directory, command))
            .FirstOrDefault(File.Exists);

    private static async Task Install(string package, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || FindOnPath("apt-get") is not { } aptGet)
        {
            throw new InvalidOperationException($"The Debian package {package} is needed and missing: run `apt-get install {package}`.");
        }

        // Another run on this machine may be installing, too.
        string[] waitForLock = ["-o", "DPkg::Lock::Timeout=120"];
        await ProgramRun.Expect(aptGet, [.. waitForLock, "update"], InstallationMax, cancellationToken);
        await ProgramRun.Expect(
            aptGet, [.. waitForLock, "install", "-y", "--no-install-recommends", package], InstallationMax, cancellationToken);
    }
}
