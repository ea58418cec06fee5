using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Coordination.Proxy;

/// <summary>
/// What was known of the registry last, on disk, so that a proxy that starts while no coordinator answers can serve. A first line names the
/// format and the SHA-256 of the rest, which is JSON. A file is replaced whole, by renaming, after the new one has reached the disk; so
/// there is the old one, or the new one, and never a half. One caller at a time.
/// </summary>
internal sealed class StateFile(string path)
{
    /// <summary>Another number for a format that programs of this one cannot read.</summary>
    private const string Format = "coordination-proxy-state 1 ";

    public string Path => path;

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">It cannot be written; the one before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(RegistrySnapshot snapshot)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(StoredState.Of(snapshot), StateJson.Default.StoredState);
        var temporary = $"{path}.new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.ASCII.GetBytes($"{Format}{Convert.ToHexStringLower(SHA256.HashData(body))}\n"));
            file.Write(body);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>What the file says; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another format.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public RegistrySnapshot? Find()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path).AsSpan();
        var end = bytes.IndexOf((byte)'\n');
        var header = end < 0 ? string.Empty : Encoding.ASCII.GetString(bytes[..end]);
        if (!header.StartsWith(Format, StringComparison.Ordinal))
        {
            throw new InvalidDataException("it is no state file of this version.");
        }

        var body = bytes[(end + 1)..];
        if (header[Format.Length..] != Convert.ToHexStringLower(SHA256.HashData(body)))
        {
            throw new InvalidDataException("it is damaged: its checksum is another one.");
        }

        try
        {
            return JsonSerializer.Deserialize(body, StateJson.Default.StoredState)?.ToSnapshot()
                ?? throw new InvalidDataException("it says nothing.");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException(unreadable.Message, unreadable);
        }
    }
}
