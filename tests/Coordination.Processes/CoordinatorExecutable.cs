using System.Reflection;

namespace Coordination.Processes;

/// <summary>Where the product's program is: as built, or the one that COORDINATOR_EXECUTABLE names.</summary>
public static class CoordinatorExecutable
{
    private static readonly (string Kind, string Configuration)[] Builds =
        [("publish", "release"), ("publish", "debug"), ("bin", "release"), ("bin", "debug")];

    /// <summary>The path of the program.</summary>
    /// <exception cref="FileNotFoundException">There is none; says what to do.</exception>
    public static string Find()
    {
        var named = Environment.GetEnvironmentVariable("COORDINATOR_EXECUTABLE");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : throw new FileNotFoundException("COORDINATOR_EXECUTABLE names no file.", named);
        }

        // Whoever built last meant that one to be tested.
        return Candidates().Where(File.Exists).MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new FileNotFoundException(
                "The coordinator is not built: run `dotnet build coordinator/Coordination.Server`, or set COORDINATOR_EXECUTABLE.");
    }

    private static IEnumerable<string> Candidates()
    {
        var artifacts = typeof(CoordinatorExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "ArtifactsPath").Value!;
        return Builds.Select(build => Path.Combine(artifacts, build.Kind, "Coordination.Server", build.Configuration, "coordinator"));
    }
}
