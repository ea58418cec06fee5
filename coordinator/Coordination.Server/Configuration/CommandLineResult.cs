namespace Coordination.Server;

/// <summary>What a command line asks for.</summary>
internal abstract record CommandLineResult
{
    /// <summary>Run a node.</summary>
    /// <param name="Options">Its configuration.</param>
    /// <param name="Notices">Sentences for its log.</param>
    public sealed record Run(NodeOptions Options, IReadOnlyList<string> Notices) : CommandLineResult;

    /// <summary>Print a text and end successfully.</summary>
    public sealed record Show(string Text) : CommandLineResult;

    /// <summary>Print a message to the error output and end with exit code 2.</summary>
    public sealed record Refuse(string Message) : CommandLineResult;
}
