using System.Text.Json;

namespace Coordination.Server.Tests;

/// <summary>Reads configurations and expects one kind of result.</summary>
internal static class Configurations
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    public static NodeOptions Run(params string[] arguments) => Run(NoEnvironment, arguments);

    public static NodeOptions Run(Dictionary<string, string> environment, params string[] arguments) =>
        Running(environment, arguments).Options;

    public static IReadOnlyList<string> Notices(Dictionary<string, string> environment, params string[] arguments) =>
        Running(environment, arguments).Notices;

    public static string Refuse(params string[] arguments) => Refuse(NoEnvironment, arguments);

    public static string Refuse(Dictionary<string, string> environment, params string[] arguments) =>
        Assert.IsType<CommandLineResult.Refuse>(CommandLine.Read(arguments, environment, NoFile)).Message.ReplaceLineEndings("\n");

    public static string Show(params string[] arguments) =>
        Assert.IsType<CommandLineResult.Show>(CommandLine.Read(arguments, NoEnvironment, NoFile)).Text;

    public static CommandLineResult ReadFile(string content, Dictionary<string, string>? environment = null, params string[] arguments) =>
        CommandLine.Read(
            [.. arguments, "--config-file=etcd.yaml"],
            environment ?? NoEnvironment,
            path => path == "etcd.yaml" ? content : NoFile(path));

    public static NodeOptions RunFile(string content)
    {
        CommandLineResult result = ReadFile(content);
        return result is CommandLineResult.Run run ? run.Options : throw new InvalidOperationException(result.ToString());
    }

    public static string RefuseFile(string content) => Assert.IsType<CommandLineResult.Refuse>(ReadFile(content)).Message;

    /// <summary>All of it as text, since lists in records are compared by identity.</summary>
    public static string Text(NodeOptions options) => JsonSerializer.Serialize(options);

    private static CommandLineResult.Run Running(Dictionary<string, string> environment, string[] arguments)
    {
        CommandLineResult result = CommandLine.Read(arguments, environment, NoFile);
        return result as CommandLineResult.Run ?? throw new InvalidOperationException(result.ToString());
    }

    private static string NoFile(string path) => throw new FileNotFoundException($"There is no {path}.");
}
