using System.Globalization;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>What to generate. The same request on the same tenant gives the same rows, to the byte.</summary>
/// <param name="Customers">How many customers come in the time, 1 to 1 000 000.</param>
/// <param name="Years">How many years the time has, 1 to 10.</param>
/// <param name="Seed">The number that all chance follows from.</param>
/// <param name="Until">The day after the last one with rows, in UTC.</param>
public sealed record SeedRequest(int Customers, int Years, long Seed, DateOnly Until)
{
    /// <summary>Customers when nothing is said.</summary>
    public const int DefaultCustomers = 200;

    /// <summary>Years when nothing is said.</summary>
    public const int DefaultYears = 2;

    /// <summary>The seed when nothing is said.</summary>
    public const long DefaultSeed = 1;

    /// <summary>What is wrong with the request; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { Customers: < 1 or > 1_000_000 } => $"--customers is {Customers}; it can be 1 to 1000000.",
        { Years: < 1 or > 10 } => $"--years is {Years}; it can be 1 to 10.",
        { Until.Year: < 2000 or > 2200 } => $"--until is {Until:yyyy-MM-dd}; it can be a day of the years 2000 to 2200.",
        _ => null,
    };

    /// <summary>The request in a line, as it is kept with the rows it made.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"customers={Customers};years={Years};seed={Seed};until={Until:yyyy-MM-dd}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is none of its.</exception>
    internal static SeedRequest Parse(string text)
    {
        Dictionary<string, string> parts = text.Split(';').Select(p => p.Split('=')).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        if (!parts.TryGetValue("customers", out string? customers) || !parts.TryGetValue("years", out string? years) || !parts.TryGetValue("seed", out string? seed) || !parts.TryGetValue("until", out string? until))
            throw new FormatException($"\"{text}\" does not say what was generated.");
        return new SeedRequest(
            int.Parse(customers, CultureInfo.InvariantCulture),
            int.Parse(years, CultureInfo.InvariantCulture),
            long.Parse(seed, CultureInfo.InvariantCulture),
            DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}

/// <summary>How far the generating is, in customers.</summary>
/// <param name="Done">Customers whose rows are stored.</param>
/// <param name="Total">Customers in all.</param>
/// <param name="Rows">Rows stored by this call.</param>
public sealed record SeedProgress(int Done, int Total, long Rows);

/// <summary>What was generated.</summary>
/// <param name="Customers">Customers in all.</param>
/// <param name="Years">Years.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Until">The day after the last one with rows.</param>
/// <param name="ResumedFrom">Customers that an earlier call had stored before it was cut off; 0 for a call that did all.</param>
/// <param name="Total">Rows stored by this call.</param>
/// <param name="Rows">Rows stored by this call, by table.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SeedReport(int Customers, int Years, long Seed, DateOnly Until, int ResumedFrom, long Total, IReadOnlyDictionary<string, long> Rows, double Seconds);

/// <summary>Nothing was generated; the message says why and how to go on.</summary>
public sealed class SeedRefusedException(string message) : Exception(message);
