using System.Collections;

namespace Coordination.Server;

/// <summary>A node as a process of its own: what it prints, when it stops, and its exit code.</summary>
internal static class NodeProcess
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
                await Console.Error.WriteLineAsync(refuse.Message);
                return Refused;
            case CommandLineResult.Run run:
                return await RunNodeAsync(run);
            default:
                throw new InvalidOperationException("The command line asks for something unknown.");
        }
    }

    private static async Task<int> RunNodeAsync(CommandLineResult.Run run)
    {
        using var signals = new ProcessSignals();
        try
        {
            await using CoordinatorNode node = await CoordinatorNode.StartAsync(run.Options, run.Notices, signals.Stopping);
            try
            {
                Exception failure = await node.Failed.WaitAsync(signals.Stopping);
                await Console.Error.WriteLineAsync($"The node cannot go on: {failure.Message.TrimEnd('.')}.");
                return Failed;
            }
            catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
            {
                return Stopped;
            }
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (NodeStartException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return Failed;
        }
        catch (IOException failure)
        {
            // What was acknowledged is in the log; only the state could not be made durable for the next start.
            await Console.Error.WriteLineAsync($"The node stopped, but not cleanly: {failure.Message.TrimEnd('.')}.");
            return Failed;
        }
    }

    private static Dictionary<string, string> ReadEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
}
