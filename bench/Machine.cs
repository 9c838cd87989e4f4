using System.Globalization;

namespace Switchboard.Bench;

/// <summary>What else the machine did meanwhile: the figures of a shared machine mean little without it.</summary>
internal sealed class Machine
{
    private readonly double[] before = Read();

    /// <summary>The share of the time of all cores that other guests of the same hardware took, and that was left unused, since this object was made.</summary>
    public (double Steal, double Idle) Shares()
    {
        double[] after = Read();
        double[] spent = [.. after.Zip(before, (a, b) => a - b)];
        double all = Math.Max(1, spent.Sum());
        return (spent[7] / all, (spent[3] + spent[4]) / all);
    }

    /// <summary>user, nice, system, idle, iowait, irq, softirq, steal; zeros where there is no /proc.</summary>
    private static double[] Read() => File.Exists("/proc/stat")
        ? [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => double.Parse(t, CultureInfo.InvariantCulture))]
        : new double[8];
}

/// <summary>Quantiles of what was measured.</summary>
internal static class Quantile
{
    /// <summary>The value below which the given share of the values lies, 0..1; the nearest rank.</summary>
    public static double Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
