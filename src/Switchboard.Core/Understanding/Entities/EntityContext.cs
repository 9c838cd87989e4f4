namespace Switchboard.Core.Understanding.Entities;

/// <summary>What the reading of a text depends on besides the text.</summary>
/// <param name="Now">The run's instant.</param>
/// <param name="Zone">The contact's time zone, else the tenant's.</param>
/// <param name="Language">BCP 47 tag of the text; <c>und</c> when it is not known.</param>
/// <param name="Locale">BCP 47 tag of the tenant's language and region: which way round 03/04 is read first.</param>
/// <param name="Currency">ISO 4217 code that an amount without a sign is taken for.</param>
public sealed record EntityContext(DateTimeOffset Now, TimeZoneInfo Zone, string Language, string Locale, string Currency)
{
    /// <summary>Names of the tenant's plans, products and the like.</summary>
    public IReadOnlyList<CatalogueName> Catalogue { get; init; } = [];

    /// <summary>The same prepared for many texts, in the place of <see cref="Catalogue"/>.</summary>
    public TenantNames? Names { get; init; }

    /// <summary>Names of persons of the conversation.</summary>
    public IReadOnlyCollection<string> KnownNames { get; init; } = [];

    /// <summary>Whether a single separator before three digits is read as the contact writes: a decimal comma, or a point; null: as the language of the text does.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>
    /// Whether every currency is read by its code, an amount has the digits of its currency, a no-break space groups thousands, and an exception is read with its namespace; not in the replay of
    /// turns before that.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>The calendar day at <see cref="Now"/> in <see cref="Zone"/>.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Local);

    internal DateTime Local => TimeZoneInfo.ConvertTime(Now, Zone).DateTime;

    /// <summary>The language subtag, such as <c>de</c> of <c>de-AT</c>.</summary>
    internal string BaseLanguage => Language.Split('-')[0].ToLowerInvariant();

    /// <summary>Whether a locale writes the decimals behind a comma.</summary>
    public static bool WritesComma(string locale)
    {
        string[] parts = locale.Split('-', '_');
        return !(parts[0].ToLowerInvariant() is "en" or "zh" or "ja" or "ko" or "th" or "he" or "hi" or "ms" || parts[^1].ToUpperInvariant() is "CH" or "LI" or "MX" or "US" or "GT" or "HN" or "NI" or "SV" or "PA" or "DO" or "PE");
    }

    // The United States write the month first; with the others that do, they are few.
    internal bool MonthFirst => Locale.EndsWith("-US", StringComparison.OrdinalIgnoreCase) || Locale.EndsWith("-PH", StringComparison.OrdinalIgnoreCase) || Locale.Equals("en", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A name of the tenant's catalogue.</summary>
/// <param name="Type">Such as <c>plan</c>, <c>product</c>, <c>add_on</c>, <c>feature</c>, <c>integration</c>, <c>competitor</c>.</param>
/// <param name="Name">As the catalogue writes it.</param>
/// <param name="Id">The value an entity of it has.</param>
public sealed record CatalogueName(string Type, string Name, string Id);
