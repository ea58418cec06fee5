using System.Globalization;
using System.Runtime.CompilerServices;

namespace Coordination.Simulation;

/// <summary>
/// The readable record of a run: keeps the last lines, a fingerprint of all of them, and passes them on to a writer when there is one.
/// A run without a recorder formats nothing; recording changes nothing in a run.
/// </summary>
internal sealed class TraceRecorder(int keptLines, TextWriter? writer)
{
    private readonly Queue<string> _last = new();
    private ulong _hash = Fingerprint.Empty;

    /// <summary>How many lines there were.</summary>
    public long Lines { get; private set; }

    /// <summary>The fingerprint of all lines: equal for equal traces.</summary>
    public ulong Hash => _hash;

    /// <summary>The last lines.</summary>
    public IReadOnlyCollection<string> LastLines => _last;

    /// <summary>Adds a line.</summary>
    public void Add(long time, ref DefaultInterpolatedStringHandler text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"t={time:D9} {text.ToStringAndClear()}");
        Lines++;
        foreach (char character in line)
        {
            _hash = (_hash ^ character) * 0x100000001B3;
        }

        _hash = Fingerprint.Mix(_hash);
        writer?.WriteLine(line);
        if (keptLines == 0)
        {
            return;
        }

        if (_last.Count == keptLines)
        {
            _last.Dequeue();
        }

        _last.Enqueue(line);
    }
}
