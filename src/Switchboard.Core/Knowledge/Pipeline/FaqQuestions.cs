using System.Text.RegularExpressions;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>A customer's question whose conversation was resolved.</summary>
public sealed record AnsweredQuestion
{
    /// <summary>The words.</summary>
    public required string Text { get; init; }

    /// <summary>Who asked.</summary>
    public required string Contact { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the conversation was resolved, confirmed or assumed; the others only count for the share.</summary>
    public bool Resolved { get; init; } = true;

    /// <summary>Whether the customer confirmed it.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Whether the answer used data of the customer.</summary>
    public bool UsedCustomerData { get; init; }

    /// <summary>A person's answer that led there, and its message.</summary>
    public string? HumanAnswer { get; init; }

    /// <summary>The message of that answer.</summary>
    public string? HumanMessageId { get; init; }

    /// <summary>Its vector by the index's model.</summary>
    public IReadOnlyList<float>? Vector { get; init; }
}

/// <summary>An entry that stands already.</summary>
public sealed record StandingFaq(string Id, string Question, string Answer);

/// <summary>An entry that is proposed.</summary>
public sealed record FaqEntry
{
    /// <summary>The question in at most 15 words.</summary>
    public required string Question { get; init; }

    /// <summary>Three other ways to ask it, for the search.</summary>
    public required IReadOnlyList<string> Alternatives { get; init; }

    /// <summary>The answer, each sentence with where it stands.</summary>
    public required IReadOnlyList<GroundedSentence> Answer { get; init; }

    /// <summary>Messages of people that the answer is taken from, where no article has it.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>People who asked.</summary>
    public required int N { get; init; }

    /// <summary>Share of their questions that were resolved.</summary>
    public required double ResolvedShare { get; init; }

    /// <summary>How sure the answer is, 0..1; null for one taken from people's answers.</summary>
    public double? Confidence { get; init; }

    /// <summary>new, update or confirm.</summary>
    public required string Action { get; init; }

    /// <summary>The entry that stands already.</summary>
    public string? Existing { get; init; }

    /// <summary>needs_expert_check where no article has the answer.</summary>
    public required IReadOnlyList<string> Flags { get; init; }
}

/// <summary>The entries of a week.</summary>
/// <param name="Entries">Those asked by most people first.</param>
/// <param name="Unanswered">Questions many asked and nothing answers: the gap detector's.</param>
/// <param name="Read">Questions that were looked at.</param>
public sealed record FaqList(IReadOnlyList<FaqEntry> Entries, IReadOnlyList<string> Unanswered, int Read);

/// <summary>Finds the questions that many ask and that are answered well.</summary>
public static partial class FaqQuestions
{
    private const int days = 30;
    private const int fewestQuestions = 50;
    private const int mostQuestions = 2000;
    private const int minPoints = 4;
    private const int moreThanContacts = 10;
    private const int fewestHumanAnswers = 3;
    private const int longestQuestion = 15;
    private const double same = 0.85;

    /// <summary>The farthest a neighbour is, by the kind of model.</summary>
    public static double Eps(bool trained) => trained ? 0.25 : 0.40;

    /// <summary>Finds the entries; null when fewer than 50 questions were resolved.</summary>
    public static FaqList? Find(IReadOnlyList<AnsweredQuestion> questions, IReadOnlyList<IndexPassage> passages, IReadOnlyList<StandingFaq> standing, bool trained, DateTimeOffset now)
    {
        List<AnsweredQuestion> clean = [.. questions.Where(q => q.At > now.AddDays(-days) && q.At <= now && !q.UsedCustomerData).SelectMany(Split).OrderByDescending(q => q.At).ThenBy(q => q.Contact, StringComparer.Ordinal).Take(mostQuestions)];
        if (questions.Count(q => q.Resolved && q.At > now.AddDays(-days) && q.At <= now) < fewestQuestions) return null;
        var likeness = new QuestionLikeness([.. clean.Select(q => (q.Text, q.Vector)), .. standing.Select(s => (s.Question, (IReadOnlyList<float>?)null))]);
        var entries = new List<FaqEntry>();
        var unanswered = new List<string>();
        foreach (IReadOnlyList<int> group in QuestionGroups.ByDensity(likeness, clean.Count, Eps(trained), minPoints))
        {
            int n = group.Select(i => clean[i].Contact).Distinct(StringComparer.Ordinal).Count();
            if (n <= moreThanContacts) continue;
            int medoid = likeness.Medoid(group);
            string question = Shortened(clean[medoid].Text);
            Grounded answer = AnswerOf(question, passages);
            AnsweredQuestion[] byPeople = [.. group.Select(i => clean[i]).Where(q => q is { Confirmed: true, HumanAnswer: not null, HumanMessageId: not null }).DistinctBy(q => q.HumanMessageId)];
            bool expert = answer.Outcome != "answered";
            if (expert && byPeople.Length < fewestHumanAnswers)
            {
                unanswered.Add(question);
                continue;
            }

            IReadOnlyList<GroundedSentence> sentences = expert ? Extract(byPeople, clean[medoid].Text) : answer.Sentences;
            int near = Enumerable.Range(0, standing.Count).Where(s => likeness.Cosine(medoid, clean.Count + s) >= same).OrderByDescending(s => likeness.Cosine(medoid, clean.Count + s)).Select(s => s + 1).FirstOrDefault() - 1;
            int resolved = group.GroupBy(i => clean[i].Contact, StringComparer.Ordinal).Count(g => g.Any(i => clean[i].Resolved));
            entries.Add(new FaqEntry
            {
                Question = question,
                Alternatives = [.. group.Where(i => i != medoid).OrderByDescending(i => likeness.Cosine(medoid, i)).ThenBy(i => i).Select(i => Shortened(clean[i].Text)).Where(t => !string.Equals(t, question, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase).Take(3)],
                Answer = sentences,
                Messages = expert ? [.. byPeople.Select(q => q.HumanMessageId!)] : [],
                N = n,
                ResolvedShare = Math.Round((double)resolved / n, 4),
                Confidence = expert ? null : answer.Confidence,
                Existing = near < 0 ? null : standing[near].Id,
                Action = near < 0 ? "new" : Differs(string.Join(' ', sentences.Select(s => s.Text)), standing[near].Answer) ? "update" : "confirm",
                Flags = expert ? ["needs_expert_check"] : [],
            });
        }

        return new FaqList([.. entries.OrderByDescending(e => e.N).ThenByDescending(e => e.ResolvedShare).ThenBy(e => e.Question, StringComparer.Ordinal)], unanswered, clean.Count);
    }

    /// <summary>Whether two answers differ in a number, a step or a link.</summary>
    public static bool Differs(string a, string b) => !Facts(a).SetEquals(Facts(b)) || Steps().Count(a) != Steps().Count(b);

    /// <summary>A question without greetings and what is said about oneself, in at most 15 words.</summary>
    public static string Shortened(string text)
    {
        string said = Greeting().Replace(PlainText.Collapse(text), "");
        said = Personal().Replace(said, "");
        string[] words = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string joined = string.Join(' ', words.Take(longestQuestion)).Trim(' ', ',', '.', '!');
        return joined.Length == 0 ? text.Trim() : char.ToUpperInvariant(joined[0]) + joined[1..];
    }

    private static HashSet<string> Facts(string text) => [.. NumbersAndLinks().Matches(text).Select(m => m.Value)];

    /// <summary>Each question of a message by itself, personal data masked.</summary>
    private static IEnumerable<AnsweredQuestion> Split(AnsweredQuestion question)
    {
        string masked = new PiiRedactor().Redact(question.Text, PiiDetector.Find(question.Text));
        string[] asked = [.. SentenceSplitter.Split(masked).Select(r => masked[r]).Where(s => s.EndsWith('?'))];
        return (asked.Length > 1 ? asked : [masked]).Select(t => question with { Text = t });
    }

    private static Grounded AnswerOf(string question, IReadOnlyList<IndexPassage> passages)
    {
        var query = new PassageQuery(question, "en", null, new HashSet<string>(), new PassageFilters(), 20);
        HitList? found = new PassageSearch(passages, query.Audiences).Search(query);
        var texts = passages.DistinctBy(p => p.ChunkId).ToDictionary(p => p.ChunkId, StringComparer.Ordinal);
        RankedPassages ranked = PassageRanking.Rank((found?.Hits ?? []).Select(h => new RankablePassage { ChunkId = h.ChunkId, ArticleId = h.ArticleId, Coverage = h.Coverage, Cosine = h.Cosine, Text = texts[h.ChunkId].Text }), new Dictionary<string, ArticleStanding>(), new CosineScale(), DateOnly.MinValue, 6);
        return GroundedSynthesis.Answer(new SynthesisAsk(question, "en", GroundedSynthesis.LimitOf(null)),
            [.. ranked.Items.Select(i => new AnswerPassage { ChunkId = i.ChunkId, ArticleId = i.ArticleId, Version = texts[i.ChunkId].Version, Title = texts[i.ChunkId].Title, Text = texts[i.ChunkId].Text, Relevance = i.Relevance, Score = i.Score, Language = texts[i.ChunkId].Language, LastVerified = texts[i.ChunkId].LastVerified })]);
    }

    /// <summary>The sentences of people's answers that have most to do with the question, each cited by its message.</summary>
    private static List<GroundedSentence> Extract(AnsweredQuestion[] answers, string question)
    {
        HashSet<string> asked = [.. TextAnalysis.Terms(question).Select(t => t.Term)];
        return
        [
            .. answers.SelectMany(a => SentenceSplitter.Split(a.HumanAnswer!).Select(r => (Answer: a, Range: r, Text: a.HumanAnswer![r]))).DistinctBy(s => PlainText.Collapse(TextAnalysis.Fold(s.Text)))
                .OrderByDescending(s => TextAnalysis.Terms(s.Text).Count(t => asked.Contains(t.Term))).Take(3)
                .Select(s => new GroundedSentence(new PiiRedactor().Redact(s.Text, PiiDetector.Find(s.Text)), [new PassageCitation(null, 1, $"message:{s.Answer.HumanMessageId}", s.Range.Start.Value, s.Range.End.Value)])),
        ];
    }

    [GeneratedRegex(@"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[\w ]{0,20}[,!.]\s*|(?:hi|hello|hey)\s+(?:there|all|team)?\s*|please\s+|can you (?:please )?tell me\s+|i (?:would like|want) to know\s+)+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Greeting();

    [GeneratedRegex(@"\[[A-Z_]{1,40}_[0-9]{1,6}\]|\b(?:thanks|thank you|regards|cheers)\b.*$|\bmy name is \w+[,.]?\s*", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Personal();

    [GeneratedRegex(@"https?://\S+|\]\([^)]+\)|[0-9]+(?:[.,][0-9]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex NumbersAndLinks();

    [GeneratedRegex(@"(?:^|\n)\s*(?:[0-9]{1,2}[.)]|[-*])\s", RegexOptions.NonBacktracking)]
    private static partial Regex Steps();
}
