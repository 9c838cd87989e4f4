using System.Diagnostics;
using Switchboard.Core.Runs;

namespace Switchboard.CrashHost;

/// <summary>Kills its own process with SIGKILL when the place is passed for the n-th time: no handler runs, no buffer is flushed.</summary>
internal sealed class KillAt(string site, int n) : IFaultPoints
{
    private int passed;

    public void Reached(string at)
    {
        if (at != site || Interlocked.Increment(ref passed) != n) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // Not one statement more is carried out here, however late the signal is delivered.
        Thread.Sleep(Timeout.Infinite);
    }
}
