namespace Coordination.Conformance.Tests;

/// <summary>How a server that cannot go on has to end.</summary>
public static class Refusals
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the end of a server that must not serve; what it wrote.</summary>
    public static async Task<string> RefusesToStart(RunningServer server)
    {
        Assert.False(await server.IsReady(), $"The server serves:\n{server.Process.Output}");
        return await Ends(server, exitCode: 1);
    }

    /// <summary>Waits for the end of a server; what it wrote.</summary>
    public static async Task<string> Ends(RunningServer server, int exitCode)
    {
        var code = await server.Process.Exit(TestContext.Current.CancellationToken).WaitAsync(EndMax);
        Assert.True(code == exitCode, $"The exit code is {code}:\n{server.Process.Output}");
        AssertPlain(server.Process.Output);
        return server.Process.Output;
    }

    /// <summary>What ends a server is for people who run one: a sentence, no stack.</summary>
    public static void AssertPlain(string output) =>
        Assert.DoesNotContain(
            output.Split('\n'),
            line => line.StartsWith("   at ", StringComparison.Ordinal) || line.StartsWith("Unhandled", StringComparison.Ordinal));

    /// <summary>The sentence that is not a log record: the only one.</summary>
    public static string Sentence(string output)
    {
        var sentences = output.Split('\n').Where(line => line.Length > 0 && line[0] != '{').ToArray();
        Assert.True(sentences.Length == 1, $"{sentences.Length} sentences:\n{output}");
        return sentences[0];
    }
}
