using System.Globalization;

namespace Coordination.Faults.Tests;

/// <summary>
/// Tells which process dialed a connection on this machine, by what the system says of sockets in <c>/proc</c>: so it works whatever the
/// members say to each other, or whether they say anything.
/// </summary>
internal static class ConnectionOwner
{
    private const int LocalColumn = 1;
    private const int RemoteColumn = 2;
    private const int InodeColumn = 9;
    private const int LooksMax = 5;

    // Sockets of both families of addresses dial loopback.
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Which of the processes dialed from one port to another; null when it is none of them, or is gone.</summary>
    public static int? Find(int port, int dialed, IEnumerable<int> processes)
    {
        // The system writes the table while it changes, so that a line may be missing from one look at it.
        var inode = Enumerable.Range(0, LooksMax).Select(_ => FindInode(port, dialed)).FirstOrDefault(found => found is not null);
        if (inode is null)
        {
            return null;
        }

        var socket = $"socket:[{inode}]";
        return processes.Select(id => (int?)id).FirstOrDefault(id => Holds(id!.Value, socket));
    }

    private static string? FindInode(int port, int dialed) =>
        Tables.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => PortOf(columns[LocalColumn]) == port && PortOf(columns[RemoteColumn]) == dialed)
            .Select(columns => columns[InodeColumn])
            .FirstOrDefault();

    private static int PortOf(string address) =>
        int.Parse(address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static bool Holds(int process, string socket)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process}/fd").Any(file => FindTarget(file) == socket);
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    }

    private static string? FindTarget(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (IOException)
        {
            // Closed while we looked.
            return null;
        }
    }
}
