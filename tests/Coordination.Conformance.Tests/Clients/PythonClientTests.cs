namespace Coordination.Conformance.Tests;

/// <summary>Debian's python3-etcd3, with Debian's own Python, which alone sees it.</summary>
public sealed class PythonClientTests(Servers servers) : IClassFixture<Servers>
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(60);

    [Theory]
    [OnEveryTarget("keys")]
    [OnEveryTarget("transactions")]
    [OnEveryTarget("leases")]
    [OnEveryTarget("watches")]
    [OnEveryTarget("locks")]
    [OnEveryTarget("maintenance")]
    public async Task A_session_with_python_etcd3_succeeds(IConformanceTarget target, string step)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await DebianPackage.Require("python3-etcd3", IsImportable, cancellationToken);
        var session = await servers.Open(target);
        var script = Path.Combine(AppContext.BaseDirectory, "Clients", "Python", "session.py");

        var run = await ProgramRun.Expect(
            Python, [script, "127.0.0.1", $"{session.Ports.Client}", session.Prefix, step], StepMax, cancellationToken);

        Assert.EndsWith("done\n", run.Output, StringComparison.Ordinal);
    }

    private static async Task<bool> IsImportable() => File.Exists(Python)
        && (await ProgramRun.Of(Python, ["-c", "import etcd3"], StepMax, TestContext.Current.CancellationToken)).ExitCode == 0;
}
