using System.Text.RegularExpressions;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>An article as it is judged.</summary>
public sealed record ArticleDraft
{
    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its text in Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>Its category; policy and faq need no examples.</summary>
    public string? Category { get; init; }

    /// <summary>When somebody last made sure that it is right.</summary>
    public DateOnly? LastVerified { get; init; }
}

/// <summary>A figure of the policy.</summary>
/// <param name="Subject">The word by which a sentence speaks of it: the name of a plan.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">USD, %, days …</param>
/// <param name="Yearly">Whether it holds only where a sentence speaks of paying by the year.</param>
public sealed record PolicyFigure(string Subject, [property: AtLeast(0)] decimal Value, string Unit, bool Yearly = false);

/// <summary>A feature of the product, as articles name it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Removed">Whether there is it no more.</param>
public sealed record NamedFeature(string Key, string? Name = null, bool Removed = false);

/// <summary>What an address answered when it was last asked.</summary>
/// <param name="Url">The address.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="Internal">Whether it is one of the tenant's own pages.</param>
public sealed record CheckedLink(string Url, [property: AtLeast(0)] int Failures, bool Internal = false);

/// <summary>The five parts of the score, each 0..100; null where one does not apply.</summary>
public sealed record QualityParts(double Completeness, double? Clarity, double Accuracy, double? Examples, double Formatting)
{
    /// <summary>The weighted score to one decimal. The weight of what does not apply is spread over the others in proportion.</summary>
    public double Score()
    {
        (double Weight, double? Value)[] all = [(0.25, Completeness), (0.25, Clarity), (0.20, Accuracy), (0.15, Examples), (0.15, Formatting)];
        return Math.Round(all.Sum(p => p.Weight * (p.Value ?? 0)) / all.Where(p => p.Value is not null).Sum(p => p.Weight), 1);
    }
}

/// <summary>How good an article is, by rules anybody can check.</summary>
public sealed record ArticleVerdict(double Score, QualityParts Parts, string Verdict, IReadOnlyList<ArticleFinding> Findings, bool NeedsUpdate, TextMeasures Measures, double? ReadingEase);

/// <summary>Judges one article.</summary>
public static partial class ArticleQuality
{
    /// <summary>From here an article passes.</summary>
    public const double PassFrom = 70;

    /// <summary>From here it is revised; below it is blocked.</summary>
    public const double ReviseFrom = 50;

    private static readonly string[] withoutBlanks = ["zh", "ja", "th", "ko", "km", "lo", "my", "und"];
    private static readonly string[] roleAddresses = ["support", "info", "help", "sales", "billing", "hello", "contact", "security", "privacy", "legal", "noreply", "no-reply", "team", "admin"];
    private static readonly HashSet<string> personal = [PiiKinds.Card, PiiKinds.Iban, PiiKinds.Ssn, PiiKinds.NationalId, PiiKinds.Email, PiiKinds.Passport, PiiKinds.BirthDate, PiiKinds.DrivingLicence];

    /// <summary>Judges.</summary>
    public static ArticleVerdict Judge(ArticleDraft article, IReadOnlyList<PolicyFigure> figures, IReadOnlyList<NamedFeature> features, IReadOnlyList<CheckedLink> links, DateOnly today)
    {
        string language = (article.Language ?? "und").Split('-')[0].ToLowerInvariant();
        MarkdownDocument document = MarkdownDocument.Parse(article.Body, article.Title);
        TextMeasures measures = TextMeasures.Of(document);
        var findings = new List<ArticleFinding>();
        double completeness = Completeness(article, document, measures, language, findings);
        double? clarity = language == "en" ? Clarity(measures) : withoutBlanks.Contains(language) ? null : ClarityByLength(measures);
        double accuracy = Accuracy(article, figures, features, links, today, findings);
        double? examples = IsKind(article, "policy", "policies", "faq") ? null : Examples(article);
        double formatting = Formatting(article, measures, findings);
        Blockers(article, findings);
        if (clarity < PassFrom) findings.Add(new ArticleFinding(1, "hard_to_read", "minor", FormattableString.Invariant($"{measures.Words} words in {measures.Sentences} sentences, {measures.LongSentences} of them over 30 words"), "Use shorter sentences and plainer words."));

        var parts = new QualityParts(completeness, clarity is { } c ? Math.Round(c, 2) : null, accuracy, examples, formatting);
        // Rounded once: the score is made of the clarity as it is, not as it is shown.
        double score = (parts with { Clarity = clarity }).Score();
        bool blocked = findings.Exists(f => f.Severity == "blocker");
        string verdict = blocked || score < ReviseFrom ? "block" : score < PassFrom ? "revise" : "pass";
        return new ArticleVerdict(score, parts, verdict, [.. findings.OrderBy(f => f.Line).ThenBy(f => f.Kind, StringComparer.Ordinal)], score < PassFrom, measures, language == "en" && measures.ReadingEase is { } ease ? Math.Round(ease, 2) : null);
    }

    /// <summary>English: 100 x clamp((reading ease - 20) / 40) less 50 x the share of sentences over 30 words, at least 0.</summary>
    public static double Clarity(TextMeasures text) =>
        text.ReadingEase is not { } ease ? 0 : Math.Max(0, 100 * Math.Clamp((ease - 20) / 40, 0, 1) - 50.0 * text.LongSentences / text.Sentences);

    /// <summary>Other languages: 100 at 15 words a sentence, 0 at 35.</summary>
    public static double ClarityByLength(TextMeasures text) => text.Sentences == 0 ? 0 : 100 * Math.Clamp((35 - (double)text.Words / text.Sentences) / 20, 0, 1);

    private static double Completeness(ArticleDraft article, MarkdownDocument document, TextMeasures measures, string language, List<ArticleFinding> findings)
    {
        List<TextUnit> units = [.. document.Sections.SelectMany(s => s.Units)];
        string text = string.Join('\n', units.Select(u => u.Text));
        bool steps = NumberedItem().Count(article.Body) >= 2, answered = steps || units.Exists(u => u.Kind == UnitKind.Table) || measures.Sentences >= 3;
        return Part(20, ArticleText.SaysPurpose(article.Title, Readability.WordsOf(text), language), "no_purpose", "major", "Say in the first 60 words what it is for.")
            + Part(30, answered, "no_answer", "major", "Give the answer or the steps.")
            + Part(15, ArticleText.SaysNeeded(text), "no_prerequisite", "minor", "Say what plan, role or preparation is needed.")
            + Part(15, ArticleText.SaysResult(text), "no_result", "minor", "Say what one sees when it worked.")
            + Part(10, Link().Matches(article.Body).Any(m => !m.Value.StartsWith('!') && !m.Groups["url"].Value.StartsWith('#') && !m.Groups["url"].Value.Contains(':', StringComparison.Ordinal)), "no_related_link", "info", "Link to a related article.")
            + Part(10, measures.Words >= (IsKind(article, "faq") ? 80 : 150), "short", "info", $"It has {measures.Words} words.");

        double Part(double points, bool there, string kind, string severity, string fix)
        {
            if (!there) findings.Add(new ArticleFinding(1, kind, severity, article.Title, fix));
            return there ? points : 0;
        }
    }

    private static double Accuracy(ArticleDraft article, IReadOnlyList<PolicyFigure> figures, IReadOnlyList<NamedFeature> features, IReadOnlyList<CheckedLink> links, DateOnly today, List<ArticleFinding> findings)
    {
        double score = 100;
        foreach (Match link in Link().Matches(article.Body))
        {
            string url = link.Groups["url"].Value;
            if (links.FirstOrDefault(l => l.Url == url) is not { } status) continue;
            bool own = status.Internal || !url.Contains("://", StringComparison.Ordinal);
            if (status.Failures < (own ? 1 : 2)) continue;
            score -= own ? 25 : 15;
            findings.Add(new ArticleFinding(LineOf(article.Body, link.Index), "broken_link", "major", url, "Link to a page that is there."));
        }

        foreach ((int line, string sentence, PolicyFigure figure, decimal stated) in Differing(article.Body, figures))
        {
            score -= 30;
            findings.Add(new ArticleFinding(line, "policy_figure", "blocker", sentence, FormattableString.Invariant($"The policy has {figure.Value} {figure.Unit} for {figure.Subject}, not {stated}.")));
        }

        foreach ((int line, string name) in Gone(article.Body, features))
        {
            score -= 20;
            findings.Add(new ArticleFinding(line, "feature_gone", "major", name, "Take it out, or name what took its place."));
        }

        int? age = article.LastVerified is { } day ? today.DayNumber - day.DayNumber : null;
        if (age > 180)
        {
            score -= age > 365 ? 20 : 10;
            findings.Add(new ArticleFinding(1, "stale", "minor", $"last verified {age} days ago", "Make sure that it is still right."));
        }

        return Math.Max(0, score);
    }

    /// <summary>
    /// The sentences that state a figure of the policy otherwise than the policy does. A sentence that reckons (seats, shares, several numbers) states results, not figures of the
    /// policy; of several figures that it names, one that is right vouches for the others.
    /// </summary>
    public static IEnumerable<(int Line, string Sentence, PolicyFigure Figure, decimal Stated)> Differing(string body, IReadOnlyList<PolicyFigure> figures)
    {
        string[] longer = [.. figures.Where(f => f.Subject.Contains(' ')).Select(f => TextAnalysis.Fold(f.Subject)).Distinct(StringComparer.Ordinal)];
        string[] lines = body.Split('\n');
        for (int i = 0; i < lines.Length; i++)
            foreach (Range range in SentenceSplitter.Split(lines[i]))
            {
                string sentence = lines[i][range], folded = TextAnalysis.Fold(sentence);
                List<(decimal Value, string Unit)> amounts = [.. ArticleText.Amounts(sentence)];
                if (amounts.Count == 0) continue;
                // "Premium support" is not the premium plan.
                HashSet<string> words = [.. Readability.WordsOf(longer.Aggregate(folded, (text, name) => text.Replace(name, " ", StringComparison.Ordinal)))];
                bool yearly = ArticleText.SpeaksOfYears(sentence);
                List<PolicyFigure> named = [.. figures.Where(f => f.Subject.Contains(' ') ? folded.Contains(TextAnalysis.Fold(f.Subject), StringComparison.Ordinal) : words.Contains(TextAnalysis.Fold(f.Subject)))];
                foreach (IGrouping<string, PolicyFigure> same in named.Where(f => !f.Yearly).GroupBy(f => ArticleText.UnitOf(f.Unit)))
                {
                    List<decimal> stated = [.. amounts.Where(a => a.Unit == same.Key).Select(a => a.Value)];
                    if (stated.Count == 0 || ArticleText.Numbers(sentence) > amounts.Count(a => a.Unit == same.Key || a.Unit is not ("SEAT" or "USER" or "%"))) continue;
                    if (!stated.Exists(v => named.Exists(f => ArticleText.UnitOf(f.Unit) == same.Key && f.Value == v && (yearly || !f.Yearly)))) yield return (i + 1, sentence.Trim(), same.First(), stated[0]);
                }
            }
    }

    /// <summary>Features an article names that are removed, and keys (<c>feature:key</c>) that nobody knows.</summary>
    public static IEnumerable<(int Line, string Name)> Gone(string body, IReadOnlyList<NamedFeature> features)
    {
        foreach (NamedFeature feature in features.Where(f => f.Removed))
            if (feature.Name is { Length: > 2 } name && Regex.Match(body, $@"\b{Regex.Escape(name)}\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking) is { Success: true } found) yield return (LineOf(body, found.Index), name);
        foreach (Match key in FeatureKey().Matches(body))
            if (!features.Any(f => f.Key == key.Groups["key"].Value && !(f.Removed && f.Name is null))) yield return (LineOf(body, key.Index), key.Groups["key"].Value);
    }

    private static double Examples(ArticleDraft article)
    {
        int images = Link().Matches(article.Body).Count(m => m.Value.StartsWith('!') && m.Groups["text"].Value.Trim().Length > 0);
        return (Fence().Count(article.Body) / 2 + images + ArticleText.ExamplesIn(article.Body)) switch { 0 => 0, 1 => 60, _ => 100 };
    }

    private static double Formatting(ArticleDraft article, TextMeasures measures, List<ArticleFinding> findings)
    {
        string[] lines = article.Body.Split('\n');
        bool fenced = false;
        int level = 0;
        var kinds = new SortedDictionary<string, (int Line, string Evidence)>(StringComparer.Ordinal);
        int headings = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            if (fenced) continue;
            if (HeadingLine().Match(line) is { Success: true } heading)
            {
                int depth = heading.Groups["level"].Length;
                if (level > 0 && depth > level + 1) kinds.TryAdd("level_jump", (i + 1, line.Trim()));
                (level, headings) = (depth, headings + 1);
            }
            else if (ArticleText.IsCode(line)) kinds.TryAdd("unfenced_code", (i + 1, line.Trim()));
            else if (Readability.WordsOf(line).Count is > 120 and var words && !NumberedItem().IsMatch(line)) kinds.TryAdd("long_paragraph", (i + 1, $"{words} words"));
            if (!NumberedItem().IsMatch(line) && ArticleText.TellsSteps(line)) kinds.TryAdd("steps_in_text", (i + 1, line.Trim()));
            if (Link().Matches(line).Any(m => m.Value.StartsWith('!') && m.Groups["text"].Value.Trim().Length == 0)) kinds.TryAdd("no_alt_text", (i + 1, line.Trim()));
        }

        if (headings == 0 && measures.Words > 200) kinds.TryAdd("no_heading", (1, $"{measures.Words} words"));
        findings.AddRange(kinds.Select(k => new ArticleFinding(k.Value.Line, k.Key, "minor", k.Value.Evidence, k.Key switch
        {
            "level_jump" => "Go down one level at a time.",
            "unfenced_code" => "Put code between fences.",
            "long_paragraph" => "Break it up.",
            "steps_in_text" => "Write steps as a numbered list.",
            "no_alt_text" => "Say what the picture shows.",
            _ => "Give it headings.",
        })));
        return Math.Max(0, 100 - 20 * kinds.Count);
    }

    private static void Blockers(ArticleDraft article, List<ArticleFinding> findings)
    {
        string[] lines = article.Body.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (ArticleText.Secret(lines[i]) is { } secret) findings.Add(new ArticleFinding(i + 1, "secret", "blocker", secret[..Math.Min(6, secret.Length)] + "…", "Take it out and revoke it."));
            if (ArticleText.Instruction(lines[i]) is { } words) findings.Add(new ArticleFinding(i + 1, "addresses_ai", "blocker", words, "An article speaks to its readers."));
            foreach (PiiFinding data in PiiDetector.Find(lines[i]).Where(p => p.Confidence >= PiiDetector.ReportedFrom && personal.Contains(p.Kind) && !IsPublic(lines[i][p.Start..p.End])))
                findings.Add(new ArticleFinding(i + 1, "personal_data", "blocker", data.Kind, "Take it out, or use made-up data."));
        }
    }

    /// <summary>Addresses of nobody: those of a function, and those of the domains kept for examples (RFC 2606).</summary>
    private static bool IsPublic(string value) =>
        value.Split('@') is [var name, var domain] && (roleAddresses.Contains(name.ToLowerInvariant()) || domain.StartsWith("example.", StringComparison.OrdinalIgnoreCase) || domain.EndsWith(".example", StringComparison.OrdinalIgnoreCase));

    private static bool IsKind(ArticleDraft article, params string[] kinds) => article.Category is { } category && kinds.Contains(category.ToLowerInvariant());

    private static int LineOf(string body, int at) => 1 + body.AsSpan(0, at).Count('\n');

    [GeneratedRegex(@"!?\[(?<text>[^\]]*)\]\((?<url>[^)\s]+)[^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s{0,3}[0-9]{1,3}[.)]\s", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NumberedItem();

    [GeneratedRegex(@"^\s{0,3}(?<level>#{1,6})\s", RegexOptions.NonBacktracking)]
    private static partial Regex HeadingLine();

    [GeneratedRegex(@"^\s{0,3}```", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\bfeature:(?<key>[a-z0-9_.\-]+[a-z0-9])", RegexOptions.NonBacktracking)]
    private static partial Regex FeatureKey();
}
