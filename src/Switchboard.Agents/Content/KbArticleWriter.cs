using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Content;

/// <summary>Writes a help article from conversations in which the same thing helped, or says which article there is already.</summary>
[Agent("content/kb-article-writer")]
public sealed class KbArticleWriter : Writer<ArticleInput, ArticleFacts, ArticleFinding>
{
    private const double sameResolution = 0.4;
    private const double sameArticle = 0.5;
    private const double sameTitle = 0.8;
    private const int mostTitle = 70;
    private const int mostStepWords = 20;
    private const int mostRelated = 3;

    /// <inheritdoc />
    protected override string DraftKind => "kb_article";

    /// <inheritdoc />
    protected override async Task<Finding<ArticleFacts>> LoadAsync(ArticleInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.ConversationIds is not { Count: > 0 } ids) return new Stop("invalid_input", "Say which conversations it was solved in: conversationIds.");
        IReadOnlyList<Conversation> talks = await rows.ListAsync<Conversation>(q => q.Where(c => ids.Contains(c.Id) && c.DeletedAt == null).OrderBy(c => c.CreatedAt));
        IReadOnlyList<Message> messages = await rows.ListAsync<Message>(q => q.Where(m => ids.Contains(m.ConversationId) && (m.Author == MessageAuthor.Customer || m.Author == MessageAuthor.Human)).OrderBy(m => m.Sequence));
        IReadOnlyList<KbArticle> articles = await rows.ListAsync<KbArticle>(q => q.Where(a => a.Status == ArticleStatus.Published && a.Language == input.Language).OrderBy(a => a.Id));
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.Where(f => f.RemovedOn == null).OrderBy(f => f.Key));
        return new ArticleFacts
        {
            Sources = [.. talks.Select(c =>
            {
                Message[] own = [.. messages.Where(m => m.ConversationId == c.Id)];
                // A private note of a person, in a conversation a person closed, is how it was solved.
                bool noted = c.Status == ConversationStatus.Closed && own.Any(m => m is { IsPrivate: true, Author: MessageAuthor.Human });
                return new ArticleSource(c.Id, c.Subject, (c.Status is ConversationStatus.Resolved or ConversationStatus.Closed && c.ConfirmedAt is not null) || noted, c.Tags.Contains("verified"), [.. own.Where(m => !m.IsPrivate).Select(m => new ArticleMessage(m.Id, m.Author == MessageAuthor.Human, m.Text))]);
            })],
            Articles = [.. articles.Select(a => new ArticleText(a.Id, a.Version, a.Title, a.Body))],
            Features = [.. features.Select(f => new ArticleFeature(f.Name, f.Plan))],
        };
    }

    /// <inheritdoc />
    protected override Finding<Outline<ArticleFinding>> Outline(ArticleInput input, ArticleFacts facts, AgentBasis basis)
    {
        Resolution[] solved = [.. (facts.Sources ?? []).Where(s => s.IsConfirmed || s.IsVerified).Select(Resolution.Of).Where(r => r.Steps.Count > 0)];
        if (solved.Length == 0) return new Stop("evidence_too_thin", "No conversation was confirmed as solved by steps that a person named.");
        Resolution[][] groups = [.. solved.Select(r => solved.Where(o => ReferenceEquals(o, r) || r.Nearness(o) >= sameResolution).ToArray()).OrderByDescending(g => g.Any(r => r.Source.IsVerified)).ThenByDescending(g => g.Length)];
        Resolution[] best = groups[0], others = [.. solved.Except(best)];
        if (!best.Any(r => r.Source.IsVerified) && groups.Any(g => g.Length == best.Length && !g.Intersect(best).Any())) return new Stop("conflict", "Two solutions have equal support; a person says which one holds.");
        if (best.Length < 2 && !best.Any(r => r.Source.IsVerified)) return new Stop("evidence_too_thin", "Two conversations with the same solution are needed, or one that a person made sure of.");

        Resolution lead = best.OrderByDescending(r => r.Source.IsVerified).ThenByDescending(r => r.Steps.Count).First();
        string title = TitleOf(input.Topic ?? lead.Source.Subject);
        var outline = new Outline<ArticleFinding>(new ArticleFinding(), title, Sections(lead, best, title, facts, basis))
        {
            Language = input.Language,
            LeastEase = 60,
            MostLix = 40,
            LeastWords = 150,
            MostWords = 700,
            Published = [.. (facts.Articles ?? []).Select(a => new PublishedText($"kb_article:{a.Id}@{a.Version}", a.Title, a.Body))],
            Checks = [new WrittenCheck("steps", lead.Steps.Count, "2 to 12", lead.Steps.Count is >= 2 and <= 12), new WrittenCheck("step_words", lead.Steps.Max(s => Readability.WordsOf(s.Text).Count), "at most 20", lead.Steps.All(s => Readability.WordsOf(s.Text).Count <= mostStepWords))],
        };
        string said = string.Join(' ', lead.Steps.Select(s => s.Text));
        (ArticleText Article, double Words, double Title)[] near = [.. (facts.Articles ?? []).Select(a => (a, Shingles.Overlap(said, a.Body), Titles.Cosine(title, a.Title))).OrderByDescending(n => Math.Max(n.Item2, n.Item3))];
        if (near.FirstOrDefault(n => n.Words >= sameArticle || n.Title >= sameTitle) is { Article: { } there }) return new Stop("update_existing", $"The article \"{there.Title}\" ({there.Id}) speaks of this already; its Solution lacks: {string.Join(' ', lead.Steps.Where(s => !there.Body.Contains(s.Text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)).Select(s => s.Text))}");
        return outline with
        {
            Output = new ArticleFinding { Sources = [.. best.Select(r => r.Source.Id)], Conflicting = [.. others.Select(r => r.Source.Id)], NearestOverlap = near.Length == 0 ? null : Math.Round(near.Max(n => n.Words), 2), ReviewSteps = ["steps_tried"] },
            Sections = [.. outline.Sections, new OutlineSection("related", [.. near.Where(n => n.Title > 0 || n.Words > 0).Take(mostRelated).Select(n => OutlineSentence.Said("related_text", new { n.Article.Title }, $"kb_article:{n.Article.Id}@{n.Article.Version}"))]) { Form = SectionForm.Bulleted }],
        };
    }

    private static IReadOnlyList<OutlineSection> Sections(Resolution lead, Resolution[] all, string title, ArticleFacts facts, AgentBasis basis)
    {
        string talk = $"conversation:{lead.Source.Id}";
        string[] plans = [.. (facts.Features ?? []).Where(f => lead.Steps.Any(s => s.Text.Contains(f.Name, StringComparison.OrdinalIgnoreCase))).Select(f => f.Plan).Distinct(StringComparer.Ordinal)];
        int from = plans.Length == 0 ? 0 : plans.Max(p => Math.Max(0, basis.Policies.Plans.Index().FirstOrDefault(x => x.Item.Key == p).Index));
        Resolution? cause = all.FirstOrDefault(r => r.Cause is not null), error = all.FirstOrDefault(r => r.ErrorText is not null);
        return
        [
            new("applies", [OutlineSentence.Said("applies_text", new { Plans = string.Join(", ", basis.Policies.Plans.Skip(from).Select(p => p.Key)) }, talk)]),
            new("symptom", [OutlineSentence.Taken($"{title}.", talk), .. error is null ? Array.Empty<OutlineSentence>() : [OutlineSentence.Taken($"\"{error.ErrorText}\"", $"message:{error.ErrorId}")]]),
            new("cause", cause is null ? [] : [OutlineSentence.Taken(cause.Cause!, $"message:{cause.CauseId}")]),
            new("solution", [.. lead.Steps.Select(s => OutlineSentence.Taken(s.Text, $"message:{s.MessageId}"))]) { Form = SectionForm.Numbered, Needs = "the steps", IsRequired = true },
            new("check", [OutlineSentence.Said("check_text", new { Symptom = error?.ErrorText ?? title }, error is null ? talk : $"message:{error.ErrorId}")]),
            new("otherwise", [OutlineSentence.Said("otherwise_text", null, talk)]),
        ];
    }

    private static string TitleOf(string words)
    {
        string line = words.Trim().TrimEnd('.', '!', '?').ReplaceLineEndings(" ");
        if (line.Length <= mostTitle) return line;
        // Languages that put no spaces between words are cut within, though never within a character.
        int space = line.LastIndexOf(' ', mostTitle);
        return line[..(space > 0 ? space : char.IsLowSurrogate(line[mostTitle]) ? mostTitle - 1 : mostTitle)];
    }
}
