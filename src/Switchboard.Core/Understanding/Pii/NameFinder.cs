using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>A person's name in a text. UTF-16 units, end exclusive.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">One past the last.</param>
/// <param name="Confidence">0..1.</param>
/// <param name="Rule">What tells it: <c>introduced</c>, <c>title</c>, <c>list</c>, <c>form</c>, <c>known</c>.</param>
internal readonly record struct NameHit(int Start, int End, double Confidence, string Rule);

/// <summary>
/// Finds names of persons: after words that introduce one, after titles, by lists of given and family names, by endings of family
/// names beside them. A run has at most six words, so the work is linear.
/// </summary>
internal static class NameFinder
{
    private const int longestRun = 6;

    // Whole phrases that introduce a name, as folded words; what follows is a name even in lower case.
    private static readonly string[][] introductions = [.. ("reservation under|booking under|order under|on the name of|on the name|my name is|my name's|name is|the name is|under the name of|under the name|under name|in the name of|i am called|call me|people call me|called me|mein name ist|ich heisse|je m'appelle|mon nom est|je suis|me llamo|mi nombre es|mi chiamo|il mio nome e|chamo me|me chamo|meu nome e|o meu nome e|mijn naam is|ik heet|nazywam sie|mam na imie|jag heter|jeg hedder|jeg heter")
        .Split('|').Select(p => p.Split(' ')).OrderByDescending(p => p.Length)];

    private static readonly FrozenSet<string> introducers = introductions.Select(p => p[0]).ToFrozenSet(StringComparer.Ordinal);

    // Weaker ones: what follows must be capitalised, or a known name.
    private static readonly FrozenSet<string> weak = new[] { "i'm", "im", "am", "says", "said", "say", "regards", "sincerely", "cheers", "thanks", "dear", "hi", "hello", "hey", "name", "to", "from", "with", "by", "for", "contact", "ask", "told", "tell", "met", "ich", "hallo", "liebe", "lieber", "bonjour", "chere", "cher", "hola", "querido", "ciao", "caro", "cara", "ola", "gruss", "grusse", "cordialement", "saludos", "saluti", "cumprimentos", "asked", "added", "explained", "wrote", "mrs" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The names, in order of place, none overlapping.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="known">Names that belong to the conversation, found wherever they stand.</param>
    public static List<NameHit> Find(string text, List<Token> tokens, IReadOnlyCollection<string>? known = null)
    {
        var names = new List<NameHit>();
        tokens = WithoutPossessive(tokens);
        HashSet<string> knownWords = [.. (known ?? []).SelectMany(n => Tokens.Of(n)).Where(t => t.Kind == TokenKind.Word && t.Length > 1).Select(t => t.Folded)];
        bool hasCapitals = HasCapitals(text, tokens);
        int i = 0;
        while (i < tokens.Count)
        {
            int next = Introduced(text, tokens, i, names);
            if (next > i)
            {
                i = next;
                continue;
            }
            if (tokens[i].Kind != TokenKind.Word)
            {
                i++;
                continue;
            }
            (int end, NameHit? hit) = Run(text, tokens, i, hasCapitals, knownWords);
            if (hit is { } found) names.Add(found);
            i = Math.Max(end, i + 1);
        }
        return hasCapitals ? Listed(text, tokens, names) : names;
    }

    // "Malon, Mark and Kaylee": a capitalised word that a comma or an "and" joins to a single given name is one as well.
    private static List<NameHit> Listed(string text, List<Token> tokens, List<NameHit> names)
    {
        if (names.Count == 0) return names;
        HashSet<int> starts = [.. names.Select(n => n.Start)];
        HashSet<int> ends = [.. names.Select(n => n.End)];
        var more = new List<NameHit>();
        for (int round = 0; round < 2; round++)
        {
            // Once from the left, once from the right: a whole list is reached from one name in it.
            for (int k = 0; k < tokens.Count; k++)
            {
                int i = round == 0 ? k : tokens.Count - 1 - k;
                Token token = tokens[i];
                if (!Tokens.IsCapitalised(text, token) || token.Length < 3 || starts.Contains(token.Start) || token.Folded.Contains('\'', StringComparison.Ordinal) || NameLists.IsNoName(token.Folded) || NameLists.IsPlace(token.Folded) || IsShout(text, token)) continue;
                if (i + 1 < tokens.Count && Tokens.IsCapitalised(text, tokens[i + 1]) || i > 0 && Tokens.IsCapitalised(text, tokens[i - 1])) continue;
                bool after = round == 0 && i >= 2 && IsJoint(tokens[i - 1]) && ends.Contains(tokens[i - 2].End) && IsSingle(tokens, i - 2, starts, ends);
                bool before = round == 1 && i + 2 < tokens.Count && IsJoint(tokens[i + 1]) && starts.Contains(tokens[i + 2].Start) && IsSingle(tokens, i + 2, starts, ends);
                if (!after && !before) continue;
                more.Add(new NameHit(token.Start, token.End, 0.6, "list"));
                starts.Add(token.Start);
                ends.Add(token.End);
            }
        }
        return [.. names.Concat(more).OrderBy(n => n.Start)];

        static bool IsJoint(Token token) => token.Folded is "," or "and" or "und" or "et" or "y" or "e";
        static bool IsSingle(List<Token> all, int i, HashSet<int> begins, HashSet<int> finishes) => begins.Contains(all[i].Start) && finishes.Contains(all[i].End);
    }

    // "Liam's address": the name ends before the apostrophe.
    private static List<Token> WithoutPossessive(List<Token> tokens) =>
        [.. tokens.Select(t => t.Kind == TokenKind.Word && t.Length > 3 && (t.Folded.EndsWith("'s", StringComparison.Ordinal) || t.Folded.EndsWith("’s", StringComparison.Ordinal)) ? t with { End = t.End - 2, Folded = t.Folded[..^2] } : t)];

    // Whether the writer uses capitals at all: where not, known names count without them.
    private static bool HasCapitals(string text, List<Token> tokens)
    {
        foreach (Token token in tokens)
            if (Tokens.IsCapitalised(text, token) && token.Folded != "i") return true;
        return false;
    }

    private static int Introduced(string text, List<Token> tokens, int i, List<NameHit> names)
    {
        if (tokens[i].Kind != TokenKind.Word || !introducers.Contains(tokens[i].Folded)) return i;
        foreach (string[] phrase in introductions)
        {
            if (!Matches(tokens, i, phrase)) continue;
            int from = i + phrase.Length;
            while (from < tokens.Count && tokens[from] is { Kind: TokenKind.Mark, Folded: ":" or "\"" or "-" or "," }) from++;
            bool strong = phrase[0] is not ("name" or "je" or "call" or "people" or "called" or "order");
            int end = from;
            int words = 0;
            while (end < tokens.Count && words < 4 && tokens[end].Kind == TokenKind.Word && (end == from || !Tokens.LineBreakBetween(text, tokens[end - 1], tokens[end])))
            {
                Token token = tokens[end];
                bool isKnown = NameLists.IsFirst(token.Folded, out bool ambiguous) && (!ambiguous || Tokens.IsCapitalised(text, token)) || NameLists.IsSurname(token.Folded) && words > 0;
                bool particle = NameLists.Particles.Contains(token.Folded) && words > 0 && end + 1 < tokens.Count && tokens[end + 1].Kind == TokenKind.Word && !NameLists.IsNoName(tokens[end + 1].Folded);
                if (NameLists.Titles.Contains(token.Folded) && words == 0)
                {
                    end++;
                    if (end < tokens.Count && tokens[end].Folded == ".") end++;
                    from = end;
                    continue;
                }
                if (!(isKnown || particle || Tokens.IsCapitalised(text, token) && !NameLists.IsNoName(token.Folded) || strong && words < 2 && token.Length > 2 && !NameLists.IsNoName(token.Folded) && !IsCommon(token.Folded))) break;
                end++;
                words++;
                if (end + 1 < tokens.Count && tokens[end].Folded is "-" or "." && tokens[end].Start == tokens[end - 1].End && tokens[end + 1].Kind == TokenKind.Word && tokens[end - 1].Length <= 12 && (tokens[end].Folded == "-" || tokens[end - 1].Length == 1)) end++;
            }
            if (words == 0 || tokens[end - 1].Kind != TokenKind.Word) return i;
            names.Add(new NameHit(tokens[from].Start, tokens[end - 1].End, 0.8, "introduced"));
            return end;
        }
        return i;
    }

    private static bool IsCommon(string word) => word.Length > 3 && (word.EndsWith("ing", StringComparison.Ordinal) || word.EndsWith("ed", StringComparison.Ordinal)) || NameLists.StreetWords.Contains(word) || NameLists.IsPlace(word);

    private static bool Matches(List<Token> tokens, int i, string[] phrase)
    {
        if (i + phrase.Length > tokens.Count) return false;
        for (int p = 0; p < phrase.Length; p++)
            if (tokens[i + p].Folded != phrase[p]) return false;
        return true;
    }

    /// <summary>The run of name words that begins here and what it is.</summary>
    private static (int End, NameHit? Hit) Run(string text, List<Token> tokens, int start, bool hasCapitals, HashSet<string> known)
    {
        int first = start;
        bool titled = false;
        if (NameLists.Titles.Contains(tokens[first].Folded) && (Tokens.IsCapitalised(text, tokens[first]) || !hasCapitals))
        {
            int after = first + 1;
            if (after < tokens.Count && tokens[after].Folded == ".") after++;
            if (after < tokens.Count && tokens[after].Kind == TokenKind.Word && !Tokens.LineBreakBetween(text, tokens[after - 1], tokens[after]) && CanBegin(text, tokens[after], hasCapitals))
            {
                titled = true;
                first = after;
            }
        }
        if (!titled && !CanBegin(text, tokens[first], hasCapitals) && !known.Contains(tokens[first].Folded)) return (start + 1, null);

        var members = new List<int>();
        int end = first;
        while (end < tokens.Count && members.Count < longestRun)
        {
            Token token = tokens[end];
            if (end > first && Tokens.LineBreakBetween(text, tokens[end - 1], token)) break;
            if (token.Kind == TokenKind.Mark)
            {
                // "Jean-Luc", "J. Smith".
                bool joins = token.Folded is "-" or "." && end > first && token.Start == tokens[end - 1].End && end + 1 < tokens.Count && tokens[end + 1].Kind == TokenKind.Word
                    && (token.Folded == "-" ? tokens[end + 1].Start == token.End : tokens[end - 1].Length == 1 || tokens[end - 1].Folded is "st") && CanContinue(text, tokens[end + 1], hasCapitals);
                if (!joins) break;
                end++;
                continue;
            }
            if (token.Kind != TokenKind.Word) break;
            bool particle = end > first && NameLists.Particles.Contains(token.Folded) && NextIsName(text, tokens, end, hasCapitals);
            if (!particle && (members.Count == 0 ? !CanBegin(text, token, hasCapitals) && !known.Contains(token.Folded) : !CanContinue(text, token, hasCapitals) && !known.Contains(token.Folded))) break;
            members.Add(end);
            end++;
        }
        if (members.Count == 0) return (start + 1, null);
        if (Blocked(text, tokens, first, end)) return (end, null);
        return (end, Judge(text, tokens, members, titled, hasCapitals, known, start));
    }

    private static NameHit? Judge(string text, List<Token> tokens, List<int> members, bool titled, bool hasCapitals, HashSet<string> known, int start)
    {
        Token head = tokens[members[0]];
        Token last = tokens[members[^1]];
        if (members.Any(m => known.Contains(tokens[m].Folded))) return new NameHit(head.Start, last.End, 0.99, "known");
        if (titled) return new NameHit(head.Start, last.End, 0.8, "title");
        // The run may begin with a word that only stands at the beginning of a sentence: the name begins at the given name.
        for (int m = 0; m < members.Count; m++)
        {
            Token token = tokens[members[m]];
            if (!NameLists.IsFirst(token.Folded, out bool ambiguous)) continue;
            bool followed = m + 1 < members.Count && (NameLists.IsSurname(tokens[members[m + 1]].Folded) || NameLists.LooksLikeSurname(tokens[members[m + 1]].Folded) || NameLists.IsFirst(tokens[members[m + 1]].Folded, out bool weakToo) && !weakToo || NameLists.Particles.Contains(tokens[members[m + 1]].Folded)
                || hasCapitals && Tokens.IsCapitalised(text, tokens[members[m + 1]]) && !IsShout(text, tokens[members[m + 1]]));
            if (m > 0 && NameLists.PlaceHeads.Contains(tokens[members[m - 1]].Folded) && hasCapitals) return null;
            if (ambiguous && !followed && !IsIntroducedWeakly(tokens, members[m]) && !IsPersonal(tokens, members[m])) continue;
            if (ambiguous && !hasCapitals && !(m + 1 < members.Count && NameLists.IsSurname(tokens[members[m + 1]].Folded))) continue;
            return new NameHit(token.Start, last.End, followed ? 0.8 : 0.6, "list");
        }
        if (!hasCapitals) return null;
        bool atStart = IsSentenceStart(tokens, start);
        if (members.Count >= 2 && members.Count <= 3)
        {
            bool surname = NameLists.IsSurname(last.Folded) || NameLists.LooksLikeSurname(last.Folded) && !NameLists.IsPlace(last.Folded);
            if (surname && !members.Any(m => NameLists.IsPlace(tokens[m].Folded)) && NameLists.IsSurname(last.Folded) && (!atStart || head.Length == 1) && !IsShout(text, last) && !NameLists.StreetWords.Contains(last.Folded)) return new NameHit(head.Start, last.End, 0.6, "form");
        }
        if (members.Count == 1 && !IsShout(text, head))
        {
            if (IsPersonal(tokens, members[0]) && head.Length > 2) return new NameHit(head.Start, head.End, 0.6, "form");
            if (NameLists.IsSurelySurname(text[head.Start..head.End].ToLowerInvariant()) && !atStart && !NameLists.IsPlace(head.Folded)) return new NameHit(head.Start, head.End, 0.6, "form");
            if (!atStart && NameLists.IsSurname(head.Folded) && !NameLists.IsNoName(head.Folded) && !NameLists.IsPlace(head.Folded) && head.Length > 4 && IsIntroducedWeakly(tokens, members[0])) return new NameHit(head.Start, head.End, 0.6, "form");
        }
        return null;
    }

    private static bool IsIntroducedWeakly(List<Token> tokens, int at)
    {
        int i = at - 1;
        while (i >= 0 && i > at - 3 && tokens[i].Folded is "," or ":" or "\"" or "\\") i--;
        return i >= 0 && weak.Contains(tokens[i].Folded);
    }

    private static bool IsPersonal(List<Token> tokens, int at) => at + 1 < tokens.Count && NameLists.PersonVerbs.Contains(tokens[at + 1].Folded);

    private static bool CanBegin(string text, Token token, bool hasCapitals)
    {
        if (token.Kind != TokenKind.Word || NameLists.IsNoName(token.Folded) && !(NameLists.IsFirst(token.Folded, out _) && Tokens.IsCapitalised(text, token))) return false;
        return hasCapitals ? Tokens.IsCapitalised(text, token) : NameLists.IsFirst(token.Folded, out _);
    }

    private static bool CanContinue(string text, Token token, bool hasCapitals)
    {
        if (token.Kind != TokenKind.Word || NameLists.IsNoName(token.Folded) || NameLists.StreetWords.Contains(token.Folded) && !NameLists.IsSurname(token.Folded)) return false;
        return hasCapitals ? Tokens.IsCapitalised(text, token) : NameLists.IsSurname(token.Folded) || NameLists.LooksLikeSurname(token.Folded) || NameLists.IsFirst(token.Folded, out bool ambiguous) && !ambiguous;
    }

    private static bool NextIsName(string text, List<Token> tokens, int at, bool hasCapitals)
    {
        for (int i = at + 1; i < tokens.Count && i < at + 3; i++)
        {
            if (CanContinue(text, tokens[i], hasCapitals) && !NameLists.Particles.Contains(tokens[i].Folded)) return true;
            if (!NameLists.Particles.Contains(tokens[i].Folded)) return false;
        }
        return false;
    }

    /// <summary>Whether the words around make the run a place or a company.</summary>
    private static bool Blocked(string text, List<Token> tokens, int first, int end)
    {
        if (end < tokens.Count && tokens[end].Kind == TokenKind.Word && !Tokens.LineBreakBetween(text, tokens[end - 1], tokens[end]) && (NameLists.StreetWords.Contains(tokens[end].Folded) && !NameLists.Flats.Contains(tokens[end].Folded) && Tokens.IsCapitalised(text, tokens[end]) || NameLists.CompanyWords.Contains(tokens[end].Folded) && Tokens.IsCapitalised(text, tokens[end]))) return true;
        for (int i = first; i < end; i++)
            if (NameLists.CompanyWords.Contains(tokens[i].Folded)) return true;
        if (first > 0 && !Tokens.LineBreakBetween(text, tokens[first - 1], tokens[first]))
        {
            Token left = tokens[first - 1];
            if (NameLists.StreetWords.Contains(left.Folded) && left.Folded is not ("st" or "club") || left.Folded is "in" or "at" && end - first == 1 && NameLists.IsPlace(tokens[first].Folded)) return true;
            // "64 Via Capo": a house number before.
            if (left.Kind == TokenKind.Number && end - first > 1 && end < tokens.Count && tokens[end].Kind == TokenKind.Number) return true;
        }
        // "Rua Papoula 1998": a house number behind.
        if (end < tokens.Count && tokens[end].Kind == TokenKind.Number && first > 0 && tokens[first - 1].Kind == TokenKind.Number && !Tokens.LineBreakBetween(text, tokens[end - 1], tokens[end])) return true;
        return end - first == 1 && NameLists.IsPlace(tokens[first].Folded);
    }

    private static bool IsSentenceStart(List<Token> tokens, int i) => i == 0 || tokens[i - 1].Folded is "." or "!" or "?" or ":" or "\"" or "“";

    private static bool IsShout(string text, Token token) => token.Length > 1 && text.AsSpan(token.Start, token.Length).ToString() is var word && word.Equals(word.ToUpperInvariant(), StringComparison.Ordinal);
}
