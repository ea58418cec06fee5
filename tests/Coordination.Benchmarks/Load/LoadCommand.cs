
namespace Coordination.Benchmarks;

/// <summary>The command "load": from the command line to the tables and the exit code.</summary>
internal static class LoadCommand
{
    private const int Success = 0;
    private const int SomethingFailed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;

    public static int Run(IReadOnlyList<string> arguments)
    {
        LoadOptions options;
        try
        {
            options = LoadOptionsParser.Parse(arguments);
        }
        catch (LoadException wrong)
        {
            Console.Error.WriteLine($"error: {wrong.Message}");
            return WrongUsage;
        }

        if (options.IsHelpWanted)
        {
            LoadUsage.Print(Console.Out);
            return Success;
        }

        using var interruption = new Interruption();
        try
        {
            return Execute(options, interruption.Token) ? Success : SomethingFailed;
        }
        catch (LoadException failed)
        {
            Console.Error.WriteLine($"error: {failed.Message}");
            return SomethingFailed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("interrupted: the servers are stopped and their data is removed.");
            return Interrupted;
        }
        catch (Exception mistake)
        {
            // A mistake of this program or of a server's protocol. Unhandled, it would end the process before the servers are ended.
            Console.Error.WriteLine($"error: {mistake}");
            return SomethingFailed;
        }
    }

    private static bool Execute(LoadOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LoadException("the load generator reads the proc file system and waits with poll: it runs on Linux only.");
        }

        using var session = LoadSession.Open(options);
        session.Run(cancellation);
        MarkdownReport.Write(Console.Out, session);
        if (options.JsonPath is not null)
        {
            JsonReport.Write(options.JsonPath, session);
        }

        return session.Failures.Count == 0;
    }
}
