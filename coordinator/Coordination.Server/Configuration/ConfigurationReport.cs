using System.Text;

namespace Coordination.Server;

/// <summary>Collects what is wrong with a configuration, all of it, and what is worth a word in the log.</summary>
internal sealed class ConfigurationReport
{
    private readonly List<string> _problems = [];
    private readonly List<string> _notices = [];

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Adds a problem: a sentence that names what was given and says what to do.</summary>
    public void Refuse(string sentence) => _problems.Add(sentence);

    /// <summary>Adds a notice: a sentence for the log.</summary>
    public void Note(string sentence) => _notices.Add(sentence);

    /// <summary>The one message for all problems.</summary>
    public string Message()
    {
        if (_problems.Count == 1)
        {
            return _problems[0];
        }

        var message = new StringBuilder($"The configuration has {_problems.Count} problems:");
        foreach (string problem in _problems)
        {
            message.Append("\n  - ").Append(problem);
        }

        return message.ToString();
    }
}
