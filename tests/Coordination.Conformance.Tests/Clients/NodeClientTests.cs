namespace Coordination.Conformance.Tests;

/// <summary>The npm package etcd3, installed beside the tests from its lock file.</summary>
public sealed class NodeClientTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan InstallationMax = TimeSpan.FromMinutes(5);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Clients", "Node");

    [Theory]
    [OnEveryTarget("keys")]
    [OnEveryTarget("transactions")]
    [OnEveryTarget("leases")]
    [OnEveryTarget("watches")]
    [OnEveryTarget("locks")]
    [OnEveryTarget("elections")]
    public async Task A_session_with_npm_etcd3_succeeds(IConformanceTarget target, string step)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var node = await DebianPackage.Require("nodejs", command: "node", cancellationToken);
        await InstallModules(cancellationToken);
        var session = await servers.Open(target);
        var endpoint = session.Ports.ClientUrl.GetLeftPart(UriPartial.Authority);

        var run = await ProgramRun.Expect(node, ["session.js", endpoint, session.Prefix, step], StepMax, cancellationToken, Folder);

        Assert.EndsWith("done\n", run.Output, StringComparison.Ordinal);
    }

    private static async Task InstallModules(CancellationToken cancellationToken)
    {
        // npm writes this file last.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        var npm = await DebianPackage.Require("npm", command: "npm", cancellationToken);
        string[] arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        await ProgramRun.Expect(npm, arguments, InstallationMax, cancellationToken, Folder);
    }
}
