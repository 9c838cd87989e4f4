namespace Switchboard.Core.Transfer.Kinds;

/// <summary>Short ways to declare fields.</summary>
internal static class Field
{
    public static ImportField Text(string name, params string[] synonyms) => new(name, FieldType.Text) { Synonyms = synonyms };

    public static ImportField Code(string name, params string[] synonyms) => new(name, FieldType.Code) { Synonyms = synonyms };

    public static ImportField Email(string name, params string[] synonyms) => new(name, FieldType.Email) { Synonyms = synonyms, Personal = true };

    public static ImportField Personal(string name, params string[] synonyms) => new(name, FieldType.Text) { Synonyms = synonyms, Personal = true };

    public static ImportField Integer(string name, params string[] synonyms) => new(name, FieldType.Integer) { Synonyms = synonyms, Least = 0 };

    public static ImportField Money(string name, params string[] synonyms) => new(name, FieldType.Decimal) { Synonyms = synonyms, Least = 0 };

    public static ImportField Share(string name, params string[] synonyms) => new(name, FieldType.Share) { Synonyms = synonyms };

    public static ImportField Number(string name, decimal least, decimal most, params string[] synonyms) => new(name, FieldType.Number) { Synonyms = synonyms, Least = least, Most = most };

    public static ImportField Instant(string name, params string[] synonyms) => new(name, FieldType.Instant) { Synonyms = synonyms };

    public static ImportField Boolean(string name, params string[] synonyms) => new(name, FieldType.Boolean) { Synonyms = synonyms };

    public static ImportField Reference(string name, string kind, params string[] synonyms) => new(name, FieldType.Reference) { Synonyms = synonyms, Refers = kind };

    public static ImportField Choice<T>(string name, params string[] synonyms) where T : struct, Enum => new(name, FieldType.Choice) { Synonyms = synonyms, Enum = typeof(T) };

    public static ImportField Currency(string name) => new(name, FieldType.Text) { Synonyms = ["currency_code"] };

    /// <summary>A new row needs it.</summary>
    public static ImportField Needed(this ImportField field) => field with { Required = true };

    /// <summary>Other words for a choice's names.</summary>
    public static ImportField Words<T>(this ImportField field, params (string Word, T Value)[] words) where T : struct, Enum =>
        field with { Words = words.ToDictionary(w => w.Word, w => (object)w.Value, StringComparer.Ordinal) };

    /// <summary>A currency's code in capitals; the tenant's where none is given.</summary>
    public static string Iso(string code) =>
        code is { Length: 3 } && code.All(char.IsAsciiLetter) ? code.ToUpperInvariant() : throw new Domain.DomainRuleException("currency_code", $"\"{code}\" is no currency; write its three letters, such as EUR.");
}
