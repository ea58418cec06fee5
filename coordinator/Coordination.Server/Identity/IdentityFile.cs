using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Coordination.Storage;

namespace Coordination.Server;

/// <summary>
/// The file that says whose a data directory is. Text, so that it can be looked at; the last line is the SHA-256 of all lines before it.
/// The format is described in <c>docs/disk-format.md</c>.
/// </summary>
internal static class IdentityFile
{
    public const string FileName = "identity";

    private const string TemporaryName = FileName + ".tmp";
    private const string Title = "coordination data directory, format ";
    private const string Format = "1";
    private const string ClusterField = "cluster-id ";
    private const string MemberField = "member-id ";
    private const string NameField = "name ";
    private const string ChecksumField = "sha256 ";
    private const int LengthMax = 64 * 1024;

    /// <summary>Reads the file of a directory; null when there is none.</summary>
    /// <exception cref="NodeStartException">It is damaged, or of another format.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredIdentity? Find(IFileSystem disk, string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!disk.Exists(path))
        {
            return null;
        }

        using IFile file = disk.OpenRead(path);
        byte[] bytes = new byte[Math.Min(file.Length, LengthMax)];
        file.Read(0, bytes);
        return Parse(Encoding.UTF8.GetString(bytes), path);
    }

    /// <summary>Writes the file; durable on return. A crash leaves either no file or a whole one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(IFileSystem disk, string directory, StoredIdentity identity)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Serialize(identity));
        string temporary = Path.Combine(directory, TemporaryName);
        using (IFile file = disk.OpenOrCreate(temporary))
        {
            file.Truncate(0);
            file.Write(0, bytes);
            file.SyncAll();
        }

        disk.Rename(temporary, Path.Combine(directory, FileName));
        disk.SyncDirectory(directory);
    }

    internal static string Serialize(StoredIdentity identity)
    {
        string content = string.Create(
            CultureInfo.InvariantCulture,
            $"{Title}{Format}\n{ClusterField}{identity.ClusterId:x16}\n{MemberField}{identity.MemberId:x16}\n"
            + $"{NameField}{Uri.EscapeDataString(identity.Name)}\n");
        return $"{content}{ChecksumField}{Checksum(content)}\n";
    }

    private static StoredIdentity Parse(string text, string path)
    {
        string[] lines = text.Split('\n');
        if (lines[0].StartsWith(Title, StringComparison.Ordinal) && lines[0] != Title + Format)
        {
            throw new NodeStartException(
                $"{path}: the data directory has format {lines[0][Title.Length..]}, and this version knows format {Format} only; run the "
                + "version that wrote it, or give another --data-dir.");
        }

        int end = text.LastIndexOf(ChecksumField, StringComparison.Ordinal);
        bool isWhole = end > 0 && text[end..] == $"{ChecksumField}{Checksum(text[..end])}\n";
        if (isWhole && lines.Length == 6
            && TryReadId(lines[1], ClusterField, out ulong cluster) && TryReadId(lines[2], MemberField, out ulong member)
            && lines[3].StartsWith(NameField, StringComparison.Ordinal))
        {
            return new StoredIdentity(cluster, member, Uri.UnescapeDataString(lines[3][NameField.Length..]));
        }

        throw new NodeStartException(
            $"{path}: the file is damaged: its checksum does not fit its content. Restore the data directory from a copy, or give another "
            + "--data-dir.");
    }

    private static bool TryReadId(string line, string field, out ulong id)
    {
        id = 0;
        return line.StartsWith(field, StringComparison.Ordinal)
            && ulong.TryParse(line.AsSpan(field.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    private static string Checksum(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
