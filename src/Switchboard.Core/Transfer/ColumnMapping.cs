using Switchboard.Core.Transfer.Reading;

namespace Switchboard.Core.Transfer;

/// <summary>Which column of a file is which field: what the options say, else the same name, else one of the names the field is known by.</summary>
/// <param name="Fields">The column of each field that has one.</param>
/// <param name="ExternalRef">The column of the external reference; null when there is none.</param>
/// <param name="Ignored">The columns that belong to no field.</param>
internal sealed record ColumnMapping(IReadOnlyDictionary<string, string> Fields, string? ExternalRef, IReadOnlyList<string> Ignored)
{
    private const string externalRef = "externalRef";
    private static readonly string[] refNames = ["external_ref", "external_id", "ref", "id", "uuid"];

    /// <summary>Finds the columns of a kind's fields.</summary>
    /// <exception cref="UnreadableFileException">The options name a column or a field that does not exist.</exception>
    public static ColumnMapping Of(ImportKind kind, IReadOnlyCollection<string> columns, IReadOnlyDictionary<string, string> map)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string column, string field) in map)
        {
            string known = columns.FirstOrDefault(c => string.Equals(c, column, StringComparison.OrdinalIgnoreCase))
                ?? throw new UnreadableFileException($"The mapping names the column \"{column}\", which the file does not have. It has: {string.Join(", ", columns)}.");
            string name = kind.Fields.Select(f => f.Name).Append(externalRef).FirstOrDefault(f => FieldText.ColumnKey(f) == FieldText.ColumnKey(field))
                ?? throw new UnreadableFileException($"The mapping names the field \"{field}\", which {kind.Name} do not have. They have: {string.Join(", ", kind.Fields.Select(f => f.Name).Prepend(externalRef))}.");
            Take(name, known);
        }

        ILookup<string, string> byKey = columns.ToLookup(Key, StringComparer.Ordinal);
        foreach (ImportField field in kind.Fields) Find(field.Name, [FieldText.ColumnKey(field.Name)]);
        Find(externalRef, [.. refNames, .. kind.RefSynonyms]);
        foreach (ImportField field in kind.Fields) Find(field.Name, field.Synonyms);
        string? reference = fields.Remove(externalRef, out string? found) ? found : null;
        return new ColumnMapping(fields, reference, [.. columns.Where(c => !taken.Contains(c) && !c.Contains('.', StringComparison.Ordinal))]);

        void Find(string field, IEnumerable<string> names)
        {
            if (fields.ContainsKey(field)) return;
            if (names.SelectMany(n => byKey[n]).FirstOrDefault(c => !taken.Contains(c)) is { } column) Take(field, column);
        }

        void Take(string field, string column)
        {
            if (taken.Add(column)) fields[field] = column;
        }
    }

    /// <summary>A column's name as it is compared; the dots of what is nested stay.</summary>
    private static string Key(string column) => string.Join('.', column.Split('.').Select(FieldText.ColumnKey));
}
