using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>
/// Plays a scenario file on a fresh <see cref="Cluster"/>. Lines starting with # are prose, indented lines are the output of the command
/// above them, every other line that is not blank is a command. The result is the file as it ought to be: prose and commands as they
/// stand, with the output that the commands really have.
/// </summary>
internal sealed class ScenarioRunner
{
    private const string Indent = "  ";

    private readonly ScenarioJournal _journal;
    private readonly SortedDictionary<string, Action<CommandLine>> _verbs = new(StringComparer.Ordinal);

    private ScenarioRunner()
    {
        var cluster = new Cluster();
        _journal = new ScenarioJournal(cluster.Network);
        cluster.Observer = _journal.WriteReady;
        new ReplicaCommands(cluster, _journal).Register(_verbs);
        new ClientCommands(cluster, _journal).Register(_verbs);
        new NetworkCommands(cluster, _journal).Register(_verbs);
        new InspectionCommands(cluster, _journal).Register(_verbs);
    }

    public static string Play(string scenario)
    {
        var runner = new ScenarioRunner();
        var result = new StringBuilder();
        foreach (string line in scenario.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(Indent, StringComparison.Ordinal))
            {
                continue;
            }

            result.Append(line).Append('\n');
            if (line.Length > 0 && line[0] != '#')
            {
                runner.Execute(line, result);
            }
        }

        return result.ToString();
    }

    private void Execute(string line, StringBuilder result)
    {
        // Shown only when the test fails: where in the file that was.
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        var command = new CommandLine(line);
        if (!_verbs.TryGetValue(command.Verb, out var execute))
        {
            throw new ScenarioException($"'{line}': there is no such command.");
        }

        _journal.IsBrief = command.Flag("brief");
        execute(command);
        command.CheckNothingIsLeft();
        foreach (string output in _journal.TakeLines())
        {
            result.Append(Indent).Append(output).Append('\n');
        }
    }
}
