namespace Switchboard.Core.Understanding.Sentiment;

/// <summary>What a valence is used for.</summary>
public enum SentimentProfile
{
    /// <summary>Messages to a support desk: words that name the matter (error, failed, refund …) are neutral, and cues such as "third time" and "nobody answers" count.</summary>
    Support,

    /// <summary>Any other text: such words have their everyday valence and the cues do not count.</summary>
    General,
}

/// <summary>One contribution to a score.</summary>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last.</param>
/// <param name="Rule"><c>lexicon</c>, <c>persistence</c>, <c>unanswered</c> or <c>exclamation</c>.</param>
/// <param name="Value">What it adds to the sum, after negation and the like.</param>
public sealed record SentimentEvidence(int Start, int End, string Rule, double Value);

/// <summary>The score of a clause.</summary>
public sealed record ClauseSentiment(int Start, int End, double Score);

/// <summary>How a text sounds.</summary>
/// <param name="Score">-1..1; null when too little of it is known, never 0 for that.</param>
/// <param name="Clauses">The same for each clause that holds a known word.</param>
/// <param name="Evidence">What the score is made of.</param>
/// <param name="Code"><c>language_unsupported</c> where that is why there is no score.</param>
public sealed record SentimentResult(double? Score, IReadOnlyList<ClauseSentiment> Clauses, IReadOnlyList<SentimentEvidence> Evidence, string? Code = null)
{
    /// <summary>Whether a cue of persistence was found.</summary>
    public bool IsPersistent => Evidence.Any(e => e.Rule == "persistence");
}

/// <summary>
/// Measures how a text sounds: valences of words (-4..4) with rules. A negation in the three words before turns and weakens (× -0.74), a booster before
/// adds 0.293 (× 0.95 at distance two, × 0.9 at three) and a damper takes it, a word in capitals in a mixed text adds 0.733, what stands before "but" counts half
/// and behind it one and a half, each "!" up to four adds 0.292. The score is S / sqrt(S² + 15). The constants are those of Hutto and Gilbert 2014.
/// </summary>
public static class SentimentAnalyzer
{
    /// <summary>How much of a text is read.</summary>
    public const int LongestText = 20_000;

    private const double negation = -0.74;
    private const double boost = 0.293;
    private const double capitals = 0.733;
    private const double beforeContrast = 0.5;
    private const double afterContrast = 1.5;
    private const double exclamation = 0.292;
    private const int mostExclamations = 4;
    private const double persistence = -0.8;
    private const int mostPersistence = 2;
    private const double unanswered = -1.8;
    private const double normalisation = 15;
    private const int reach = 3;

    /// <summary>Measures a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">BCP 47 tag; <c>und</c> tries all lexicons and takes the one that knows most of its words.</param>
    /// <param name="profile">What it is used for.</param>
    public static SentimentResult Analyze(string text, string language, SentimentProfile profile = SentimentProfile.Support)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        List<SentimentWord> words = SentimentWords.Of(text);
        string[] folded = [.. words.Select(w => w.Folded)];
        string tag = language.Split('-')[0].ToLowerInvariant();
        bool supported = SentimentLexicon.Languages.Contains(tag, StringComparer.Ordinal);
        SentimentLexicon lexicon = SentimentLexicon.For(supported || tag != "und" ? tag : Best(folded, profile));
        Parts parts = Read(text, words, folded, lexicon, profile);
        // One word that an unsupported language shares with English says nothing.
        if (!supported && tag != "und" && parts.Known < 2) return new SentimentResult(null, [], [], "language_unsupported");
        return new SentimentResult(words.Count == 0 ? null : Score(parts.Sum), parts.Clauses, parts.Evidence);
    }

    private static string Best(string[] words, SentimentProfile profile)
    {
        string best = "en";
        int most = -1;
        foreach (string language in SentimentLexicon.Languages)
        {
            SentimentLexicon lexicon = SentimentLexicon.For(language);
            int known = 0;
            for (int i = 0; i < words.Length && i < 200; i++)
                if (lexicon.Valence(words, i, profile == SentimentProfile.General) is not null) known++;
            if (known > most) (best, most) = (language, known);
        }
        return best;
    }

    private static Parts Read(string text, List<SentimentWord> words, string[] folded, SentimentLexicon lexicon, SentimentProfile profile)
    {
        bool mixed = words.Any(w => w.IsShout) && words.Any(w => !w.IsShout && w.Folded.Any(char.IsLetter));
        var found = new List<(int Word, int Count, double Value)>();
        var cues = new List<SentimentEvidence>();
        var consumed = new bool[words.Count];
        int contrast = -1;
        int persistent = 0;
        bool wasUnanswered = false;
        for (int i = 0; i < words.Count;)
        {
            if (profile == SentimentProfile.Support && Cue(i) is var used && used > 0)
            {
                i += used;
                continue;
            }
            // "Kind of" is a hedge and nobody's kindness; it weakens what follows where it stands.
            if (lexicon.Rule("damper", folded, i) is > 1 and var hedge)
            {
                i += hedge;
                continue;
            }
            if (contrast < 0 && i > 0 && lexicon.Rule("contrast", folded, i) > 0) contrast = i;
            if (lexicon.Valence(folded, i, profile == SentimentProfile.General) is not { } entry)
            {
                i++;
                continue;
            }
            found.Add((i, entry.Words, Turned(i, entry.Valence)));
            i += entry.Words;
        }
        var evidence = new List<SentimentEvidence>();
        double sum = 0;
        foreach ((int word, int count, double value) in found)
        {
            double weighted = contrast < 0 ? value : value * (word < contrast ? beforeContrast : afterContrast);
            sum += weighted;
            evidence.Add(new SentimentEvidence(words[word].Start, words[word + count - 1].End, "lexicon", Math.Round(weighted, 4)));
        }
        sum += cues.Sum(c => c.Value);
        evidence.AddRange(cues);
        List<ClauseSentiment> clauses = Clauses(text, evidence);
        int marks = Math.Min(mostExclamations, text.Count(c => c == '!' || c == '！'));
        if (marks > 0 && sum != 0)
        {
            double emphasis = Math.Sign(sum) * marks * exclamation;
            sum += emphasis;
            evidence.Add(new SentimentEvidence(text.AsSpan().IndexOfAny('!', '！'), text.AsSpan().LastIndexOfAny('!', '！') + 1, "exclamation", Math.Round(emphasis, 4)));
        }
        return new Parts(sum, found.Count + cues.Count, clauses, [.. evidence.OrderBy(e => e.Start)]);

        int Cue(int i)
        {
            int count = lexicon.Rule("unanswered", folded, i);
            if (count > 0)
            {
                if (!wasUnanswered) cues.Add(new SentimentEvidence(words[i].Start, words[i + count - 1].End, "unanswered", unanswered));
                wasUnanswered = true;
            }
            else if ((count = lexicon.Rule("persistence", folded, i)) > 0 && lexicon.Valence(folded, i, inGeneral: false) is null)
            {
                if (persistent++ < mostPersistence) cues.Add(new SentimentEvidence(words[i].Start, words[i + count - 1].End, "persistence", persistence));
            }
            else return 0;
            for (int k = 0; k < count; k++) consumed[i + k] = true;
            return count;
        }

        double Turned(int i, double valence)
        {
            double sign = Math.Sign(valence);
            double value = valence;
            if (mixed && words[i].IsShout) value += sign * capitals;
            if (words[i].IsStretched) value += sign * boost;
            bool negated = false;
            for (int distance = 1; distance <= reach && i - distance >= 0; distance++)
            {
                int at = i - distance;
                if (consumed[at] || ClauseBreak(text, words[at].End, words[i].Start)) break;
                if (lexicon.Rule("negation", folded, at) > 0) negated = true;
                // "Never so good" praises; a word that itself has a valence, such as "awfully", counts as that.
                double strength = lexicon.Rule("booster", folded, at) > 0 ? boost : lexicon.Rule("damper", folded, at) > 0 ? -boost : 0;
                if (strength != 0) value += sign * (strength + (words[at].IsShout && mixed ? Math.Sign(strength) * capitals / 2 : 0)) * (distance switch { 1 => 1, 2 => 0.95, _ => 0.9 });
            }
            return negated ? value * negation : value;
        }
    }

    // A negation does not reach across the end of a sentence.
    private static bool ClauseBreak(string text, int from, int to) => text.AsSpan(from, to - from).IndexOfAny(".!?;\n") >= 0;

    private static List<ClauseSentiment> Clauses(string text, List<SentimentEvidence> evidence)
    {
        var clauses = new List<ClauseSentiment>();
        List<SentimentEvidence> ordered = [.. evidence.OrderBy(e => e.Start)];
        int next = 0;
        int start = 0;
        while (start < text.Length && next < ordered.Count)
        {
            int end = text.AsSpan(start).IndexOfAny(".!?;\n") is var at && at < 0 ? text.Length : start + at + 1;
            double sum = 0;
            int count = 0;
            for (; next < ordered.Count && ordered[next].Start < end; next++, count++) sum += ordered[next].Value;
            if (count > 0) clauses.Add(new ClauseSentiment(start, end, Score(sum)));
            start = end;
        }
        return clauses;
    }

    private static double Score(double sum) => Math.Round(sum / Math.Sqrt(sum * sum + normalisation), 4);

    private sealed record Parts(double Sum, int Known, List<ClauseSentiment> Clauses, List<SentimentEvidence> Evidence);
}
