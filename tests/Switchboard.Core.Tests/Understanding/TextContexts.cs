using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Tests.Understanding;

/// <summary>The contexts texts are read in here: Sunday, 22 November 2026, noon UTC.</summary>
internal static class TextContexts
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly EntityContext English = new(Now, TimeZoneInfo.Utc, "en", "en-US", "USD");

    public static EntityContext In(string language) => new(Now, TimeZoneInfo.Utc, language, language == "en" ? "en-US" : language, "EUR");

    /// <summary>The values of a type, in order of place.</summary>
    public static string[] Values(string text, string type, EntityContext? context = null) =>
        [.. EntityExtractor.Extract(text, context ?? English).Where(e => e.Type == type).Select(e => e.Value)];
}
