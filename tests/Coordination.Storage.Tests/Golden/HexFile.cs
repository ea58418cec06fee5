using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Coordination.Storage.Tests;

/// <summary>
/// Golden bytes as text that can be reviewed: a line for the file's length, then lines of an offset and 32 bytes; lines of zeros are left
/// out. With the environment variable COORDINATION_GOLDEN=write the tests rewrite the files; commit only a difference you understand, and
/// with it a new version of the format.
/// </summary>
internal static class HexFile
{
    private const int BytesPerLine = 32;

    public static void Compare(string name, byte[] actual, [CallerFilePath] string caller = "")
    {
        string text = ToText(actual);
        if (Environment.GetEnvironmentVariable("COORDINATION_GOLDEN") == "write")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(caller) ?? ".", name), text);
        }
        else
        {
            Assert.Equal(File.ReadAllText(PathOf(name)), text);
        }
    }

    public static byte[] Read(string name)
    {
        string[] lines = File.ReadAllLines(PathOf(name));
        var bytes = new byte[int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture)];
        foreach (string line in lines.Skip(1))
        {
            string[] parts = line.Split(": ");
            int offset = int.Parse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            Convert.FromHexString(parts[1]).CopyTo(bytes, offset);
        }

        return bytes;
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    private static string ToText(byte[] bytes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"length {bytes.Length}\n");
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            var line = bytes.AsSpan(offset, Math.Min(BytesPerLine, bytes.Length - offset));
            if (line.IndexOfAnyExcept((byte)0) >= 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{offset:x4}: {Convert.ToHexStringLower(line)}\n");
            }
        }

        return text.ToString();
    }
}
