namespace Coordination.Conformance.Tests;

/// <summary>Debian's etcdctl, each command a process.</summary>
public static class Etcdctl
{
    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command to its end; its output.</summary>
    public static async Task<string> Run(string endpoints, IEnumerable<string> arguments, string input = "")
    {
        var run = await ProgramRun.Expect(
            await Program(), All(endpoints, arguments), CommandMax, TestContext.Current.CancellationToken, input: input);
        return run.Output;
    }

    /// <summary>Runs a command that fails; what it wrote about that.</summary>
    public static async Task<string> Fail(string endpoints, IEnumerable<string> arguments)
    {
        var run = await ProgramRun.Of(await Program(), All(endpoints, arguments), CommandMax, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, run.ExitCode);
        return run.Errors;
    }

    /// <summary>Starts a command that runs until it is disposed of.</summary>
    public static async Task<InteractiveProgram> Start(string endpoints, IEnumerable<string> arguments) =>
        InteractiveProgram.Start(await Program(), All(endpoints, arguments));

    private static Task<string> Program() =>
        DebianPackage.Require("etcd-client", command: "etcdctl", TestContext.Current.CancellationToken);

    private static IEnumerable<string> All(string endpoints, IEnumerable<string> arguments) =>
        [$"--endpoints={endpoints}", .. arguments];
}
