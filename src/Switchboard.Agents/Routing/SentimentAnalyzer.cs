using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Language;
using Switchboard.Core.Understanding.Sentiment;
using Switchboard.Domain;
using Switchboard.Domain.Support;
using Analyzer = Switchboard.Core.Understanding.Sentiment.SentimentAnalyzer;
using Extractor = Switchboard.Core.Understanding.EntityExtractor;

namespace Switchboard.Agents.Routing;

/// <summary>A customer's message whose mood is wanted.</summary>
/// <param name="Text">The message; null when <paramref name="MessageId"/> names it.</param>
/// <param name="MessageId">A stored message; the ones before it in its conversation count as earlier.</param>
/// <param name="ConversationId">The conversation that <paramref name="Text"/> is the newest message of.</param>
/// <param name="PreviousScores">Scores of the customer's earlier messages, oldest first; in the place of those of the conversation.</param>
/// <param name="Churn">Probability of churn, 0..1; null when not known.</param>
/// <param name="Health">0..100; null when not known.</param>
/// <param name="Plan">Key of the customer's plan; null when not known.</param>
/// <param name="Language">BCP 47 tag; told from the text when not given.</param>
/// <param name="Clock">The instant deadlines count from; now when not given.</param>
/// <param name="TimeZone">IANA name of the contact's time zone; the tenant's when not given.</param>
public sealed record MoodInput(
    string? Text = null, Guid? MessageId = null, Guid? ConversationId = null, [property: Between(-1, 1)] IReadOnlyList<double>? PreviousScores = null, [property: Between(0, 1)] double? Churn = null, [property: Between(0, 100)] double? Health = null, string? Plan = null,
    string? Language = null, DateTimeOffset? Clock = null, string? TimeZone = null);

/// <summary>What the mood is read from.</summary>
public sealed record MoodFacts
{
    /// <summary>The message; null when it is not known.</summary>
    public string? Text { get; init; }

    /// <summary>Scores of the customer's earlier messages, oldest first.</summary>
    [Between(-1, 1)]
    public IReadOnlyList<double>? Earlier { get; init; }

    /// <summary>Probability of churn, 0..1.</summary>
    [Between(0, 1)]
    public double? Churn { get; init; }

    /// <summary>Health, 0..100.</summary>
    [Between(0, 100)]
    public double? Health { get; init; }

    /// <summary>Key of the customer's plan.</summary>
    public string? Plan { get; init; }
}

/// <summary>Scores how a customer's message sounds: sentiment, emotion, urgency, politeness. Account risk raises urgency and leaves the score alone.</summary>
[Agent("routing/sentiment-analyzer")]
public sealed class SentimentAnalyzer : Analyst<MoodInput, MoodFacts, Mood>
{
    private const int mostEarlier = 50;
    private const string enterprise = "enterprise";

    private static readonly LanguageDetector languages = new();

    /// <inheritdoc />
    protected override async Task<Finding<MoodFacts>> LoadAsync(MoodInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        Message? asked = input.MessageId is { } id ? await rows.SingleAsync<Message>(q => q.Where(m => m.Id == id)) : null;
        if (input.MessageId is not null && asked is null) return new Stop("message_not_found", "There is no such message.");
        if (asked is { Author: not MessageAuthor.Customer }) return new Stop("invalid_input", "Only what customers write has a mood.");
        Guid? conversation = asked?.ConversationId ?? input.ConversationId;
        int before = asked?.Sequence ?? int.MaxValue;
        IReadOnlyList<Message> earlier = input.PreviousScores is not null || conversation is null
            ? []
            : await rows.ListAsync<Message>(q => q.Where(m => m.ConversationId == conversation && m.Author == MessageAuthor.Customer && m.Sequence < before).OrderByDescending(m => m.Sequence).Take(mostEarlier));
        return new MoodFacts
        {
            Text = input.Text ?? asked?.Text,
            Earlier = input.PreviousScores ?? [.. earlier.Reverse().Select(m => m.Sentiment ?? Analyzer.Analyze(m.Text, LanguageOf(m.Text, input)).Score).OfType<double>()],
            Churn = input.Churn,
            Health = input.Health,
            Plan = input.Plan,
        };
    }

    /// <inheritdoc />
    protected override Finding<Mood> Compute(MoodInput input, MoodFacts facts, AgentBasis basis)
    {
        if ((facts.Text ?? input.Text) is not { } text || string.IsNullOrWhiteSpace(text)) return new Stop("invalid_input", "Give the text, or the messageId of what a customer wrote.");
        if (input.TimeZone is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)) return new Stop("invalid_input", $"There is no time zone {name}.");
        TimeZoneInfo zone = input.TimeZone is { } given ? TimeZoneInfo.FindSystemTimeZoneById(given) : basis.Zone;
        var context = new EntityContext(input.Clock ?? basis.Now, zone, LanguageOf(text, input), basis.Locale, basis.Currency);
        var risk = new AccountRisk(facts.Churn ?? input.Churn, facts.Health ?? input.Health, string.Equals(facts.Plan ?? input.Plan, enterprise, StringComparison.OrdinalIgnoreCase));
        Mood mood = MoodReader.Read(text, Extractor.Extract(text, context), context, facts.Earlier ?? input.PreviousScores, risk);
        return mood.Code == "language_unsupported" ? new Stop(mood.Code, "Fewer than two words are known in a language that has no lexicon; that is no score of 0.") : mood;
    }

    private static string LanguageOf(string text, MoodInput input) => input.Language ?? languages.Detect(text).Tag;
}
