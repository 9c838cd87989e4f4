using System.Collections.Frozen;
using System.Reflection;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Which concept a word speaks of: "reimburse" and "repay" are both a refund. The English one comes with the product; words it does not know stand for themselves.</summary>
internal sealed class ConceptLexicon
{
    private readonly FrozenDictionary<ulong, ulong> concepts;
    private readonly FrozenSet<ulong> light;

    private ConceptLexicon(Dictionary<ulong, ulong> concepts, IEnumerable<string> light)
    {
        this.concepts = concepts.ToFrozenDictionary();
        this.light = light.Select(w => TextHash.Of(w)).ToFrozenSet();
    }

    /// <summary>The English one.</summary>
    public static ConceptLexicon English { get; } = Load();

    /// <summary>The number of words it knows.</summary>
    public int Count => concepts.Count;

    /// <summary>Whether a word, as written, is too common to speak of anything.</summary>
    public bool IsLight(ulong word) => light.Contains(word);

    /// <summary>The concept of a stem, or the stem itself.</summary>
    public ulong Of(ulong stem) => concepts.TryGetValue(stem, out ulong concept) ? concept : stem;

    /// <summary>Reads lines of <c>id: word, word</c>; lines that start with # are comments. A word that stands in two concepts belongs to the first.</summary>
    public static ConceptLexicon Parse(IEnumerable<string> lines)
    {
        var known = new Dictionary<ulong, ulong>();
        foreach (string line in lines)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            ulong concept = TextHash.Of(line.AsSpan(0, colon), kind: 1);
            foreach (string word in line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) known.TryAdd(StemOf(word), concept);
        }
        return new ConceptLexicon(known, lightWords.Split(' '));
    }

    private const string lightWords = "a an and am are at be but by do does for from go got had has have i id im in is it its just me my of on or our please really so some that the there this to us was we well were with would you your did been can could will ive";

    private static ulong StemOf(string word)
    {
        Span<char> letters = word.Length <= 64 ? stackalloc char[word.Length] : new char[word.Length];
        word.CopyTo(letters);
        return TextHash.Of(letters[..LightStem.Cut(letters)]);
    }

    private static ConceptLexicon Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Switchboard.Core.Understanding.Intents.concepts.en.txt")
            ?? throw new InvalidOperationException("The concepts are missing from the assembly.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries));
    }
}
