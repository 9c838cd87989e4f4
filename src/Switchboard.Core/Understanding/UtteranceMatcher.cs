using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Switchboard.Core.Agents;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Understanding;

/// <summary>
/// Finds which agent's utterances a message comes closest to. Words weigh by how few utterances hold them; a word no utterance
/// holds weighs most, so a message that also says something else matches none.
/// </summary>
public sealed class UtteranceMatcher
{
    // Words that carry little of a wish by themselves. They count, but a fifth of a word that does.
    private static readonly FrozenSet<string> light = "a an and am are at be but can could do does for from go got had have hello hey hi i id im in is it its just let like maybe me my now of oh ok okay on or our please really so some that the there this to up us was we well will with would you your".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> negations = new[] { "not", "no", "never", "without", "nicht", "kein", "keine", "keinen", "non", "pas", "nao" }.ToFrozenSet(StringComparer.Ordinal);
    // A contraction is its verb and a "not": dont is do + nt. The three that change their verb are spelt out.
    private static readonly FrozenDictionary<string, string> contractions = "dont doesnt didnt couldnt wouldnt isnt arent wasnt havent hasnt shouldnt".Split(' ')
        .Select(c => KeyValuePair.Create(c, c[..^2]))
        .Concat([KeyValuePair.Create("cant", "can"), KeyValuePair.Create("cannot", "can"), KeyValuePair.Create("wont", "will")])
        .ToFrozenDictionary(StringComparer.Ordinal);
    private const double lightWeight = 0.2;
    private const double negatedFactor = 0.5;

    private const int mostClauses = 20;
    private const int fuzzyFrom = 5;

    // Sums of the same weights in another order may differ in their last digits.
    private const double slack = 1e-9;

    private readonly List<Taught> taught = [];
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<Known> vocabulary = [];
    private readonly Dictionary<char, List<int>> byLetter = [];
    private readonly Dictionary<string, string> languages = new(StringComparer.Ordinal);
    private readonly double unknownWeight;

    /// <summary>Learns the utterances of all cards.</summary>
    public UtteranceMatcher(IEnumerable<AgentCard> cards)
    {
        List<(string AgentId, Utterance Utterance, string[] Words)> all = [.. cards.SelectMany(c => c.Utterances.Select(u => (c.Id, u, Words(u.Text))))];
        foreach (IGrouping<string, string> word in all.SelectMany(t => t.Words.Distinct(StringComparer.Ordinal)).GroupBy(w => w, StringComparer.Ordinal))
        {
            ids[word.Key] = vocabulary.Count;
            if (!byLetter.TryGetValue(word.Key[0], out List<int>? beside)) byLetter[word.Key[0]] = beside = [];
            beside.Add(vocabulary.Count);
            vocabulary.Add(new Known(word.Key, WeightOf(word.Key, word.Count(), all.Count), []));
        }
        unknownWeight = WeightOf(string.Empty, 0, all.Count);
        foreach ((string agent, Utterance utterance, string[] words) in all)
        {
            int[] own = [.. words.Select(w => ids[w])];
            foreach (int id in own.Distinct()) vocabulary[id].Utterances.Add(taught.Count);
            if (utterance.Language is { } language) languages.TryAdd(utterance.Text, language);
            taught.Add(new Taught(agent, utterance.Label, utterance.Text, own, own.Sum(id => vocabulary[id].Weight), words.Any(negations.Contains)));
        }
    }

    /// <summary>The language of an utterance as its card says it; null where it says none.</summary>
    public string? LanguageOf(string utterance) => languages.GetValueOrDefault(utterance);

    /// <summary>The intents whose closest utterance reaches the floor, best first, one for each label.</summary>
    /// <param name="text">The message.</param>
    /// <param name="floor">The least score, 0..1.</param>
    public IReadOnlyList<Intent> Match(string text, double floor)
    {
        var best = new Dictionary<string, Intent>(StringComparer.Ordinal);
        string[] clauses = Clauses(text);
        // A wish for a person or a greeting stands in a short message or at its beginning; the cost of a long one stays bounded.
        bool isLong = clauses.Length > mostClauses;
        if (isLong) clauses = clauses[..mostClauses];
        Said whole = Read(Words(text));
        Said[] parts = clauses.Length > 1 ? [.. clauses.Select(c => Read(Words(c)))] : [whole];
        Consider(whole, isWhole: true);
        if (clauses.Length > 1)
            foreach (Said part in parts) Consider(part, isWhole: false);
        return [.. best.Values.OrderByDescending(i => i.Score).ThenBy(i => i.Label, StringComparer.Ordinal)];

        void Consider(Said said, bool isWhole)
        {
            if (said.Words.Length == 0) return;
            foreach (int at in Near(said, floor))
            {
                Taught utterance = taught[at];
                double score = Similarity(said, utterance);
                if (score < floor || (best.TryGetValue(utterance.Label, out Intent? held) && held.Score >= score)) continue;
                // What one clause says is what the message says only if every other clause says it too.
                bool all = !isLong && (isWhole || parts.All(p => Near(p, floor).Any(t => taught[t].Label == utterance.Label && Similarity(p, taught[t]) >= floor)));
                best[utterance.Label] = new Intent(utterance.Label, utterance.AgentId, Math.Round(score, 4), utterance.Text, all);
            }
        }
    }

    /// <summary>The utterances that can reach the floor, in the order in which they were learnt: those that share a word that carries something, and the others only where light words alone could do.</summary>
    private IEnumerable<int> Near(Said said, double floor)
    {
        double least = floor - slack;
        if (least <= 0) return Enumerable.Range(0, taught.Count);
        double lightly = said.Words.Where(w => w.Light).Sum(w => w.Weight);
        var shared = new byte[taught.Count];
        foreach (SaidWord word in said.Words)
            foreach (int id in word.Same)
                foreach (int at in vocabulary[id].Utterances) shared[at] |= (byte)(word.Light ? 1 : 2);
        return Enumerable.Range(0, taught.Count).Where(at => shared[at] != 0 && 2 * Math.Min(shared[at] == 1 ? lightly : said.Weight, taught[at].Weight) >= least * (said.Weight + taught[at].Weight));
    }

    private Said Read(string[] words)
    {
        var read = new SaidWord[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            bool known = ids.TryGetValue(word, out int id);
            bool isLight = light.Contains(word);
            read[i] = new SaidWord(known ? vocabulary[id].Weight : isLight ? lightWeight : unknownWeight, isLight, known, Alike(word, known ? id : -1));
        }
        return new Said(read, read.Sum(w => w.Weight), words.Any(negations.Contains));
    }

    /// <summary>The words of utterances that count as the word.</summary>
    private int[] Alike(string word, int own)
    {
        if (word.Length < fuzzyFrom || !byLetter.TryGetValue(word[0], out List<int>? beside)) return own < 0 ? [] : [own];
        return [.. beside.Where(id => Same(word, vocabulary[id].Word))];
    }

    /// <summary>The parts of a message that may each say a thing of their own: sentences, what commas part, and "do this and do that".</summary>
    private static string[] Clauses(string text) =>
        [.. text.Split(['.', '!', '?', ';', '\n', ',', '。', '！', '？'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Take(mostClauses + 1).SelectMany(part => ClauseSplitter.Split(part) is { Count: > 1 } parts ? parts.Select(p => part[p.Start..p.End].Trim()) : [part])];

    private static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (char c in Tokens.Normalized(text, NormalizationForm.FormD))
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

    private static double WeightOf(string word, int count, int utterances) => light.Contains(word) ? lightWeight : Math.Log(1 + (utterances + 1.0) / (count + 0.5));

    /// <summary>Dice's coefficient over weighted words, 0..1; a negation that only one side has, or of another thing, halves it.</summary>
    private double Similarity(Said message, Taught utterance)
    {
        double shared = 0;
        double total = 0;
        bool otherThing = false;
        Span<bool> used = stackalloc bool[Math.Min(utterance.Words.Length, 128)];
        foreach (SaidWord word in message.Words)
        {
            total += word.Weight;
            bool isShared = false;
            for (int i = 0; i < used.Length && word.Same.Length > 0; i++)
            {
                if (used[i] || Array.IndexOf(word.Same, utterance.Words[i]) < 0) continue;
                used[i] = true;
                isShared = true;
                shared += 2 * Math.Min(word.Weight, vocabulary[utterance.Words[i]].Weight);
                break;
            }
            otherThing |= !isShared && !word.Light && word.Known;
        }
        foreach (int word in utterance.Words) total += vocabulary[word].Weight;
        double score = total == 0 ? 0 : Math.Min(1, shared / total);
        // "Not a bot" asks for a person and "not a human" does not: where both sides deny, they must deny the same thing.
        return message.Negated == utterance.Negated && !(message.Negated && otherThing) ? score : score * negatedFactor;
    }

    /// <summary>Equal, or one letter apart in words of five letters or more.</summary>
    private static bool Same(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.Ordinal)) return true;
        if (Math.Min(a.Length, b.Length) < fuzzyFrom || Math.Abs(a.Length - b.Length) > 1 || a[0] != b[0]) return false;
        int i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i]) i++;
        ReadOnlySpan<char> restA = a.AsSpan(i);
        ReadOnlySpan<char> restB = b.AsSpan(i);
        return a.Length == b.Length ? Tail(restA, 1).SequenceEqual(Tail(restB, 1)) || IsSwap(restA, restB)
            : a.Length > b.Length ? Tail(restA, 1).SequenceEqual(restB) : restA.SequenceEqual(Tail(restB, 1));
    }

    private static bool IsSwap(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.Length >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..]);

    private static ReadOnlySpan<char> Tail(ReadOnlySpan<char> text, int from) => text.Length < from ? [] : text[from..];

    /// <summary>A word of the utterances, with those that hold it.</summary>
    private sealed record Known(string Word, double Weight, List<int> Utterances);

    private sealed record Taught(string AgentId, string Label, string Text, int[] Words, double Weight, bool Negated);

    /// <summary>A word of the message, with the words of utterances that count as it.</summary>
    private readonly record struct SaidWord(double Weight, bool Light, bool Known, int[] Same);

    private sealed record Said(SaidWord[] Words, double Weight, bool Negated);
}
