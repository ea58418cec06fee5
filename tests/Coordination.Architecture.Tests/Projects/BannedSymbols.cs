namespace Coordination.Architecture.Tests;

/// <summary>
/// The bans that make a project a pure state machine. The compiler enforces a project's list; this checks that the list is still there.
/// </summary>
internal static class BannedSymbols
{
    /// <summary>Projects that must be deterministic and free of effects.</summary>
    public static readonly IReadOnlyList<string> PureProjects =
        ["coordinator/Coordination.Raft", "coordinator/Coordination.StateMachine"];

    private static readonly string[] Required =
    [
        "N:System.IO", "N:System.Net", "N:System.Threading", "N:System.Threading.Tasks", "N:System.Security.Cryptography",
        "T:System.DateTime", "T:System.DateTimeOffset", "T:System.TimeProvider", "T:System.Diagnostics.Stopwatch",
        "T:System.Random", "T:System.Guid", "T:System.HashCode", "T:System.Environment", "T:System.Console",
    ];

    public static IReadOnlyList<string> FindViolations(TextFile list)
    {
        List<string> violations = [];
        HashSet<string> banned = [];
        for (int line = 1; line <= list.Lines.Count; line++)
        {
            string[] parts = list.Lines[line - 1].Split(';', 2);
            banned.Add(parts[0]);
            if (parts.Length != 2 || parts[1].Length == 0)
            {
                violations.Add(list.Complain(line, "a ban says what to do instead, after a semicolon."));
            }
        }

        violations.AddRange(Required.Where(symbol => !banned.Contains(symbol)).Select(symbol => $"{list.Path}: does not ban {symbol}."));
        return violations;
    }
}
