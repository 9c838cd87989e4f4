using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Agents.Kinds.Writing;

/// <summary>A draft as it was set and measured.</summary>
internal sealed record ComposedDraft(string Body, IReadOnlyList<WrittenClaim> Claims, IReadOnlyList<WrittenCheck> Checks, IReadOnlyList<WrittenIssue> Issues, int Quality, ReviewState State);

/// <summary>Sets outlines in words and measures them, by rules that all writers share.</summary>
internal static partial class Composition
{
    private const double duplicate = 0.5;
    private const double overlap = 0.2;
    private const int longSentence = 30;
    private const int longParagraph = 120;
    private const int readyFrom = 70;

    private static readonly string[] filler =
    [
        "seamless", "cutting-edge", "revolutionary", "game-changer", "unleash", "leverage", "best-in-class", "world-class", "effortless", "in today's fast-paced world",
    ];

    /// <summary>What each kind of issue takes of the quality.</summary>
    private static int Cost(string kind) => kind switch
    {
        "missing_evidence" or "wrong_number" => 15,
        "missing_section" or "readability" or "overlap" => 10,
        "duplicate" => 25,
        _ => 5,
    };

    public static ComposedDraft Of<TOutput>(Outline<TOutput> outline, AgentCard card) where TOutput : WrittenFinding
    {
        var body = new StringBuilder();
        var claims = new List<WrittenClaim>();
        var issues = new List<WrittenIssue>(outline.Issues);
        foreach (OutlineSection section in outline.Sections)
        {
            if (section.Sentences.Count == 0 && section.Needs is null) continue;
            if (section.Heading is { } heading) body.Append("## ").Append(card.Say(heading)).Append("\n\n");
            if (section.Sentences.Count == 0)
            {
                body.Append(CultureInfo.InvariantCulture, $"[needs evidence: {section.Needs}]\n\n");
                issues.Add(new WrittenIssue("missing_section", $"No evidence for: {section.Needs}.") { Blocks = section.IsRequired });
                continue;
            }

            string[] texts = [.. section.Sentences.Select(s => s.Write(card))];
            for (int i = 0; i < texts.Length; i++)
            {
                claims.Add(new WrittenClaim(texts[i], section.Sentences[i].Evidence));
                if (section.Sentences[i].Evidence.Count == 0) issues.Add(new WrittenIssue("missing_evidence", $"Nothing stands behind: {texts[i]}") { Blocks = texts[i].Any(char.IsDigit) });
            }

            body.Append(section.Form switch
            {
                SectionForm.Numbered => string.Join('\n', texts.Select((t, i) => FormattableString.Invariant($"{i + 1}. {t}"))),
                SectionForm.Bulleted => string.Join('\n', texts.Select(t => $"- {t}")),
                _ => string.Join(' ', texts),
            }).Append("\n\n");
        }

        string text = body.ToString().TrimEnd();
        WrittenCheck[] checks = [.. outline.Checks, .. Measures(outline, text)];
        issues.AddRange(checks.Where(c => !c.Ok).Select(c => new WrittenIssue(c.Name is "flesch_ease" or "lix" ? "readability" : c.Name, FormattableString.Invariant($"{c.Name} is {c.Value:0.##}, it should be {c.Limit}."))));
        issues.AddRange(Repeats(outline, text));
        issues.AddRange(Style(text, outline.Banned));
        if (PiiDetector.Find($"{outline.Title}\n{text}").Count > 0) issues.Add(new WrittenIssue("pii", "The draft holds data of a person; take it out.") { Blocks = true });
        int quality = Math.Max(0, 100 - issues.Sum(i => Cost(i.Kind)));
        bool blocked = issues.Any(i => i.Blocks || i.Kind is "wrong_number" or "duplicate" or "unconsented_name");
        return new ComposedDraft(text, claims, checks, issues, quality, blocked ? ReviewState.Blocked : quality >= readyFrom ? ReviewState.ReadyForReview : ReviewState.Draft);
    }

    private static IEnumerable<WrittenCheck> Measures<TOutput>(Outline<TOutput> outline, string text) where TOutput : WrittenFinding
    {
        bool english = outline.Language.StartsWith("en", StringComparison.OrdinalIgnoreCase);
        if (english && (outline.LeastEase is not null || outline.MostEase is not null) && Readability.FleschEase(text) is { } ease)
            yield return new WrittenCheck("flesch_ease", Math.Round(ease, 2), Band(outline.LeastEase, outline.MostEase), !(ease < outline.LeastEase) && !(ease > outline.MostEase));
        if (!english && outline.MostLix is { } most && Readability.Lix(text) is { } lix)
            yield return new WrittenCheck("lix", Math.Round(lix, 2), Band(null, most), lix <= most);
        int words = Readability.WordsOf(Readability.ProseOf(text)).Count;
        if (outline.LeastWords is not null || outline.MostWords is not null)
            yield return new WrittenCheck("words", words, Band(outline.LeastWords, outline.MostWords), !(words < outline.LeastWords) && !(words > outline.MostWords));
    }

    private static IEnumerable<WrittenIssue> Repeats<TOutput>(Outline<TOutput> outline, string text) where TOutput : WrittenFinding =>
        outline.Published.Select(p => (p, J: Shingles.Overlap(text, p.Body))).Where(o => o.J >= overlap).OrderByDescending(o => o.J).Select(o =>
            new WrittenIssue(o.J >= duplicate ? "duplicate" : "overlap", FormattableString.Invariant($"{o.J:0.00} of the words in a row are those of \"{o.p.Title}\" ({o.p.Id}).")));

    private static IEnumerable<WrittenIssue> Style(string text, IReadOnlyList<string> banned)
    {
        string prose = Readability.ProseOf(text), spoken = $" {string.Join(' ', Readability.WordsOf(prose)).ToLowerInvariant()} ";
        foreach (string sentence in Readability.SentencesOf(prose).Where(s => Readability.WordsOf(s).Count > longSentence)) yield return new WrittenIssue("style", $"A sentence of over {longSentence} words: {sentence}");
        foreach (string paragraph in prose.Split("\n\n").Where(p => Readability.WordsOf(p).Count > longParagraph)) yield return new WrittenIssue("style", $"A paragraph of over {longParagraph} words: {paragraph[..40]}…");
        foreach (string word in filler.Concat(banned).Where(w => spoken.Contains($" {w.ToLowerInvariant()} ", StringComparison.Ordinal))) yield return new WrittenIssue("style", $"\"{word}\" says nothing.");
        if (LinkHere().IsMatch(text)) yield return new WrittenIssue("style", "A link is named by what it leads to, not \"here\".");
        if (Shouts().IsMatch(prose)) yield return new WrittenIssue("style", "Exclamation marks in a row.");
    }

    private static string Band(double? least, double? most) => (least, most) switch
    {
        ({ } low, { } high) => FormattableString.Invariant($"{low:0.##} to {high:0.##}"),
        ({ } low, null) => FormattableString.Invariant($"at least {low:0.##}"),
        _ => FormattableString.Invariant($"at most {most:0.##}"),
    };

    [GeneratedRegex(@"\[here\]\(", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LinkHere();

    [GeneratedRegex("!{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Shouts();
}
