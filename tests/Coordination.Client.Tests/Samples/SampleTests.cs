namespace Coordination.Client.Tests;

public sealed class SampleTests(SharedServers servers)
{
    [Theory, EveryServer]
    public async Task The_samples_do_what_they_say(ServerKind kind)
    {
        await using var client = servers.Connect(kind);

        Assert.Equal("green True", await ClientSamples.Basics(client));
        Assert.False(await ClientSamples.Session(client));
        Assert.Equal(2, await ClientSamples.Cache(client));
    }

    [Theory]
    [InlineData("basics")]
    [InlineData("session")]
    [InlineData("cache")]
    [InlineData("hosting")]
    public void The_document_shows_the_code_that_is_compiled_here(string name)
    {
        var root = FindRepository(new DirectoryInfo(AppContext.BaseDirectory));
        var source = File.ReadAllLines(Path.Combine(root, "tests/Coordination.Client.Tests/Samples/ClientSamples.cs"))
            .SkipWhile(line => line.Trim() != $"// sample: {name}").Skip(1)
            .TakeWhile(line => line.Trim() != "// end")
            .Select(line => line.Length > 8 ? line[8..] : "");

        Assert.Contains(
            $"```csharp\n{string.Join('\n', source).TrimEnd()}\n```",
            File.ReadAllText(Path.Combine(root, "docs/client.md")),
            StringComparison.Ordinal);
    }

    private static string FindRepository(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, "Coordination.sln"))
        ? folder.FullName
        : FindRepository(folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run within the repository."));
}
