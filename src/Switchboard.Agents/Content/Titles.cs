using Switchboard.Core.Agents.Kinds.Writing;

namespace Switchboard.Agents.Content;

/// <summary>Compares titles.</summary>
internal static class Titles
{
    /// <summary>The cosine of the words' counts, 0..1.</summary>
    public static double Cosine(string one, string other)
    {
        Dictionary<string, int> a = Counts(one), b = Counts(other);
        double dot = a.Sum(w => w.Value * b.GetValueOrDefault(w.Key)), length = Math.Sqrt(a.Values.Sum(v => v * v)) * Math.Sqrt(b.Values.Sum(v => v * v));
        return length == 0 ? 0 : dot / length;
    }

    private static Dictionary<string, int> Counts(string text) => Readability.WordsOf(text).GroupBy(w => w.ToLowerInvariant()).ToDictionary(g => g.Key, g => g.Count());
}
