using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Coordination.Processes;

/// <summary>Signals to processes, by Linux' numbers.</summary>
public static class Signal
{
    public const int Interrupt = 2;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Process {process} cannot be sent signal {signal}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
