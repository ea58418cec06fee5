namespace Coordination.Conformance.Tests;

/// <summary>A server that may not write into its data directory, or not read it, says so in a sentence and does not start.</summary>
public sealed class ReadOnlyTests
{
    private const string Reason = "etcd panics when it cannot write, with a stack instead of a sentence.";

    /// <summary>Root without its privilege to ignore the permissions of files.</summary>
    private static readonly string[] WithoutPrivilege = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];

    [Theory, OnEveryLoneServer(true), OnEveryLoneServer(false)]
    public async Task A_directory_on_a_read_only_disk_is_refused(IConformanceTarget target, bool hasData)
    {
        Assert.SkipUnless(target.Capabilities.GuardsItsFiles, Reason);
        var folder = await Prepare(target, hasData);
        await using (var disk = await MountedDisk.ReadOnly(folder))
        {
            await using var server = await RunningServer.Launch(target, disk.Folder, ServerSettings.Default);
            var sentence = Refusals.Sentence(await Refusals.RefusesToStart(server));
            Assert.Contains(Path.Combine(disk.Folder.FullName, "data"), sentence, StringComparison.Ordinal);
            Assert.Contains("read-only", sentence, StringComparison.OrdinalIgnoreCase);
        }

        folder.Delete(recursive: true);
    }

    /// <param name="target">The server.</param>
    /// <param name="name">What in the data directory belongs to somebody else.</param>
    [Theory]
    [OnEveryLoneServer(""), OnEveryLoneServer("identity"), OnEveryLoneServer("node.lock")]
    [OnEveryLoneServer("wal"), OnEveryLoneServer("wal/0000000000000001.wal"), OnEveryLoneServer("wal/LOCK")]
    [OnEveryLoneServer("state"), OnEveryLoneServer("state/0"), OnEveryLoneServer("state/0/CURRENT"), OnEveryLoneServer("state/0/LOCK")]
    public async Task What_belongs_to_another_user_is_refused(IConformanceTarget target, string name)
    {
        Assert.SkipUnless(target.Capabilities.GuardsItsFiles, Reason);
        var folder = await Prepare(target, hasData: true);
        var path = Path.Combine(folder.FullName, "data", name);
        await ProgramRun.Expect("chown", ["nobody", path], TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await ProgramRun.Expect("chmod", ["go=", path], TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await using (var server = await RunningServer.Launch(target, folder, ServerSettings.Default, WithoutPrivilege))
        {
            var sentence = Refusals.Sentence(await Refusals.RefusesToStart(server));
            Assert.Contains(path, sentence, StringComparison.Ordinal);
            Assert.Matches("(?i)denied|by this user", sentence);
        }

        folder.Delete(recursive: true);
    }

    private static async Task<DirectoryInfo> Prepare(IConformanceTarget target, bool hasData)
    {
        var folder = Directory.CreateTempSubdirectory("conformance-");
        if (hasData)
        {
            await using var server = await RunningServer.Start(target, folder, ServerSettings.Default);
            await server.Calls.Put(new PutRequest { Key = Bytes.Of("k") });
        }

        return folder;
    }
}
