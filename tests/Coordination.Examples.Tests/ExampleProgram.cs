using System.Text.RegularExpressions;

namespace Coordination.Examples.Tests;

/// <summary>Runs examples as the build left them.</summary>
internal static partial class ExampleProgram
{
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(2);

    /// <summary>Runs an example to its end.</summary>
    public static Task<ProgramRun> Run(string name, string endpoint) =>
        ProgramRun.Of(Find(name), [endpoint], RunMax, TestContext.Current.CancellationToken);

    /// <summary>Runs an example twice in a row. Both times it has to end well and to print exactly this, with N for what varies.</summary>
    public static async Task ExpectTwice(string name, string endpoint, string output)
    {
        for (var round = 1; round <= 2; round++)
        {
            Assert.Equal(output, Varying().Replace(await RunWell(name, endpoint), "$1 N"));
        }
    }

    /// <summary>Runs an example, which has to end well; what it printed.</summary>
    public static async Task<string> RunWell(string name, string endpoint)
    {
        var run = await Run(name, endpoint);
        Assert.True(run is { ExitCode: 0, Errors: "" }, $"{name} ended with {run.ExitCode}.\n{run.Output}\n{run.Errors}");
        return run.Output.TrimEnd();
    }

    /// <summary>The program of the same build as these tests, which lie at artifacts/bin/PROJECT/CONFIGURATION as it does.</summary>
    private static string Find(string name)
    {
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(configuration.Parent!.Parent!.FullName, name, configuration.Name, name);
    }

    [GeneratedRegex(@"\b(token) \d+")]
    private static partial Regex Varying();
}
