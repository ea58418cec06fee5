using System.Globalization;
using Coordination.Recipes;

namespace FencedLock;

/// <summary>
/// A file that a lock protects, and that does not trust its holders: it keeps the largest fencing token that it has seen in its first line,
/// and refuses a smaller one. So no holder writes after a later one has, however long it was paused, whatever it believes.
/// </summary>
internal sealed class FencedFile(string path)
{
    /// <summary>Replaces the text; false, and nothing happens, when a later holder of the lock has written.</summary>
    public bool TryWrite(FencingToken token, string text)
    {
        // Open for one writer at a time: nobody comes in between the look at the token and the write.
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var reader = new StreamReader(file);
        if (long.TryParse(reader.ReadLine(), CultureInfo.InvariantCulture, out var newest) && token < new FencingToken(newest))
        {
            return false;
        }

        file.SetLength(0);
        using var writer = new StreamWriter(file);
        writer.WriteLine(token.Value);
        writer.WriteLine(text);
        return true;
    }

    /// <summary>What the last holder wrote.</summary>
    public string ReadText() => File.ReadAllLines(path)[1];
}
