namespace Coordination.Server;

/// <summary>
/// Where log lines go: all outputs of the node, each line whole and at once, so that the last words of a process are not lost in a queue.
/// May be used from any thread. A node logs changes of its state, not requests, so that waiting for the output costs no throughput.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Stream> _streams = [];

    private LogOutput()
    {
    }

    /// <summary>Opens the outputs that the options name.</summary>
    /// <exception cref="NodeStartException">A file cannot be opened.</exception>
    public static LogOutput Open(IReadOnlyList<string> names)
    {
        var output = new LogOutput();
        try
        {
            foreach (string name in names)
            {
                output._streams.Add(OpenOne(name));
            }

            return output;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            output.Dispose();
            throw new NodeStartException($"The log cannot be written: {exception.Message.TrimEnd('.')}. Correct --log-outputs.", exception);
        }
    }

    public void Write(byte[] line)
    {
        lock (_gate)
        {
            foreach (Stream stream in _streams)
            {
                WriteOne(stream, line);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _streams.ForEach(stream => stream.Dispose());
            _streams.Clear();
        }
    }

    private static Stream OpenOne(string name) => name switch
    {
        "stdout" => Console.OpenStandardOutput(),
        "default" or "stderr" => Console.OpenStandardError(),
        _ => new FileStream(name, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
    };

    private static void WriteOne(Stream stream, byte[] line)
    {
        try
        {
            stream.Write(line);
            stream.Flush();
        }
        catch (IOException)
        {
            // A closed pipe or a full disk under the log is no reason to stop serving, and there is nowhere left to say it.
        }
    }
}
