using System.Text.RegularExpressions;

namespace Coordination.Architecture.Tests;

/// <summary>
/// What every source file keeps to, beyond what the compiler and the analyzers see. Words that a rule looks for are put together from
/// parts here, so that the rules do not find themselves.
/// </summary>
internal static partial class TidyRules
{
    private const int LineLengthMax = 140;
    private const int FileLinesMax = 500;

    /// <summary>
    /// Files that were longer than the limit when it came, with their length then: they may shrink but not grow. Empty, and meant to
    /// stay so.
    /// </summary>
    private static readonly Dictionary<string, int> LongFiles = [];

    /// <summary>Tests that may wait in real time, each with a comment that says why. Empty, and meant to stay so.</summary>
    private static readonly string[] TestsThatSleep =
    [
        // The moment of a kill is a moment of real time: nothing is waited for.
        "tests/Coordination.Conformance.Tests/Durability/Kills/Assassin.cs",
        "tests/Coordination.Conformance.Tests/Durability/Kills/KillRun.cs",
    ];

    public static IReadOnlyList<TidyRule> All { get; } =
    [
        new(
            "No trailing whitespace",
            file => !file.HasExtension(".patch"),
            TidyRule.EachLine(line => line.Length > 0 && char.IsWhiteSpace(line[^1]), "trailing whitespace."),
            Bad: [CSharp("int a; \n"), CSharp("int a;\r\n"), new("docs/a.md", "Text.\t\n")],
            Good: [CSharp("int a;\n\nint b;\n"), new("tests/a.patch", " \n")]),
        new(
            "Every file ends in one line end",
            file => !file.HasExtension(".patch"),
            file => file.Text.EndsWith('\n') && !file.Text.EndsWith("\n\n", StringComparison.Ordinal)
                ? []
                : [file.Complain(file.Lines.Count, "must end in exactly one line end.")],
            Bad: [CSharp("int a;"), CSharp("int a;\n\n"), CSharp(string.Empty)],
            Good: [CSharp("int a;\n")]),
        new(
            "No unfinished work",
            file => file.HasExtension(".cs", ".csproj", ".props", ".targets", ".sh", ".proto"),
            TidyRule.EachLine(line => UnfinishedMark().IsMatch(line), "finish it, or leave it out."),
            Bad:
            [
                CSharp("// TO" + "DO: later\n"), CSharp("// FIX" + "ME\n"), CSharp("// HA" + "CK around it\n"),
                CSharp("throw new NotImplemented" + "Exception();\n"),
            ],
            Good: [CSharp("// The list of things that are to be done.\n"), CSharp("int hacksaw;\n")]),
        new(
            "No regions",
            file => file.HasExtension(".cs"),
            TidyRule.EachLine(line => RegionMark().IsMatch(line), "a file that needs regions needs to be two files."),
            Bad: [CSharp("    #reg" + "ion Fields\n"), CSharp("#endreg" + "ion\n")],
            Good: [CSharp("// The #1 region.\n")]),
        new(
            "No sleeps in tests",
            file => IsTestSource(file) && !TestsThatSleep.Contains(file.Path, StringComparer.Ordinal),
            TidyRule.EachLine(line => Sleep().IsMatch(line), "use fake time, or wait for a named event."),
            Bad: [Test("Thread.Sl" + "eep(10);\n"), Test("await Task.De" + "lay(10);\n")],
            Good: [Test("thread.Join();\n"), CSharp("await Task.De" + "lay(10, token);\n")]),
        new(
            $"No line over {LineLengthMax} characters",
            file => file.HasExtension(".cs", ".csproj", ".props", ".targets", ".sh", ".proto"),
            TidyRule.EachLine(line => line.Length > LineLengthMax, $"over {LineLengthMax} characters."),
            Bad: [CSharp($"{new string('x', LineLengthMax + 1)}\n")],
            Good: [CSharp($"{new string('x', LineLengthMax)}\n")]),
        new(
            $"No file over {FileLinesMax} lines",
            file => file.HasExtension(".cs", ".sh"),
            file => file.Lines.Count <= LongFiles.GetValueOrDefault(file.Path, FileLinesMax)
                ? []
                : [file.Complain(file.Lines.Count, "too long for one sitting: split it by concern.")],
            Bad: [CSharp(string.Concat(Enumerable.Repeat("\n", FileLinesMax + 1)))],
            Good: [CSharp(string.Concat(Enumerable.Repeat("\n", FileLinesMax)))]),
        new(
            "A file is named after its type",
            file => file.HasExtension(".cs"),
            FindMisnamedTypes,
            Bad:
            [
                CSharp("public sealed class Other\n{\n}\n"), CSharp("public interface IOther;\n"),
                CSharp("public sealed class Sample;\n\npublic static class Other;\n"),
            ],
            Good:
            [
                CSharp("public sealed class Sample<T>\n{\n    public sealed class Nested;\n}\n"),
                CSharp("public sealed record One;\n\npublic readonly record struct Two(int Value);\n\npublic enum Three;\n"),
                new("sdk/Coordination.Sample/Sample.Log.cs", "public static partial class Sample;\n"),
            ]),
        new(
            "No path of somebody's machine",
            _ => true,
            TidyRule.EachLine(line => MachinePath().IsMatch(line), "a path that exists on one machine only."),
            Bad:
            [
                new("docs/a.md", "Look into /ro" + "ot/project/file.\n"), new("test.sh", "cd /ho" + "me/someone/project\n"),
                new("tests/a.json", "{ \"path\": \"C:\\\\Us" + "ers\\\\someone\" }\n"), CSharp("\"/tm" + "p/data\"\n"),
            ],
            Good: [new("docs/a.md", "See src/root/file, /data/wal and https://example.org/home/page.\n")]),
        new(
            "A switched-off warning says why",
            file => file.HasExtension(".cs"),
            TidyRule.EachLine(
                line => SwitchedOffWarning().IsMatch(line) && !SwitchedOffWithReason().IsMatch(line),
                "say on the same line why the warning is wrong here."),
            Bad: [CSharp("#pragma warning disable CA1000\n"), CSharp("#pragma warning disable\n")],
            Good: [CSharp("#pragma warning disable CA1000 // The factory needs the type argument.\n")]),
    ];

    private static TextFile CSharp(string text) => new("sdk/Coordination.Sample/Sample.cs", text);

    private static TextFile Test(string text) => new("tests/Coordination.Sample.Tests/Sample.cs", text);

    private static bool IsTestSource(TextFile file) =>
        file.HasExtension(".cs") && file.Path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>Records and enums may share a file that is named after what they have in common; what has behaviour may not.</summary>
    private static IEnumerable<string> FindMisnamedTypes(TextFile file)
    {
        string name = Path.GetFileName(file.Path).Split('.')[0];
        return file.Lines.Select((text, position) => (match: PublicType().Match(text), position))
            .Where(line => line.match.Success && line.match.Groups["name"].Value != name)
            .Select(line => file.Complain(line.position + 1, $"{line.match.Groups["name"].Value} belongs in a file of its name."));
    }

    [GeneratedRegex(@"\b(T[O]DO|F[I]XME|H[A]CK|NotImplemented[E]xception)\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"^\s*#(end)?region\b")]
    private static partial Regex RegionMark();

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"^public (static |sealed |abstract |partial |readonly |ref )*(class|interface|struct) (?<name>\w+)")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"(?<![\w.])/(root|work|tmp|home/\w+|Users/\w+)/|[A-Z]:\\+Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^\s*#pragma\s+warning\s+disable\b")]
    private static partial Regex SwitchedOffWarning();

    [GeneratedRegex(@"disable \w+(, \w+)* // \w")]
    private static partial Regex SwitchedOffWithReason();
}
