namespace Coordination.Proxy;

/// <summary>What a command line asks for.</summary>
internal abstract record CommandLineResult
{
    private CommandLineResult()
    {
    }

    /// <summary>To run.</summary>
    public sealed record Run(ProxySettings Settings) : CommandLineResult;

    /// <summary>To show a text and end.</summary>
    public sealed record Show(string Text) : CommandLineResult;

    /// <summary>What makes no sense, all of it.</summary>
    public sealed record Refuse(IReadOnlyList<string> Errors) : CommandLineResult;
}
