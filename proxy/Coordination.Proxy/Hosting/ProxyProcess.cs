using System.Collections;

namespace Coordination.Proxy;

/// <summary>The proxy as a process of its own: what it prints, when it stops, and its exit code.</summary>
internal static partial class ProxyProcess
{
    private const int Stopped = 0;
    private const int Failed = 1;
    private const int Refused = 2;

    /// <summary>Runs to the end of the process and returns its exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        switch (CommandLine.Read(arguments, ReadEnvironment(), File.ReadAllText))
        {
            case CommandLineResult.Show show:
                await Console.Out.WriteAsync(show.Text);
                return Stopped;
            case CommandLineResult.Refuse refuse:
                await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, refuse.Errors));
                return Refused;
            case CommandLineResult.Run run:
                return await RunAsync(run.Settings);
            default:
                throw new InvalidOperationException("The command line asks for something unknown.");
        }
    }

    /// <summary>Runs until SIGTERM or Ctrl-C; then no new connections, and requests under way have the time of the settings.</summary>
    private static async Task<int> RunAsync(ProxySettings settings)
    {
        await using var application = ProxyApplication.Build(settings);
        try
        {
            await application.StartAsync();
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync(
                $"The proxy cannot listen: {taken.Message.TrimEnd('.')}. Stop what uses the port, or give another URL to listen on.");
            return Failed;
        }

        var urls = string.Join(", ", application.Urls);
        Log.Ready(application.Logger, urls);
        await application.WaitForShutdownAsync();
        return Stopped;
    }

    private static Dictionary<string, string> ReadEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(EventId = 7040, Level = LogLevel.Information, Message = "ready to serve requests on {Urls}")]
        public static partial void Ready(ILogger logger, string urls);
    }
}
