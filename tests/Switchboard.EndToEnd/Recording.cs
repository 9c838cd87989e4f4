using System.Collections.Concurrent;
using Switchboard.Core.Runs;

namespace Switchboard.EndToEnd;

/// <summary>Counts how often each place is passed. The sealer's are left out: they come by the clock, not by what is done.</summary>
internal sealed class Recording : IFaultPoints
{
    private readonly ConcurrentDictionary<string, int> passed = new(StringComparer.Ordinal);

    public Dictionary<string, int> Passed => passed.ToDictionary(StringComparer.Ordinal);

    public void Reached(string site)
    {
        if (!site.StartsWith("seal:", StringComparison.Ordinal)) passed.AddOrUpdate(site, 1, (_, n) => n + 1);
    }
}
