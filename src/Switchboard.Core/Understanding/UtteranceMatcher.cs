using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Switchboard.Core.Agents;

namespace Switchboard.Core.Understanding;

/// <summary>
/// Finds which agent's utterances a message comes closest to. Words weigh by how few utterances hold them; a word no utterance
/// holds weighs most, so a message that also says something else matches none.
/// </summary>
public sealed class UtteranceMatcher
{
    // Words that carry little of a wish by themselves. They count, but a fifth of a word that does.
    private static readonly FrozenSet<string> light = "a an and am are at be but can could do does for from go got had have hello hey hi i id im in is it its just let like maybe me my now of oh ok okay on or our please really so some that the there this to up us was we well will with would you your".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> negations = new[] { "not", "no", "never", "without" }.ToFrozenSet(StringComparer.Ordinal);
    // A contraction is its verb and a "not": dont is do + nt. The three that change their verb are spelt out.
    private static readonly FrozenDictionary<string, string> contractions = "dont doesnt didnt couldnt wouldnt isnt arent wasnt havent hasnt shouldnt".Split(' ')
        .Select(c => KeyValuePair.Create(c, c[..^2]))
        .Concat([KeyValuePair.Create("cant", "can"), KeyValuePair.Create("cannot", "can"), KeyValuePair.Create("wont", "will")])
        .ToFrozenDictionary(StringComparer.Ordinal);
    private const double lightWeight = 0.2;
    private const double negatedFactor = 0.5;

    private const int mostClauses = 20;
    private const double rounding = 1e-9;

    private readonly List<Taught> taught = [];
    private readonly Dictionary<string, double> weights = new(StringComparer.Ordinal);
    private readonly double unknownWeight;
    private readonly double[] totals;

    /// <summary>Learns the utterances of all cards.</summary>
    public UtteranceMatcher(IEnumerable<AgentCard> cards)
    {
        foreach (AgentCard card in cards)
            taught.AddRange(card.Utterances.Select(u => new Taught(card.Id, u.Label, u.Text, Words(u.Text))));
        foreach (IGrouping<string, string> word in taught.SelectMany(t => t.Words.Distinct(StringComparer.Ordinal)).GroupBy(w => w, StringComparer.Ordinal))
            weights[word.Key] = WeightOf(word.Key, word.Count());
        unknownWeight = WeightOf(string.Empty, 0);
        totals = [.. taught.Select(t => t.Words.Sum(Weight))];
    }

    /// <summary>The intents whose closest utterance reaches the floor, best first, one for each label.</summary>
    /// <param name="text">The message.</param>
    /// <param name="floor">The least score, 0..1.</param>
    public IReadOnlyList<Intent> Match(string text, double floor)
    {
        string[] whole = Words(text);
        var best = new Dictionary<string, Intent>(StringComparer.Ordinal);
        string[] clauses = Clauses(text);
        // A wish for a person or a greeting stands in a short message or at its beginning; the cost of a long one stays bounded.
        bool isLong = clauses.Length > mostClauses;
        if (isLong) clauses = clauses[..mostClauses];
        Consider(whole, isWhole: true);
        if (clauses.Length > 1)
            foreach (string clause in clauses) Consider(Words(clause), isWhole: false);
        return [.. best.Values.OrderByDescending(i => i.Score).ThenBy(i => i.Label, StringComparer.Ordinal)];

        void Consider(string[] words, bool isWhole)
        {
            if (words.Length == 0) return;
            double total = words.Sum(Weight);
            for (int u = 0; u < taught.Count; u++)
            {
                Taught utterance = taught[u];
                // What weighs far more or less than an utterance cannot reach the floor however much they share; so a long message costs little.
                if (2 * Math.Min(total, totals[u]) < (floor - rounding) * (total + totals[u])) continue;
                double score = Similarity(words, utterance.Words);
                if (score < floor || (best.TryGetValue(utterance.Label, out Intent? held) && held.Score >= score)) continue;
                // What one clause says is what the message says only if every other clause says it too.
                bool all = !isLong && (isWhole || clauses.All(c => taught.Any(t => t.Label == utterance.Label && Similarity(Words(c), t.Words) >= floor)));
                best[utterance.Label] = new Intent(utterance.Label, utterance.AgentId, Math.Round(score, 4), utterance.Text, all);
            }
        }
    }

    private static string[] Clauses(string text) =>
        text.Split(['.', '!', '?', ';', '\n', ',', '。', '！', '？'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (char c in text.Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c)) word.Append(char.ToLowerInvariant(c));
            else if (c is '\'' or '’' || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            else Flush();
        }
        Flush();
        return [.. words];

        void Flush()
        {
            if (word.Length == 0) return;
            string whole = word.ToString();
            if (contractions.TryGetValue(whole, out string? verb)) words.AddRange([verb, "not"]);
            else words.Add(whole);
            word.Clear();
        }
    }

    private double WeightOf(string word, int count) => light.Contains(word) ? lightWeight : Math.Log(1 + (taught.Count + 1.0) / (count + 0.5));

    private double Weight(string word) => weights.TryGetValue(word, out double known) ? known : light.Contains(word) ? lightWeight : unknownWeight;

    /// <summary>Dice's coefficient over weighted words, 0..1; a negation that only one side has, or of another thing, halves it.</summary>
    private double Similarity(string[] message, string[] utterance)
    {
        double shared = 0;
        double total = 0;
        bool messageNegated = false;
        bool otherThing = false;
        Span<bool> used = stackalloc bool[Math.Min(utterance.Length, 128)];
        foreach (string word in message)
        {
            messageNegated |= negations.Contains(word);
            double weight = Weight(word);
            total += weight;
            bool isShared = false;
            for (int i = 0; i < used.Length; i++)
            {
                if (used[i] || !Same(word, utterance[i])) continue;
                used[i] = true;
                isShared = true;
                shared += 2 * Math.Min(weight, Weight(utterance[i]));
                break;
            }
            otherThing |= !isShared && !light.Contains(word) && weights.ContainsKey(word);
        }
        bool utteranceNegated = false;
        foreach (string word in utterance)
        {
            utteranceNegated |= negations.Contains(word);
            total += Weight(word);
        }
        double score = total == 0 ? 0 : Math.Min(1, shared / total);
        // "Not a bot" asks for a person and "not a human" does not: where both sides deny, they must deny the same thing.
        return messageNegated == utteranceNegated && !(messageNegated && otherThing) ? score : score * negatedFactor;
    }

    /// <summary>Equal, or one letter apart in words of five letters or more.</summary>
    private static bool Same(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.Ordinal)) return true;
        if (Math.Min(a.Length, b.Length) < 5 || Math.Abs(a.Length - b.Length) > 1 || a[0] != b[0]) return false;
        int i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i]) i++;
        ReadOnlySpan<char> restA = a.AsSpan(i);
        ReadOnlySpan<char> restB = b.AsSpan(i);
        return a.Length == b.Length ? Tail(restA, 1).SequenceEqual(Tail(restB, 1)) || IsSwap(restA, restB)
            : a.Length > b.Length ? Tail(restA, 1).SequenceEqual(restB) : restA.SequenceEqual(Tail(restB, 1));
    }

    private static bool IsSwap(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.Length >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..]);

    private static ReadOnlySpan<char> Tail(ReadOnlySpan<char> text, int from) => text.Length < from ? [] : text[from..];

    private sealed record Taught(string AgentId, string Label, string Text, string[] Words);
}
