using System.Text.RegularExpressions;

namespace Coordination.Proxy;

/// <summary>What declarations have to keep to, so that no route that is published can be misunderstood.</summary>
internal static partial class DeclarationCheck
{
    public const int OrderMax = 1_000;
    public const int SegmentsMax = 63;
    public const int HeadersMax = 15;

    /// <summary>What is wrong with a path prefix; null for nothing.</summary>
    public static string? FindPathError(string path)
    {
        if (!path.StartsWith('/'))
        {
            return $"the path '{path}' does not begin with a slash.";
        }

        if (path == "/")
        {
            return null;
        }

        var segments = path[1..].Split('/');
        return segments.Length > SegmentsMax ? $"the path '{path}' has more than {SegmentsMax} segments."
            : segments.Any(segment => !IsSegment(segment))
                ? $"the path '{path}' has a segment that is empty, '.', '..', or has a space or one of {{ }} * ? # % \\ in it."
                : null;
    }

    /// <summary>Whether a text can be a segment of a path as it is.</summary>
    public static bool IsSegment(string text) => text is not ("" or "." or "..") && !NotInSegments().IsMatch(text);

    /// <summary>Whether a text is the name of a host, also with a wildcard in front or a port behind.</summary>
    public static bool IsHost(string text) => Host().IsMatch(text);

    /// <summary>Whether a text is a word as HTTP has them for methods and names of headers.</summary>
    public static bool IsToken(string text) => Token().IsMatch(text);

    /// <summary>Whether a text is the full name of a gRPC service.</summary>
    public static bool IsGrpcService(string text) => GrpcService().IsMatch(text);

    [GeneratedRegex(@"[{}*?#%\\/\s\p{Cc}]")]
    private static partial Regex NotInSegments();

    [GeneratedRegex(@"^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*(:[0-9]{1,5})?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z")]
    private static partial Regex Token();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\z")]
    private static partial Regex GrpcService();
}
