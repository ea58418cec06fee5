using System.Security.Cryptography;

namespace Coordination.Storage;

/// <summary>Makes a store out of a backup, as a client saved it: the bytes of a <see cref="BackupSource"/> and their digest.</summary>
public static class BackupRestore
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>
    /// Verifies all of a backup, then puts its files into a new directory. The directory appears complete and durable, or not at all.
    /// </summary>
    /// <param name="path">The backup.</param>
    /// <param name="directory">The store's directory to be: one that does not exist, in one that does.</param>
    /// <returns>What the backup says of itself.</returns>
    /// <exception cref="BackupCorruptException">The file is no backup, or damaged.</exception>
    /// <exception cref="IOException">Something cannot be read or written, or the directory exists.</exception>
    public static BackupHeader Restore(string path, string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string target = Path.GetFullPath(directory);
        if (Path.Exists(target))
        {
            throw new IOException($"{target} exists already: a backup is restored into a directory of its own.");
        }

        using var backup = RealFileSystem.Instance.OpenRead(Path.GetFullPath(path));
        VerifyDigest(backup, path);
        var header = ReadHeader(backup, path, out int headerBytes);
        string unfinished = target + ".restoring";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Unpack(backup, header, headerBytes, unfinished);
        Directory.Move(unfinished, target);
        RealFileSystem.Instance.SyncDirectory(Path.GetDirectoryName(target) ?? target);
        return header;
    }

    private static void VerifyDigest(IFile backup, string path)
    {
        long contentBytes = backup.Length - BackupFormat.DigestBytes;
        if (contentBytes < BackupFormat.BlockBytes || contentBytes % BackupFormat.BlockBytes != 0)
        {
            throw Damaged(path, $"{backup.Length} bytes are not a number of blocks and a digest.");
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (long offset = 0; offset < contentBytes;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, contentBytes - offset));
            backup.Read(offset, part);
            digest.AppendData(part);
            offset += part.Length;
        }

        var expected = new byte[BackupFormat.DigestBytes];
        backup.Read(contentBytes, expected);
        byte[] actual = digest.GetHashAndReset();
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw Damaged(path, $"expected sha256 {Convert.ToHexStringLower(expected)}, got {Convert.ToHexStringLower(actual)}.");
        }
    }

    private static BackupHeader ReadHeader(IFile backup, string path, out int headerBytes)
    {
        try
        {
            var start = new byte[BackupFormat.FixedHeaderBytes];
            backup.Read(0, start);
            headerBytes = BackupFormat.ReadHeaderBytes(start);
            long contentBytes = backup.Length - BackupFormat.DigestBytes;
            if (headerBytes > contentBytes)
            {
                throw new FormatException("it ends within its header.");
            }

            var encoded = new byte[headerBytes];
            backup.Read(0, encoded);
            var header = BackupFormat.DecodeHeader(encoded);
            return BackupFormat.ContentBytesOf(headerBytes, header.Files) == contentBytes
                ? header
                : throw new FormatException($"it has {contentBytes} bytes, and not what its header says.");
        }
        catch (Exception damage) when (damage is FormatException or OverflowException)
        {
            throw Damaged(path, damage.Message, damage);
        }
    }

    private static void Unpack(IFile backup, BackupHeader header, int headerBytes, string directory)
    {
        var files = RealFileSystem.Instance;
        files.CreateDirectory(directory);
        var buffer = new byte[BufferBytes];
        long from = headerBytes;
        foreach (var (name, length) in header.Files)
        {
            using var file = files.OpenOrCreate(Path.Combine(directory, name));
            for (long to = 0; to < length;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - to));
                backup.Read(from, part);
                file.Write(to, part);
                from += part.Length;
                to += part.Length;
            }

            file.SyncAll();
        }

        files.SyncDirectory(directory);
    }

    private static BackupCorruptException Damaged(string path, string damage, Exception? cause = null) =>
        new($"{path}: the file cannot be restored: {damage}", cause);
}
