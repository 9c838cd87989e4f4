using System.Collections.Frozen;
using System.Reflection;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>Groups of words that ask for the same thing. A group works in every direction; words are compared by their stems.</summary>
public sealed class SynonymTable
{
    private readonly FrozenDictionary<string, string[]> others;

    private SynonymTable(Dictionary<string, HashSet<string>> widenings) =>
        others = widenings.ToFrozenDictionary(p => p.Key, p => p.Value.Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>A table without groups.</summary>
    public static SynonymTable None { get; } = Parse([]);

    /// <summary>The English support words that come with the product.</summary>
    public static SynonymTable English { get; } = Load();

    /// <summary>Reads groups: one per line, entries separated by commas, lines that start with # are comments.</summary>
    public static SynonymTable Parse(IEnumerable<string> lines)
    {
        var widenings = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] entries = [.. line.Split(',').Select(Key).Where(k => k.Length > 0).Distinct(StringComparer.Ordinal)];
            foreach (string entry in entries)
            {
                if (!widenings.TryGetValue(entry, out HashSet<string>? group)) widenings[entry] = group = new HashSet<string>(StringComparer.Ordinal);
                // A wider entry of two words would match each of its words alone; it only widens the query that says both.
                group.UnionWith(entries.Where(e => e != entry && !e.Contains(' ')));
            }
        }
        return new SynonymTable(widenings);
    }

    /// <summary>This table and what a tenant's customers call things: each term also finds what it means, and not the other way round.</summary>
    public SynonymTable With(IEnumerable<Synonym> learned)
    {
        var widenings = others.ToDictionary(p => p.Key, p => p.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (Synonym synonym in learned)
        {
            string term = SynonymLearning.KeyOf(synonym.Term, synonym.Language);
            if (term.Length == 0) continue;
            if (!widenings.TryGetValue(term, out HashSet<string>? group)) widenings[term] = group = new HashSet<string>(StringComparer.Ordinal);
            // As in a group, a meaning of two words would match each of them alone.
            group.UnionWith(synonym.Means.Select(m => SynonymLearning.KeyOf(m, synonym.Language)).Where(m => m.Length > 0 && m != term && !m.Contains(' ')));
        }
        return new SynonymTable(widenings);
    }

    /// <summary>The terms that stand beside a term, or beside two neighbouring terms joined by a blank.</summary>
    internal IReadOnlyList<string> For(string key) => others.TryGetValue(key, out string[]? found) ? found : [];

    private static string Key(string entry) => string.Join(' ', TextAnalysis.Terms(entry).Select(t => t.Term));

    private static SynonymTable Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Switchboard.Core.Knowledge.synonyms.en.txt")
            ?? throw new InvalidOperationException("The synonyms are missing from the assembly.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries));
    }
}
