namespace Switchboard.Core.Transfer;

/// <summary>What the values of a field are.</summary>
public enum FieldType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A code: it is kept in lower_snake.</summary>
    Code,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A decimal with at most four places.</summary>
    Decimal,

    /// <summary>A measured number.</summary>
    Number,

    /// <summary>A share 0..1, or a percentage; a column with a value above 1 is one of percentages.</summary>
    Share,

    /// <summary>An instant; without an offset it is UTC.</summary>
    Instant,

    /// <summary>A calendar date.</summary>
    Date,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>One of the names of an enum.</summary>
    Choice,

    /// <summary>The external reference of a row of another kind.</summary>
    Reference,

    /// <summary>A list of words: JSON, or parted by semicolons or bars.</summary>
    List,

    /// <summary>Lines of an invoice or a quote as JSON.</summary>
    Lines,

    /// <summary>Names with values as a JSON object.</summary>
    Attributes,
}

/// <summary>A field of a kind of row that can be imported.</summary>
/// <param name="Name">Its name in camelCase.</param>
/// <param name="Type">What its values are.</param>
public sealed record ImportField(string Name, FieldType Type)
{
    /// <summary>Whether a new row needs a value.</summary>
    public bool Required { get; init; }

    /// <summary>Whether values are personal: reports mask them.</summary>
    public bool Personal { get; init; }

    /// <summary>Other names that files give the column, in lower_snake.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>The enum of a choice.</summary>
    public Type? Enum { get; init; }

    /// <summary>Other words for the enum's names: what a source calls them, and what they are here.</summary>
    public IReadOnlyDictionary<string, object> Words { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>The kind a reference points to.</summary>
    public string? Refers { get; init; }

    /// <summary>The least a number may be.</summary>
    public decimal? Least { get; init; }

    /// <summary>The most a number may be.</summary>
    public decimal? Most { get; init; }
}

/// <summary>How dates such as 03/04/2026 are meant.</summary>
public enum DateOrder
{
    /// <summary>Nothing was said: such a date is refused unless only one reading is possible.</summary>
    Unsaid,

    /// <summary>Day before month.</summary>
    DayFirst,

    /// <summary>Month before day.</summary>
    MonthFirst,
}

/// <summary>What stands before the decimals of a number.</summary>
public enum DecimalMark
{
    /// <summary>Nothing was said: a number with two readings is refused.</summary>
    Unsaid,

    /// <summary>1,234.56.</summary>
    Point,

    /// <summary>1.234,56.</summary>
    Comma,
}

/// <summary>How a file is to be imported.</summary>
public sealed record ImportOptions
{
    /// <summary>Whether the file is only looked at.</summary>
    public bool DryRun { get; init; }

    /// <summary>Columns whose names say nothing: the column's name and the field's.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How dates with two readings are meant.</summary>
    public DateOrder Dates { get; init; }

    /// <summary>How numbers with two readings are meant.</summary>
    public DecimalMark Numbers { get; init; }

    /// <summary>Whether rows whose choice has no counterpart here are passed over and counted, as in a dump of a whole database, instead of refused.</summary>
    public bool SkipUnknownChoices { get; init; }

    /// <summary>Reads a mapping <c>Company=name,E-mail=email</c>.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static IReadOnlyDictionary<string, string> ParseMap(string? text)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in (text ?? "").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals <= 0 || equals == part.Length - 1) throw new FormatException($"\"{part}\" is no mapping. Write column=field, parted by commas: Company=name,E-mail=email.");
            map[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }

        return map;
    }
}
