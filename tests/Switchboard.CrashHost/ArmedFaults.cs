using System.Diagnostics;
using Switchboard.Core.Runs;

namespace Switchboard.CrashHost;

/// <summary>
/// Counts how often each place is passed, and kills its own process with SIGKILL when the place it is armed with is passed for the n-th time since: no handler
/// runs, no buffer is flushed.
/// </summary>
internal sealed class ArmedFaults : IFaultPoints
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> passed = new(StringComparer.Ordinal);
    private string? site;
    private int left;

    /// <summary>How often each place was passed since the counts were last begun anew.</summary>
    public Dictionary<string, int> Passed
    {
        get
        {
            lock (gate) return new Dictionary<string, int>(passed, StringComparer.Ordinal);
        }
    }

    /// <summary>Begins the counts anew, and kills at the n-th passing of the place from now on; never when there is none.</summary>
    public void Arm(string? at, int n)
    {
        lock (gate)
        {
            passed.Clear();
            (site, left) = (at, n);
        }
    }

    public void Reached(string at)
    {
        lock (gate)
        {
            passed[at] = passed.GetValueOrDefault(at) + 1;
            if (at != site || --left != 0) return;
            using var self = Process.GetCurrentProcess();
            self.Kill();
            // Not one statement more is carried out here or at any other place, however late the signal is delivered.
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
