using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Injection;

/// <summary>Where a text comes from.</summary>
public enum TextOrigin
{
    /// <summary>A customer writes it to the desk and may ask anything; only attempts to steer the desk itself count.</summary>
    Message,

    /// <summary>An article, a ticket, an attachment, a tool's result: nobody there has anything to ask of a model.</summary>
    Document,
}

/// <summary>A sentence that reads like an instruction to a model.</summary>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last.</param>
/// <param name="Rule">What it looks like: <c>override</c>, <c>role</c>, <c>markup</c>, <c>secret</c>, <c>steer</c>, <c>compose</c>, <c>question</c>, <c>secrecy</c>, <c>exfiltrate</c>, <c>hidden</c>.</param>
/// <param name="Score">0..1.</param>
public sealed record InjectionFinding(int Start, int End, string Rule, double Score);

/// <summary>How much a text looks like an attempt to instruct a model: the score of its strongest sentence, 0..1.</summary>
public sealed record InjectionResult(double Score, IReadOnlyList<InjectionFinding> Findings)
{
    /// <summary>Whether it is held to be one.</summary>
    public bool IsSuspected => Score >= InjectionDetector.SuspectedFrom;
}

/// <summary>
/// Scores attempts to instruct a language model. It is a warning, never the defence: what keeps a text from acting is that it is data
/// (<see cref="UntrustedText"/>) and that a model's output decides nothing. In a document a request or a question that shares no word with the rest counts too.
/// </summary>
public static class InjectionDetector
{
    /// <summary>From this score on a text is held to be an attempt.</summary>
    public const double SuspectedFrom = 0.6;

    /// <summary>How much of a text is read.</summary>
    public const int LongestText = 200_000;

    private const double least = 0.3;

    private static readonly string[] markup = ["<|im_start|>", "<|im_end|>", "<|system|>", "<|endoftext|>", "[inst]", "[/inst]", "<<sys>>", "### instruction:", "### system:", "<system>", "</system>", "begin system prompt", "\nsystem:", "\nassistant:", "{{system"];
    private static readonly FrozenSet<string> small = "a an the of in on at to for from by with and or is are was were be been it its this that these those i you he she we they me my your our their his her do does did can could will would should have has had not no as if but so than then there here what who when where which why how into about between please".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Scores a text. The work is linear in it.</summary>
    public static InjectionResult Score(string text, TextOrigin origin)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        var findings = new List<InjectionFinding>();
        Hidden(text, findings);
        string lower = text.ToLowerInvariant();
        foreach (string sign in markup)
        {
            int at = lower.IndexOf(sign, StringComparison.Ordinal);
            if (at >= 0) findings.Add(new InjectionFinding(at, at + sign.Length, "markup", 0.9));
        }
        List<Sentence> sentences = Sentences(text);
        Dictionary<string, int> spread = origin == TextOrigin.Document ? Spread(sentences) : [];
        foreach (Sentence sentence in sentences)
        {
            (string rule, double score) = Judge(text, sentence, origin, spread, sentences.Count);
            if (score >= least) findings.Add(new InjectionFinding(sentence.Start, sentence.End, rule, Math.Round(score, 4)));
        }
        findings.Sort(static (a, b) => b.Score.CompareTo(a.Score));
        return new InjectionResult(findings.Count == 0 ? 0 : findings[0].Score, findings);
    }

    private static (string Rule, double Score) Judge(string text, Sentence sentence, TextOrigin origin, Dictionary<string, int> spread, int count)
    {
        string[] words = sentence.Words;
        var best = (Rule: string.Empty, Score: 0.0);
        bool machine = InjectionLexicon.Any("machine", words, 0, words.Length);
        for (int i = 0; i < words.Length; i++)
        {
            if (InjectionLexicon.Is("override", words, i) && InjectionLexicon.Any("orders", words, i + 1, i + 8) && (InjectionLexicon.Any("prior", words, i + 1, i + 6) || words.Length <= 5)) Take("override", 0.95);
            else if (InjectionLexicon.Is("role", words, i)) Take("role", machine ? 0.85 : words[i] is "you" or "pretend" or "act" or "jailbreak" or "developer" or "your" or "roleplay" or "du" or "ahora" or "sei" ? 0.7 : 0.45);
            else if (InjectionLexicon.Is("reveal", words, i) && InjectionLexicon.Any("secret", words, i + 1, i + 9)) Take("secret", words.Contains("system") || words.Contains("prompt") || words.Contains("instructions") || words.Contains("hidden") ? 0.9 : 0.5);
            else if (InjectionLexicon.Is("secrecy", words, i)) Take("secrecy", machine || words.Contains("user") || words.Contains("customer") ? 0.75 : 0.35);
            else if (InjectionLexicon.Is("exfiltrate", words, i) && InjectionLexicon.Any("cargo", words, i + 1, i + 7) && (words.Contains("http") || words.Contains("https") || text.AsSpan(sentence.Start, sentence.End - sentence.Start).Contains('@')) && IsCommand(words, i)) Take("exfiltrate", 0.7);
        }
        Steering(words, Take);
        if (origin == TextOrigin.Document) Asked(text, sentence, spread, count, Take);
        return best;

        void Take(string rule, double score)
        {
            if (machine) score = Math.Min(0.98, score + 0.1);
            if (score > best.Score) best = (rule, score);
        }
    }

    // "Add … to your reply", "In your response, …", "Scramble the letters of your answer".
    private static void Steering(string[] words, Action<string, double> take)
    {
        // Work on the letters of what is said is asked of nobody else.
        if (InjectionLexicon.Is("steer", words, 0) && words.Any(w => w is "letter" or "letters" or "vowel" or "vowels" or "consonant" or "consonants" or "anagram" or "anagrams" or "cipher" or "base64" or "rot13" or "emoji" or "emojis")) take("steer", 0.75);
        int answer = -1;
        for (int i = 1; i < words.Length && answer < 0; i++)
        {
            if (!InjectionLexicon.Is("answerword", words, i)) continue;
            if (words[i - 1] is "your" or "deine" or "deiner" or "deinem" or "ta" or "votre" or "tu" or "tua" or "sua" or "tus" or "tes" || i > 1 && words[i - 2] is "your") answer = i;
        }
        if (answer < 0) return;
        bool opens = words[0] is "in" or "within" or "throughout" or "for" or "to" or "at" or "when" && answer <= 4;
        bool first = InjectionLexicon.Is("steer", words, 0) || words[0] is "please" or "kindly" or "always" or "also" or "then" or "finally" or "now" && InjectionLexicon.Is("steer", words, 1);
        bool plain = words[answer] is "message" or "text";
        // A person asks for a number "in your reply"; a text that works on letters, words or sentences of an answer means a machine.
        bool polite = words.Contains("you") && (words.Contains("could") || words.Contains("can") || words.Contains("would")) || words.Contains("order") || words.Contains("number") && words.Contains("include") || words.Contains("photo") || words.Contains("photos") || words.Contains("receipt");
        if (first) take("steer", polite || plain ? 0.62 : 0.85);
        else if (opens && InjectionLexicon.Any("steer", words, answer + 1, answer + 4)) take("steer", polite ? 0.55 : 0.8);
        else if (InjectionLexicon.Any("steer", words, 0, words.Length) && (words.Contains("must") || words.Contains("should") || words.Contains("always"))) take("steer", 0.6);
    }

    // A request for a text or a piece of knowledge that has nothing to do with the document it stands in.
    private static void Asked(string text, Sentence sentence, Dictionary<string, int> spread, int count, Action<string, double> take)
    {
        string[] words = sentence.Words;
        if (words.Length is < 3 or > 40 || count < 2) return;
        int known = 0;
        int content = 0;
        foreach (string word in words.Distinct(StringComparer.Ordinal))
        {
            if (word.Length < 3 || small.Contains(word)) continue;
            content++;
            if (spread.GetValueOrDefault(Root(word)) > 1) known++;
        }
        if (content == 0) return;
        double foreign = 1 - (double)known / content;
        int from = words[0] is "please" or "kindly" or "now" or "also" or "then" ? 1 : 0;
        bool question = text.AsSpan(sentence.Start, sentence.End - sentence.Start).Contains('?');
        bool world = InjectionLexicon.Any("world", words, 0, words.Length);
        if (InjectionLexicon.Is("compose", words, from) && InjectionLexicon.Any("artefact", words, from + 1, from + 7)) take("compose", 0.5 + 0.35 * foreign);
        else if (InjectionLexicon.Is("compose", words, from) && words[from] is "translate" or "summarize" or "summarise" or "paraphrase") take("compose", 0.45 + 0.3 * foreign);
        else if (InjectionLexicon.Is("compose", words, from) && world && !Personal(words)) take("compose", 0.4 + 0.3 * foreign);
        else if (InjectionLexicon.Is("teach", words, from) && !words.Contains("my") && !words.Contains("our") && (world || foreign >= 0.75)) take("question", (world ? 0.5 : 0.4) + 0.3 * foreign);
        else if (question && InjectionLexicon.Is("ask", words, from) && !Personal(words)) take("question", world ? 0.45 + 0.3 * foreign : 0.25 + 0.35 * foreign);
        else if (question && from == 0 && words[0] is "can" or "could" or "would" && words.Length > 3 && words[1] == "you" && (InjectionLexicon.Any("teach", words, 2, 5) || InjectionLexicon.Any("compose", words, 2, 5)) && (world || InjectionLexicon.Any("artefact", words, 3, words.Length))) take("question", 0.4 + 0.35 * foreign);
    }

    // People ask about their own matter.
    private static bool Personal(string[] words) => words.Any(w => w is "my" or "me" or "mine" or "we" or "our" or "us" or "this" or "it" or "your" or "i'm" or "mein" or "meine" or "mon" or "ma" or "mi") || words.Contains("i") && !(words.Length > 3 && words[1] == "do" && words[2] == "i" && InjectionLexicon.Any("world", words, 3, words.Length));

    private static bool IsCommand(string[] words, int i) => i == 0 || words[i - 1] is "please" or "then" or "and" or "must" or "now" or "also" or "to";

    private static Dictionary<string, int> Spread(List<Sentence> sentences)
    {
        var spread = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Sentence sentence in sentences)
            foreach (string root in sentence.Words.Select(Root).Distinct(StringComparer.Ordinal)) spread[root] = spread.GetValueOrDefault(root) + 1;
        return spread;
    }

    private static string Root(string word) => word.Length > 6 ? word[..6] : word.Length > 4 && word[^1] == 's' ? word[..^1] : word;

    // Signs that nobody sees: zero-width characters inside words, Unicode tags.
    private static void Hidden(string text, List<InjectionFinding> findings)
    {
        int first = -1;
        int count = 0;
        int tags = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isTag = text[i] == '\uDB40' && i + 1 < text.Length && text[i + 1] is >= '\uDC00' and <= '\uDC7F';
            bool isHidden = text[i] is '\u200B' or '\u2060' or '\u180E' or '\u2061' or '\u2062' or '\u2063' || text[i] is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
            if (!isTag && !isHidden) continue;
            if (first < 0) first = i;
            count++;
            if (isTag) tags++;
        }
        if (tags >= 3) findings.Add(new InjectionFinding(first, first + 1, "hidden", 0.9));
        else if (count >= 8) findings.Add(new InjectionFinding(first, first + 1, "hidden", 0.5));
    }

    private static List<Sentence> Sentences(string text)
    {
        var sentences = new List<Sentence>();
        List<Token> tokens = Tokens.Of(text);
        var words = new List<string>();
        int start = -1;
        for (int i = 0; i < tokens.Count; i++)
        {
            Token token = tokens[i];
            bool broken = i > 0 && Tokens.LineBreakBetween(text, tokens[i - 1], token) && (text.AsSpan(tokens[i - 1].End, token.Start - tokens[i - 1].End).Count('\n') > 1 || token.Folded is "-" or "*" or "#" or ">" or "|" || char.IsUpper(text[token.Start]));
            if (broken && words.Count > 0) Flush(tokens[i - 1].End);
            if (start < 0) start = token.Start;
            if (token.Kind != TokenKind.Mark) words.Add(token.Folded.EndsWith("'s", StringComparison.Ordinal) ? token.Folded[..^2] : token.Folded);
            if (token.Folded is "." or "!" or "?" or "。" && (i + 1 >= tokens.Count || tokens[i + 1].Start > token.End || !char.IsLetterOrDigit(text[tokens[i + 1].Start])) || words.Count >= 80) Flush(token.End);
        }
        if (tokens.Count > 0) Flush(tokens[^1].End);
        return sentences;

        void Flush(int end)
        {
            if (words.Count > 0) sentences.Add(new Sentence(start, end, [.. words]));
            words.Clear();
            start = -1;
        }
    }

    private sealed record Sentence(int Start, int End, string[] Words);
}
