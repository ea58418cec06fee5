using System.Runtime.InteropServices;

namespace Coordination.Benchmarks;

/// <summary>The two calls of libc that .NET has no counterpart for.</summary>
internal static class NativeMethods
{
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollInOrOut = PollIn | PollOut;
    public const int SignalTerminate = 15;
    public const int SignalContinue = 18;
    public const int SignalStop = 19;

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Poll([In, Out] PollDescriptor[] descriptors, nuint count, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int pid, int signal);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
