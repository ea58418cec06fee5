using System.Text;
using System.Text.RegularExpressions;

namespace Coordination.Architecture.Tests;

/// <summary>Finds what a Markdown file points at: links, and paths of the repository in code spans and code blocks.</summary>
internal static partial class MarkdownDocument
{
    /// <summary>What a path in a code span begins with to be taken for one; the root of the repository holds nothing else.</summary>
    private static readonly string[] TopLevel =
        [".ci/", "coordinator/", "docs/", "examples/", "proxy/", "recipes/", "sdk/", "tests/"];

    /// <summary>One complaint for every link or path that leads nowhere.</summary>
    /// <param name="document">The Markdown file.</param>
    /// <param name="read">Gives the text of a file by its path from the root; empty for a folder; null when nothing is there.</param>
    public static IReadOnlyList<string> FindBrokenReferences(TextFile document, Func<string, string?> read)
    {
        List<string> broken = [];
        bool isInCodeBlock = false;
        for (int line = 1; line <= document.Lines.Count; line++)
        {
            string text = document.Lines[line - 1];
            if (text.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isInCodeBlock = !isInCodeBlock;
                continue;
            }

            IEnumerable<string> code = isInCodeBlock ? [text] : CodeSpan().Matches(text).Select(match => match.Groups[1].Value);
            foreach (string path in code.SelectMany(PathsInCode).Where(path => read(path) is null))
            {
                broken.Add(document.Complain(line, $"there is no {path}."));
            }

            if (isInCodeBlock)
            {
                continue;
            }

            foreach (Match link in Link().Matches(CodeSpan().Replace(text, string.Empty)))
            {
                if (FindBreak(document, link.Groups[1].Value, read) is { } complaint)
                {
                    broken.Add(document.Complain(line, complaint));
                }
            }
        }

        return broken;
    }

    private static IEnumerable<string> PathsInCode(string code) =>
        from word in code.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let path = word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word
        let trimmed = path.TrimEnd('.', ',', ';', ':', ')')
        where TopLevel.Any(top => trimmed.StartsWith(top, StringComparison.Ordinal)) || (path != word && IsScript().IsMatch(trimmed))
        select BeforePlaceholder(trimmed).TrimEnd('/');

    /// <summary>Of <c>tests/mutants/NN-name.patch</c> only the folder can be checked: the rest stands for many names.</summary>
    private static string BeforePlaceholder(string path)
    {
        Match placeholder = Placeholder().Match(path);
        return placeholder.Success ? path[..(path.LastIndexOf('/', placeholder.Index) + 1)] : path;
    }

    private static string? FindBreak(TextFile document, string target, Func<string, string?> read)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? document.Path : Resolve(document.Path, parts[0]);
        if (read(path) is not { } text)
        {
            return $"the link to {target} leads nowhere.";
        }

        return parts.Length == 2 && !Anchors(text).Contains(parts[1]) ? $"{path} has no heading for #{parts[1]}." : null;
    }

    private static string Resolve(string from, string relative)
    {
        List<string> path = [.. from.Split('/')[..^1]];
        foreach (string part in relative.TrimEnd('/').Split('/'))
        {
            if (part == ".." && path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }
            else if (part != ".")
            {
                path.Add(part);
            }
        }

        return string.Join('/', path);
    }

    private static HashSet<string> Anchors(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith('#')).Select(line => AnchorOf(line.TrimStart('#').Trim()))];

    /// <summary>The anchor that the usual renderers give a heading: lower case, spaces to hyphens, everything else dropped.</summary>
    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder(heading.Length);
        foreach (char c in heading)
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(char.ToLowerInvariant(c));
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^[\w-]+\.sh$")]
    private static partial Regex IsScript();

    [GeneratedRegex(@"[*<>{}…]|\bN+\b|NN|\.\.")]
    private static partial Regex Placeholder();
}
