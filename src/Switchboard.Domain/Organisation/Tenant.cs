namespace Switchboard.Domain.Organisation;

/// <summary>A company that runs its support desk here. Everything else belongs to exactly one tenant.</summary>
public sealed class Tenant
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Lower-case letters, digits and hyphens; unique; part of addresses and of the command line.</summary>
    public required string Slug { get; init; }

    /// <summary>The name customers read.</summary>
    public required string Name { get; set; }

    /// <summary>ISO 4217 code of the tenant's currency.</summary>
    public required string Currency { get; set; }

    /// <summary>IANA name of the tenant's time zone.</summary>
    public required string TimeZone { get; set; }

    /// <summary>BCP 47 tag of the tenant's language and region.</summary>
    public required string Locale { get; set; }

    /// <summary>Whether this is the demonstration tenant, the only one whose visitors may choose whom to write as.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Grows with each change of the published articles, so that every process notices a stale index.</summary>
    public long KnowledgeVersion { get; set; }

    /// <summary>When the tenant was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The tenant's calendar day at an instant; that of UTC on a machine without data of the tenant's time zone.</summary>
    public DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime((TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out TimeZoneInfo? zone) ? TimeZoneInfo.ConvertTime(instant, zone) : instant.ToUniversalTime()).DateTime);

    /// <summary>Says what is wrong with a slug, or null when it is good.</summary>
    public static string? SlugProblem(string slug) => slug switch
    {
        { Length: 0 } => "is empty",
        { Length: > 63 } => "is longer than 63 characters",
        _ when slug[0] is '-' || slug[^1] is '-' => "begins or ends with a hyphen",
        _ when slug.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) => "may hold lower-case letters, digits and hyphens only",
        _ => null,
    };
}
