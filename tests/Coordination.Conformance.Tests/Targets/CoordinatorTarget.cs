using System.Reflection;

namespace Coordination.Conformance.Tests;

/// <summary>The product. Tested as built, or as the executable that COORDINATOR_EXECUTABLE names.</summary>
public sealed class CoordinatorTarget : IConformanceTarget
{
    private static readonly (string Kind, string Configuration)[] Builds =
        [("publish", "release"), ("publish", "debug"), ("bin", "release"), ("bin", "debug")];

    public string Name => "coordinator";

    public Capabilities Capabilities { get; } = new(new Version(3, 6)) { HasLockService = false, GuardsItsFiles = true };

    public Task<ServerCommand> Prepare(CancellationToken cancellationToken) => Task.FromResult(new ServerCommand(FindExecutable()));

    public override string ToString() => Name;

    private static string FindExecutable()
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
        var artifacts = typeof(CoordinatorTarget).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "ArtifactsPath").Value!;
        return Builds.Select(build => Path.Combine(artifacts, build.Kind, "Coordination.Server", build.Configuration, "coordinator"));
    }
}
