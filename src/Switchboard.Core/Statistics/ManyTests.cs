namespace Switchboard.Core.Statistics;

/// <summary>Corrections for several tests of one question.</summary>
public static class ManyTests
{
    /// <summary>Holm's step-down adjustment (1979): what each p is worth when all are looked at together, in the order given.</summary>
    /// <param name="p">Probabilities, 0..1.</param>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        double largest = 0;
        int left = p.Count;
        foreach (int i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            largest = Math.Max(largest, Math.Min(1, p[i] * left--));
            adjusted[i] = largest;
        }

        return adjusted;
    }
}
