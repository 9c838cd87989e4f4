using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Language;
using Switchboard.Core.Understanding.Sentiment;
using Switchboard.Domain.Organisation;

namespace Switchboard.Core.Understanding;

/// <summary>Understands a message: language, intents, entities on the tenant's calendar, sentiment. The same message at the same instant is always read alike.</summary>
public sealed class MessageReader(UtteranceMatcher utterances, LanguageDetector languages)
{
    /// <summary>Reads a message.</summary>
    /// <param name="text">What the customer wrote.</param>
    /// <param name="at">When it was written; relative dates count from here.</param>
    /// <param name="tenant">Whose time zone, locale and currency hold where the message names none.</param>
    /// <param name="intentFloor">The least score of an intent, 0..1.</param>
    public Understood Read(string text, DateTimeOffset at, Tenant tenant, double intentFloor)
    {
        DetectedLanguage language = languages.Detect(text);
        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out TimeZoneInfo? known) ? known : TimeZoneInfo.Utc;
        // A message too short to tell is read in the tenant's language.
        string read = language.Tag == "und" ? tenant.Locale : language.Tag;
        var context = new EntityContext(at, zone, read, tenant.Locale, tenant.Currency);
        return new Understood(language.Tag, utterances.Match(text, intentFloor), EntityExtractor.Extract(text, context), SentimentAnalyzer.Analyze(text, language.Tag).Score);
    }
}
