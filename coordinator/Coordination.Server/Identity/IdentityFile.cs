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
    private const string Format = "2";
    private const string FormatOfOneMember = "1";
    private const string ClusterField = "cluster-id ";
    private const string MemberField = "member-id ";
    private const string NameField = "name ";
    private const string InitialField = "initial-member ";
    private const string ChecksumField = "sha256 ";
    private const int LinesMin = 6;
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
        var content = new StringBuilder();
        content.Append(CultureInfo.InvariantCulture, $"{Title}{Format}\n{ClusterField}{identity.ClusterId:x16}\n");
        content.Append(CultureInfo.InvariantCulture, $"{MemberField}{identity.MemberId:x16}\n");
        foreach (InitialMember member in identity.Members)
        {
            content.Append(CultureInfo.InvariantCulture, $"{InitialField}{member.Id:x16} ");
            content.AppendJoin(' ', member.PeerUrls.Prepend(member.Name).Select(Uri.EscapeDataString)).Append('\n');
        }

        return $"{content}{ChecksumField}{Checksum(content.ToString())}\n";
    }

    private static StoredIdentity Parse(string text, string path)
    {
        string[] lines = text.Split('\n');
        string format = lines[0].StartsWith(Title, StringComparison.Ordinal) ? lines[0][Title.Length..] : string.Empty;
        if (format.Length > 0 && format is not Format and not FormatOfOneMember)
        {
            throw new NodeStartException(
                $"{path}: the data directory has format {format}, and this version knows formats {FormatOfOneMember} and {Format} only; "
                + "run the version that wrote it, or give another --data-dir.");
        }

        int end = text.LastIndexOf(ChecksumField, StringComparison.Ordinal);
        bool isWhole = end > 0 && text[end..] == $"{ChecksumField}{Checksum(text[..end])}\n" && lines.Length >= LinesMin;
        if (isWhole && TryReadId(lines[1], ClusterField, out ulong cluster) && TryReadId(lines[2], MemberField, out ulong member))
        {
            string[] rest = lines[3..^2];
            IReadOnlyList<InitialMember>? members = format == Format ? ReadMembers(rest) : ReadOnlyMember(member, rest);
            if (members is not null && members.Any(other => other.Id == member))
            {
                return new StoredIdentity(cluster, member, members);
            }
        }

        throw new NodeStartException(
            $"{path}: the file is damaged: its checksum does not fit its content. Restore the data directory from a copy, or give another "
            + "--data-dir.");
    }

    private static List<InitialMember>? ReadMembers(string[] lines)
    {
        List<InitialMember> members = [];
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ');
            if (fields.Length < 3 || !TryReadId($"{fields[0]} {fields[1]}", InitialField, out ulong id))
            {
                return null;
            }

            members.Add(new InitialMember(id, Uri.UnescapeDataString(fields[2]), [.. fields[3..].Select(Uri.UnescapeDataString)]));
        }

        return members;
    }

    /// <summary>Before there were clusters of several members, only the name was kept.</summary>
    private static IReadOnlyList<InitialMember>? ReadOnlyMember(ulong id, string[] lines) =>
        lines is [var line] && line.StartsWith(NameField, StringComparison.Ordinal)
            ? [new InitialMember(id, Uri.UnescapeDataString(line[NameField.Length..]), [])]
            : null;

    private static bool TryReadId(string line, string field, out ulong id)
    {
        id = 0;
        return line.StartsWith(field, StringComparison.Ordinal)
            && ulong.TryParse(line.AsSpan(field.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    private static string Checksum(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
