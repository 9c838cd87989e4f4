using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>What a turn reads of the articles: from an index when it is carried out, from the journal when it is replayed.</summary>
public interface ITurnArticles : IPassages
{
    /// <summary>The version of the published articles.</summary>
    long Version { get; }

    /// <summary>What was asked and found.</summary>
    IReadOnlyCollection<KnowledgeAnswer> Asked { get; }

    /// <summary>How well the articles answer the message that triggers the turn, 0..1.</summary>
    double Confidence(string question);

    /// <summary>What the articles say to a question; of a choice of them where one is given.</summary>
    KnowledgeAnswer Answer(string question, ArticleChoice? from = null);
}

/// <summary>The articles of one state of the index. What was asked once is not searched again.</summary>
/// <param name="version">The version of the published articles.</param>
/// <param name="index">The state of the articles.</param>
/// <param name="today">The tenant's calendar day, by which articles are fresh or old.</param>
/// <param name="earlier">The customer's earlier messages, oldest first: what a short question may lean on.</param>
/// <param name="audiences">The audiences the one who writes belongs to, beside everybody: no other article is searched or cited.</param>
public sealed class IndexedTurnArticles(long version, KnowledgeIndex index, DateOnly today, IReadOnlyList<string> earlier, IReadOnlySet<string> audiences) : ITurnArticles
{
    private readonly Dictionary<string, KnowledgeAnswer> answers = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public long Version => version;

    /// <inheritdoc />
    public IReadOnlyCollection<KnowledgeAnswer> Asked => answers.Values;

    /// <inheritdoc />
    public double Confidence(string question) => Answer(question).Confidence;

    /// <inheritdoc />
    public KnowledgeAnswer Answer(string question, ArticleChoice? from = null)
    {
        string key = from is null ? question : $"{from.Key}\n{question}";
        if (!answers.TryGetValue(key, out KnowledgeAnswer? answer)) answers[key] = answer = Ask(question, from);
        return answer;
    }

    /// <inheritdoc />
    public CitedPlace? At(Citation citation) => index.At(citation);

    private KnowledgeAnswer Ask(string question, ArticleChoice? from)
    {
        using Activity? span = Spans.Retrieval();
        KnowledgeAnswer found = Found(question, from);
        span.Came(found.Outcome);
        return found;
    }

    private KnowledgeAnswer Found(string question, ArticleChoice? from)
    {
        var options = new AnswerOptions { Today = today, Search = new SearchOptions { Audiences = audiences, ArticleIds = from is null ? null : index.IdsOf(from) } };
        string alone = ConversationQuery.Rewrite(earlier, question);
        if (alone != question && AnswerComposer.Answer(index, alone, options) is { Outcome: AnswerOutcome.Answered } answer) return answer;
        return AnswerComposer.Answer(index, question, options);
    }
}

/// <summary>What the check of a reply read at one place of an article, as the turn keeps it.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Version">Its version; null when it was not published.</param>
/// <param name="Start">First character of the place.</param>
/// <param name="End">One past the last.</param>
/// <param name="Digest">Digest of the quote that stands there; null when another text does.</param>
public sealed record PassageRead(Guid ArticleId, int? Version, int Start, int End, string? Digest)
{
    private const int digits = 16;

    /// <summary>The name of the turn's step that holds them.</summary>
    public const string StepName = "read:passages";

    /// <summary>Keeps what was read for a citation.</summary>
    public static PassageRead Of(Citation citation, CitedPlace? read) =>
        new(citation.ArticleId, read?.Version, citation.Start, citation.End, read is { Stands: true } ? DigestOf(citation.Quote) : null);

    /// <summary>Whether it was read for this place.</summary>
    public bool IsOf(Citation citation) => citation.ArticleId == ArticleId && citation.Start == Start && citation.End == End;

    /// <summary>What it says of a citation.</summary>
    public CitedPlace? For(Citation citation) => Version is { } version ? new CitedPlace(version, Digest == DigestOf(citation.Quote)) : null;

    private static string DigestOf(string quote) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(quote)))[..digits];
}
