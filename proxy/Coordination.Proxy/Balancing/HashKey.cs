namespace Coordination.Proxy;

/// <summary>What part of a request says with which others it belongs together.</summary>
internal enum HashSource
{
    /// <summary>A header.</summary>
    Header = 0,

    /// <summary>A cookie.</summary>
    Cookie = 1,

    /// <summary>The path.</summary>
    Path = 2,

    /// <summary>The address of the client, as this proxy sees it.</summary>
    Address = 3,
}

/// <summary>What hashing looks at.</summary>
/// <param name="Source">The part of the request.</param>
/// <param name="Name">The name of the header or the cookie; empty otherwise.</param>
internal readonly record struct HashKey(HashSource Source, string Name)
{
    public const string Complaint = "is none of 'header:NAME', 'cookie:NAME', 'path' and 'address'";

    public static HashKey? Find(string text) => text.Split(':', 2) switch
    {
        ["path"] => new HashKey(HashSource.Path, string.Empty),
        ["address"] => new HashKey(HashSource.Address, string.Empty),
        ["header", var name] when DeclarationCheck.IsToken(name) => new HashKey(HashSource.Header, name),
        ["cookie", var name] when DeclarationCheck.IsToken(name) => new HashKey(HashSource.Cookie, name),
        _ => null,
    };

    /// <summary>The key of a request; null for one that has none.</summary>
    public string? Of(HttpContext context) => Source switch
    {
        HashSource.Header => context.Request.Headers[Name] is { Count: > 0 } values ? values.ToString() : null,
        HashSource.Cookie => context.Request.Cookies[Name],
        HashSource.Path => context.Request.Path.Value,
        _ => context.Connection.RemoteIpAddress?.ToString(),
    };
}
