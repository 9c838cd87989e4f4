using System.Collections.Frozen;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Finds organisations: well-known names, capitalised names with a legal form, and capitalised names one pays or buys at.</summary>
internal static class CompanyFinder
{
    private const int mostWords = 5;

    private static readonly Lazy<FrozenDictionary<string, int>> known = new(() => EmbeddedWords.Lines("companies.txt").SelectMany(l => l.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(n => Tokens.Of(n)).GroupBy(t => string.Join(' ', t.Select(x => x.Folded)), StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.First().Count, StringComparer.Ordinal));

    private static readonly Lazy<FrozenSet<string>> firstWords = new(() => known.Value.Keys.Select(k => k.Split(' ')[0]).ToFrozenSet(StringComparer.Ordinal));

    private static readonly FrozenSet<string> legal = "inc llc ltd limited corp gmbh ag kg ohg sarl sas bv nv oy oyj plc pty spa srl lda ltda".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> paying = "pay paid paying payment payments spend spent spending bought buy buying purchase purchased charge charged refund refunds debit transfer transfers transaction transactions order ordered subscription expenses".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    // Everyday words that are also brands: only with a capital letter inside a sentence.
    private static readonly FrozenSet<string> everyday = "target square wise chase box slack zoom notion sky bolt orange three boots currys apple meta now delta subway steam stripe oracle intel tim box ee bt o2 ing cash ups gap visa asana hermes".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The organisations, as token ranges in order of place, none overlapping.</summary>
    public static IEnumerable<(int First, int Next, double Confidence)> Find(string text, List<Token> tokens)
    {
        int i = 0;
        while (i < tokens.Count)
        {
            (int next, double confidence) = Known(text, tokens, i);
            if (next == i) (next, confidence) = Legal(text, tokens, i);
            if (next == i) (next, confidence) = Payee(text, tokens, i);
            if (next == i)
            {
                i++;
                continue;
            }
            yield return (i, next, confidence);
            i = next;
        }
    }

    private static (int Next, double Confidence) Known(string text, List<Token> tokens, int i)
    {
        if (tokens[i].Kind == TokenKind.Mark || !firstWords.Value.Contains(tokens[i].Folded)) return (i, 0);
        string words = tokens[i].Folded;
        int best = i;
        for (int count = 1; count <= mostWords && i + count <= tokens.Count; count++)
        {
            if (count > 1) words += " " + tokens[i + count - 1].Folded;
            if (words.Length > 40) break;
            if (known.Value.ContainsKey(words) && !(count == 1 && everyday.Contains(words) && !(Tokens.IsCapitalised(text, tokens[i]) && i > 0 && tokens[i - 1].Folded is not ("." or "!" or "?")))) best = i + count;
        }
        return (best, 0.85);
    }

    private static (int Next, double Confidence) Legal(string text, List<Token> tokens, int i)
    {
        if (!Tokens.IsCapitalised(text, tokens[i])) return (i, 0);
        int j = i;
        while (j < tokens.Count && j - i <= mostWords && (Tokens.IsCapitalised(text, tokens[j]) || j > i && tokens[j].Folded is "&" or "and" or "und" or "," or "-") && (j == i || !Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j])))
        {
            if (j > i && legal.Contains(tokens[j].Folded)) return (j + 1, 0.9);
            j++;
        }
        return j < tokens.Count && j > i && legal.Contains(tokens[j].Folded) && tokens[j - 1].Kind == TokenKind.Word ? (j + 1, 0.8) : (i, 0);
    }

    private static (int Next, double Confidence) Payee(string text, List<Token> tokens, int i)
    {
        if (i == 0 || tokens[i - 1].Folded is not ("at" or "to" or "from" or "with" or "on" or "for" or "paid" or "in") || !Tokens.IsCapitalised(text, tokens[i])) return (i, 0);
        bool pays = false;
        for (int j = i - 1; j >= 0 && j >= i - 8 && !pays; j--) pays = paying.Contains(tokens[j].Folded);
        if (!pays || NameLists.IsNoName(tokens[i].Folded) || NameLists.IsFirst(tokens[i].Folded, out _) || NameLists.IsPlace(tokens[i].Folded)) return (i, 0);
        int next = i;
        while (next < tokens.Count && next - i < 4 && (Tokens.IsCapitalised(text, tokens[next]) && !(next > i && NameLists.IsNoName(tokens[next].Folded)) || next > i && tokens[next].Folded is "&" or "'") && (next == i || !Tokens.LineBreakBetween(text, tokens[next - 1], tokens[next]))) next++;
        return (next, 0.6);
    }
}
