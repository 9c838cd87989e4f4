using Switchboard.Core.Desk;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Injection;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Core.Understanding.Sentiment;
using Switchboard.Domain.Organisation;

namespace Switchboard.Core.Understanding;

/// <summary>What besides a message and its tenant helps to read it.</summary>
/// <param name="Names">The names of the tenant's catalogue.</param>
/// <param name="Before">What went before in the conversation.</param>
/// <param name="Writer">The name of who writes; null when it is not known.</param>
public sealed record MessageSurroundings(TenantNames Names, IntentContext? Before = null, string? Writer = null)
{
    /// <summary>The language of the conversation; null where none is known.</summary>
    public string? Language { get; init; }

    /// <summary>Whether the desk's own agents are heard in the languages of their cards; in the replay of turns before that, in English alone.</summary>
    public bool HearsLanguages { get; init; } = true;

    /// <summary>The tenant's classifier; that of the product when null.</summary>
    public DeskIntents? Intents { get; init; }

    /// <inheritdoc cref="EntityContext.IsExact" />
    public bool IsExact { get; init; } = true;
}

/// <summary>Understands a message: language, intents, entities on the tenant's calendar, sentiment, personal data, attempts to instruct. The same message at the same instant is always read alike.</summary>
public sealed class MessageReader(UtteranceMatcher utterances, LanguageDetector languages, DeskIntents intents)
{
    /// <summary>Reads a message.</summary>
    /// <param name="text">What the customer wrote.</param>
    /// <param name="at">When it was written; relative dates count from here.</param>
    /// <param name="tenant">Whose time zone, locale and currency hold where the message names none.</param>
    /// <param name="intentFloor">The least score of an intent, 0..1.</param>
    /// <param name="around">What else is known.</param>
    public Understood Read(string text, DateTimeOffset at, Tenant tenant, double intentFloor, MessageSurroundings around)
    {
        DetectedLanguage language = languages.Detect(text);
        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out TimeZoneInfo? known) ? known : TimeZoneInfo.Utc;
        // A message too short to tell is read in the tenant's language.
        string read = language.Tag == "und" ? tenant.Locale : language.Tag;
        var context = new EntityContext(at, zone, read, tenant.Locale, tenant.Currency) { Names = around.Names, IsExact = around.IsExact };
        IReadOnlyList<Entity> entities = EntityExtractor.Extract(text, context);
        DeskIntents own = around.Intents ?? intents;
        IReadOnlyList<Intent> matched = utterances.Match(text, intentFloor);
        if (!around.HearsLanguages) matched = [.. matched.Where(i => !i.AgentId.StartsWith(DeskAgents.Folder, StringComparison.Ordinal) || utterances.LanguageOf(i.Utterance) is null)];
        // Where a person said what this very message wants, no specialist's utterance may say otherwise. The desk's own stay: no correction keeps a customer from a person.
        if (own.CorrectedTo(text) is not null) matched = [.. matched.Where(i => i.AgentId.StartsWith(DeskAgents.Folder, StringComparison.Ordinal))];
        // "Danke" is too short for the detector, and yet known word for word. Where people talk already, "no" or "si" is of the language they talk in.
        string tag = language.Tag == "und" && around.Language is null && matched is [{ IsWholeMessage: true } closest, ..] && utterances.LanguageOf(closest.Utterance) is { } taught ? taught : language.Tag;
        return new Understood(tag, matched, entities, SentimentAnalyzer.Analyze(text, tag).Score)
        {
            Reading = own.Read(text, entities, around.Before),
            Personal = PersonalIn(text, around.Writer),
            Injection = Math.Round(InjectionDetector.Score(text, TextOrigin.Message).Score, 4),
        };
    }

    private static List<PiiFinding>? PersonalIn(string text, string? writer)
    {
        List<PiiFinding> found = [.. PiiDetector.Find(text, writer is null ? null : [writer])];
        // A card was masked before the message was stored; that one was there is still worth knowing.
        found.AddRange(CardMask.Find(text).Select(c => new PiiFinding(PiiKinds.Card, c.Start, c.End, 0.99, "masked")));
        return found.Count == 0 ? null : [.. found.OrderBy(f => f.Start)];
    }
}
