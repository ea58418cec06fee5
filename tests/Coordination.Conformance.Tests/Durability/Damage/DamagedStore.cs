namespace Coordination.Conformance.Tests;

/// <summary>A data directory with everything that could be read from it, to be damaged copy by copy.</summary>
public sealed class DamagedStore : IDisposable
{
    private static readonly TimeSpan CopyMax = TimeSpan.FromSeconds(60);

    private readonly IConformanceTarget _target;
    private readonly ServerSettings _settings;
    private readonly DirectoryInfo _folder;
    private readonly StoreReading _content;

    private DamagedStore(IConformanceTarget target, ServerSettings settings, DirectoryInfo folder, StoreReading content)
    {
        _target = target;
        _settings = settings;
        _folder = folder;
        _content = content;
        Files = [.. Directory.GetFiles(folder.FullName, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder.FullName, path)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Every file, by its path from the copied folder.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Starts a server, lets it be written to, reads everything and kills it.</summary>
    public static async Task<DamagedStore> Fill(IConformanceTarget target, ServerSettings settings, Func<Connection, Task> load)
    {
        var folder = Directory.CreateTempSubdirectory("conformance-damage-");
        await using var server = await RunningServer.Start(target, folder, settings);
        await load(server.Calls);
        var content = await StoreReading.Of(server.Calls);
        server.Process.Kill();
        await server.Process.Exit(TestContext.Current.CancellationToken);
        return new DamagedStore(target, settings, folder, content);
    }

    public long LengthOf(string file) => new FileInfo(Path.Combine(_folder.FullName, file)).Length;

    /// <summary>Damages a file of a copy and starts a server on it.</summary>
    public async Task<Verdict> Judge(string file, FileDamage damage)
    {
        var copy = Directory.CreateTempSubdirectory("conformance-damage-");
        try
        {
            await ProgramRun.Expect(
                "cp", ["-a", "--sparse=always", $"{_folder.FullName}/.", copy.FullName], CopyMax, TestContext.Current.CancellationToken);
            damage.Inflict(Path.Combine(copy.FullName, file));
            return await Serve(copy, Path.GetFileName(file), Serving) is { } refused
                ? refused
                : await Serve(copy, Path.GetFileName(file), ServingAgain) ?? new Verdict("unharmed");
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Everything is there, and stays while all of it is read and written anew.</summary>
    private async Task<string?> Serving(Connection calls)
    {
        var difference = _content.FindDifference(await StoreReading.Of(calls));
        await calls.Defragment();
        return difference ?? _content.FindDifference(await StoreReading.Of(calls));
    }

    /// <summary>And it still is there after one more start, and grows.</summary>
    private async Task<string?> ServingAgain(Connection calls)
    {
        var difference = _content.FindDifference(await StoreReading.Of(calls));
        var next = await calls.Put(new PutRequest { Key = Bytes.Of("next") });
        await calls.Compact(new CompactionRequest { Revision = _content.Revision, Physical = true });
        return difference ?? (next.Header.Revision == _content.Revision + 1 ? null : $"the next revision is {next.Header.Revision}");
    }

    /// <summary>Runs a server on the copy. Null when it served what there was.</summary>
    private async Task<Verdict?> Serve(DirectoryInfo copy, string name, Func<Connection, Task<string?>> use)
    {
        await using var server = await RunningServer.Launch(_target, copy, _settings);
        var isReady = await server.IsReady();
        if (isReady)
        {
            try
            {
                var difference = await use(server.Calls);
                return difference is null ? null : new Verdict("wrong", $"it is served, and {difference}\n{server.Process.Output}");
            }
            catch (RpcException)
            {
                // Refused later, when the damage was met. The server has to end for it.
            }
        }

        return await End(server, name, isReady ? "ended" : "refused");
    }

    private static async Task<Verdict> End(RunningServer server, string name, string kind)
    {
        try
        {
            var output = await Refusals.Ends(server, exitCode: 1);
            return output.Contains(name, StringComparison.Ordinal) ? new Verdict(kind) : new Verdict("unnamed", $"not named:\n{output}");
        }
        catch (TimeoutException)
        {
            return new Verdict("hung", $"neither served nor ended:\n{server.Process.Output}");
        }
        catch (Xunit.Sdk.XunitException failed)
        {
            return new Verdict("crashed", failed.Message);
        }
    }
}
