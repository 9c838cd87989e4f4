using Switchboard.Core.Transfer.Reading;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Transfer;

/// <summary>A row whose fields were read.</summary>
/// <param name="Line">The line it begins on.</param>
/// <param name="ExternalRef">The id it has where it comes from; null when the file gives none.</param>
/// <param name="Given">Its fields; references as texts.</param>
internal sealed record ParsedRow(int Line, string? ExternalRef, Dictionary<string, object?> Given);

/// <summary>A row of another kind that a row of the file became.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Row">The row.</param>
internal sealed record DerivedLine(int Line, DerivedRow Row);

/// <summary>A file whose rows were read and checked by themselves, before anything is compared with what is stored.</summary>
public sealed class ParsedFile
{
    private const string externalRef = "externalRef";

    private ParsedFile(ImportKind kind, ImportOptions options, ColumnMapping mapping)
    {
        Kind = kind;
        Options = options;
        Mapping = mapping;
    }

    /// <summary>The kind of its rows.</summary>
    public ImportKind Kind { get; }

    /// <summary>How it is imported.</summary>
    public ImportOptions Options { get; }

    /// <summary>How many rows it has.</summary>
    public int RowCount { get; private set; }

    /// <summary>Which column became which field.</summary>
    public IReadOnlyDictionary<string, string> Columns
    {
        get
        {
            var columns = Mapping.Fields.ToDictionary(f => f.Value, f => f.Key, StringComparer.Ordinal);
            if (Mapping.ExternalRef is { } reference) columns[reference] = externalRef;
            return columns;
        }
    }

    /// <summary>Columns that belong to no field.</summary>
    public IReadOnlyList<string> IgnoredColumns => Mapping.Ignored;

    /// <summary>Rows that were passed over because they have no home here.</summary>
    public IEnumerable<SkippedRows> SkippedRows => Skipped.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SkippedRows(s.Key, s.Value));

    /// <summary>Whether any row could not be read.</summary>
    public bool HasErrors => Errors.Count > 0;

    internal ColumnMapping Mapping { get; }

    internal List<ParsedRow> Rows { get; } = [];

    internal List<DerivedLine> Elsewhere { get; } = [];

    internal List<RowError> Errors { get; } = [];

    internal Dictionary<string, int> Skipped { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a file to its end.</summary>
    /// <param name="kind">The kind of its rows.</param>
    /// <param name="source">The file.</param>
    /// <param name="options">How it is imported.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <exception cref="UnreadableFileException">The file or the mapping is wrong as a whole.</exception>
    public static async Task<ParsedFile> ReadAsync(ImportKind kind, SourceFile source, ImportOptions options, CancellationToken cancellationToken)
    {
        var rows = new List<SourceRow>();
        var columns = new List<string>(source.Columns);
        var known = new HashSet<string>(columns, StringComparer.Ordinal);
        await foreach (SourceRow row in source.Rows.WithCancellation(cancellationToken))
        {
            rows.Add(row);
            foreach (string name in row.Fields.Keys)
            {
                if (known.Add(name)) columns.Add(name);
            }
        }

        var file = new ParsedFile(kind, options, ColumnMapping.Of(kind, columns, options.Map)) { RowCount = rows.Count };
        HashSet<string> percentages = file.Percentages(rows);
        foreach (SourceRow row in rows) file.Read(row, percentages);
        return file;
    }

    /// <summary>The fields whose columns hold percentages: shares that are more than the whole.</summary>
    private HashSet<string> Percentages(List<SourceRow> rows)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (ImportField field in Kind.Fields.Where(f => f.Type == FieldType.Share && Mapping.Fields.ContainsKey(f.Name)))
        {
            string column = Mapping.Fields[field.Name];
            if (rows.Any(r => r.Fields.GetValueOrDefault(column) is { } text && !FieldText.IsPercentage(text) && FieldText.Read(field, text, Options).Value is > 1d)) found.Add(field.Name);
        }

        return found;
    }

    private void Read(SourceRow row, HashSet<string> percentages)
    {
        if (row.Problem is { } problem)
        {
            Errors.Add(new RowError(row.Line, null, null, problem, "Mend the row, or take it out."));
            return;
        }

        string? reference = Mapping.ExternalRef is { } refColumn ? row.Fields.GetValueOrDefault(refColumn)?.Trim() : null;
        if (reference is { Length: 0 }) reference = null;
        if (Options.SkipUnknownChoices && Kind.Elsewhere is { } elsewhere && reference is not null && elsewhere(reference, ByField(row)) is { } other)
        {
            if (other.Row is { } derived) Elsewhere.Add(new DerivedLine(row.Line, derived));
            else Skip(other.Reason!);
            return;
        }

        int errors = Errors.Count;
        var given = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (reference is { Length: > 400 } || reference?.Contains('\0') == true) Errors.Add(new RowError(row.Line, externalRef, reference[..Math.Min(40, reference.Length)], "is longer than 400 characters or holds none", "Use the id the row has where it comes from."));
        if (reference is null && (Kind.KeyField is null || Text(row, Kind.KeyField) is null))
            Errors.Add(new RowError(row.Line, externalRef, null, "is missing", Kind.KeyField is { } key ? $"Give an external reference or {key}, so that the row is known when it comes again." : "Give the id the row has where it comes from, so that it is known when it comes again."));
        foreach (ImportField field in Kind.Fields)
        {
            if (!Mapping.Fields.TryGetValue(field.Name, out string? column) || !row.Fields.TryGetValue(column, out string? text)) continue;
            if (text is null)
            {
                given[field.Name] = null;
                continue;
            }

            ReadValue read = FieldText.Read(field, text, Options);
            if (read.Problem is null && field.Type == FieldType.Share && read.Value is double share) read = FieldText.Share(percentages.Contains(field.Name) && !FieldText.IsPercentage(text) ? (double)((decimal)share / 100) : share);
            if (read.Problem is null) given[field.Name] = read.Value;
            else if (Options.SkipUnknownChoices && read.Problem == FieldText.UnknownChoice && field.Required)
            {
                Skip($"\"{text}\" in {column} {read.Problem}.");
                return;
            }
            else Errors.Add(new RowError(row.Line, field.Name, Shown(field, text), read.Problem, read.Fix!));
        }

        if (Errors.Count > errors) return;
        if (LineOf(given, row.Line) is { } line && MergedInto(reference, given) is { } before)
        {
            before["lines"] = (IReadOnlyList<InvoiceLine>)[.. (IReadOnlyList<InvoiceLine>)before["lines"]!, line];
            return;
        }

        Rows.Add(new ParsedRow(row.Line, reference, given));
    }

    /// <summary>The line of an invoice that the row gives in columns of its own; it is put into <c>lines</c>.</summary>
    private static InvoiceLine? LineOf(Dictionary<string, object?> given, int fileLine)
    {
        if (given.GetValueOrDefault("lines") is not null || given.GetValueOrDefault("lineAmount") is null && given.GetValueOrDefault("lineUnitPrice") is null) return null;
        decimal quantity = given.GetValueOrDefault("lineQuantity") as decimal? ?? 1;
        decimal? price = given.GetValueOrDefault("lineUnitPrice") as decimal?;
        decimal amount = given.GetValueOrDefault("lineAmount") as decimal? ?? decimal.Round(quantity * price!.Value, 2, MidpointRounding.ToEven);
        var line = new InvoiceLine(given.GetValueOrDefault("lineDescription") as string ?? $"Line {fileLine}", quantity, price ?? (quantity == 0 ? 0 : decimal.Round(amount / quantity, 4, MidpointRounding.ToEven)), amount);
        given["lines"] = (IReadOnlyList<InvoiceLine>)[line];
        return line;
    }

    /// <summary>The row before, when this one is a further line of the same invoice.</summary>
    private Dictionary<string, object?>? MergedInto(string? reference, Dictionary<string, object?> given)
    {
        if (Rows is not [.., { } before] || before.Given.GetValueOrDefault("lineAmount") is null && before.Given.GetValueOrDefault("lineUnitPrice") is null) return null;
        bool same = reference is not null ? before.ExternalRef == reference : before.ExternalRef is null && before.Given.GetValueOrDefault("number") is string number && number == given.GetValueOrDefault("number") as string;
        return same ? before.Given : null;
    }

    private string? Text(SourceRow row, string field) => Mapping.Fields.TryGetValue(field, out string? column) ? row.Fields.GetValueOrDefault(column) : null;

    private Dictionary<string, string?> ByField(SourceRow row) => Mapping.Fields.ToDictionary(f => f.Key, f => row.Fields.GetValueOrDefault(f.Value), StringComparer.Ordinal);

    private void Skip(string reason) => Skipped[reason] = Skipped.GetValueOrDefault(reason) + 1;

    private static string Shown(ImportField field, string text) => field.Personal ? FieldText.Mask(text) : text.Length <= 80 ? text : text[..79] + "…";
}
