using System.Reflection;
using Switchboard.Domain;

namespace Switchboard.Core.Transfer;

/// <summary>A stored row that becomes another.</summary>
/// <param name="Stored">The row as it is stored.</param>
/// <param name="Values">What changes: the properties' names and new values.</param>
public sealed record PlannedChange(ITenantOwned Stored, IReadOnlyDictionary<string, object?> Values);

/// <summary>What an import does with the rows of one kind, decided before anything is written. With an error nothing is.</summary>
public sealed class ImportPlan
{
    private readonly Dictionary<string, int> refLines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> keyLines = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> numbers = [];
    private readonly IImportTarget target;
    private readonly KnownRows known;
    private readonly DateTimeOffset now;

    private ImportPlan(ImportKind kind, IImportTarget target, KnownRows known, DateTimeOffset now)
    {
        Kind = kind;
        this.target = target;
        this.known = known;
        this.now = now;
    }

    /// <summary>The kind.</summary>
    public ImportKind Kind { get; }

    /// <summary>New rows, those that others point to first.</summary>
    public List<ITenantOwned> Added { get; } = [];

    /// <summary>Rows that change.</summary>
    public List<PlannedChange> Changed { get; } = [];

    /// <summary>Rows that stay as they are.</summary>
    public int Unchanged { get; private set; }

    /// <summary>What is wrong.</summary>
    public List<RowError> Errors { get; } = [];

    /// <summary>Plans a file: the rows of its own kind, then those that were made out of them. Rows that were made are passed over where they are wrong.</summary>
    public static (ImportPlan Main, IReadOnlyList<ImportPlan> Derived) Create(ParsedFile file, IImportTarget target, KnownRows known, DateTimeOffset now)
    {
        // A file with an error changes nothing, so nothing may point to its rows.
        KnownRows staged = known.Stage();
        var main = new ImportPlan(file.Kind, target, staged, now);
        main.Errors.AddRange(file.Errors);
        main.Add(file.Rows);
        var derived = new List<DerivedLine>(file.Elsewhere);
        if (file.Kind.Derives is { } derive)
        {
            foreach (ParsedRow row in file.Rows.Where(r => r.ExternalRef is not null)) derived.AddRange(derive(row.ExternalRef!, row.Given).Select(d => new DerivedLine(row.Line, d)));
        }

        var plans = new List<ImportPlan>();
        foreach (IGrouping<string, DerivedLine> group in derived.GroupBy(d => d.Row.Kind, StringComparer.Ordinal))
        {
            var plan = new ImportPlan(ImportKinds.Find(group.Key)!, target, staged, now);
            plan.Add([.. group.Select(d => new ParsedRow(d.Line, d.Row.ExternalRef, new Dictionary<string, object?>(d.Row.Given, StringComparer.Ordinal)))]);
            plans.Add(plan);
        }

        if (main.Errors.Count == 0) staged.Accept();
        return (main, plans);
    }

    private void Add(IReadOnlyList<ParsedRow> rows)
    {
        target.Prepare(Kind, [.. rows.Select(r => r.ExternalRef).OfType<string>().Distinct(StringComparer.Ordinal)], [.. rows.Select(KeyOf).OfType<string>().Distinct(StringComparer.Ordinal)]);
        foreach (ImportField field in Kind.Fields.Where(f => f.Type == FieldType.Reference))
        {
            string[] asked = [.. rows.Select(r => r.Given.GetValueOrDefault(field.Name)).OfType<string>().Distinct(StringComparer.Ordinal)];
            if (asked.Length > 0) target.PrepareIds(ImportKinds.Find(field.Refers!)!, asked);
        }

        // Numbers without gaps follow the time, however the file is ordered.
        IEnumerable<ParsedRow> ordered = Kind.NumberedWithin is null ? rows : rows.OrderBy(r => r.Given.GetValueOrDefault(Kind.Born[0]) as DateTimeOffset?);
        foreach (ParsedRow row in ordered) Add(row);
        Errors.Sort((a, b) => a.Line.CompareTo(b.Line));
    }

    private void Add(ParsedRow row)
    {
        string? key = KeyOf(row);
        if (row.ExternalRef is { } reference && !refLines.TryAdd(reference, row.Line))
        {
            Fail(row, "externalRef", reference, $"stands on line {refLines[reference]} already", "Each row has a reference of its own.");
            return;
        }

        if (key is not null && !keyLines.TryAdd(key, row.Line))
        {
            Fail(row, Kind.KeyField, Shown(Kind.KeyField!, key), $"stands on line {keyLines[key]} already", $"No two {Kind.Name} share it.");
            return;
        }

        if (Find(row, key) is not { } found) return;
        var given = new Dictionary<string, object?>(row.Given, StringComparer.Ordinal);
        int errors = Errors.Count;
        foreach (ImportField field in Kind.Fields)
        {
            bool has = given.TryGetValue(field.Name, out object? value);
            if (field.Required && (has ? value is null : found.Stored is null)) Fail(row, field.Name, null, "is missing", $"Each of the {Kind.Name} needs a value here.");
            if (field.Type != FieldType.Reference || value is not string other) continue;
            ImportKind kind = ImportKinds.Find(field.Refers!)!;
            if ((known.Find(kind.Name, other) ?? target.IdOf(kind, other)) is { } id) given[field.Name] = id;
            else Fail(row, field.Name, other, $"names none of the {kind.Name}", $"Import the {kind.Name} first, or correct the reference.");
        }

        if (Errors.Count > errors) return;
        Make(row, key, found.Stored, given);
    }

    /// <summary>The stored row that a row is; null when an error was noted.</summary>
    private Found? Find(ParsedRow row, string? key)
    {
        ITenantOwned? byRef = row.ExternalRef is { } reference ? target.FindByRef(Kind, reference) : null;
        ITenantOwned? byKey = key is null ? null : target.FindByKey(Kind, key);
        if (byKey is null || byKey == byRef) return new Found(byRef);
        // A row that is known by its key alone, and by no other reference, is taken over.
        if (byRef is null && (row.ExternalRef is null || byKey is not IImported { ExternalRef: not null })) return new Found(byKey);
        Fail(row, Kind.KeyField, Shown(Kind.KeyField!, key!), "belongs to another row that is stored", $"No two {Kind.Name} share it; correct it, or use the external reference of the stored row.");
        return null;
    }

    private void Make(ParsedRow row, string? key, ITenantOwned? stored, Dictionary<string, object?> given)
    {
        string reference = row.ExternalRef ?? key!;
        string? kept = row.ExternalRef ?? (stored as IImported)?.ExternalRef;
        DateTimeOffset born = Kind.Born.Select(b => given.GetValueOrDefault(b) switch
        {
            DateTimeOffset at => at,
            DateOnly day => new DateTimeOffset(day, default, TimeSpan.Zero),
            _ => (DateTimeOffset?)null,
        }).FirstOrDefault(b => b is not null) ?? now;
        Guid id = stored is null ? RowIds.Make(born, Kind.Name, reference) : IdOf(stored);
        if (Kind.NumberedWithin is { } within && stored is null && given.GetValueOrDefault(within) is Guid parent)
        {
            int last = numbers.TryGetValue(parent, out int number) ? number : target.LastNumberWithin(Kind, parent);
            given["sequence"] = numbers[parent] = last + 1;
        }

        try
        {
            ITenantOwned made = Kind.Make(new RowContext(given, stored, target.TenantId, id, kept, now, target.Currency));
            if (stored is null) Added.Add(made);
            else if (Differences(stored, made) is { Count: > 0 } values) Changed.Add(new PlannedChange(stored, values));
            else Unchanged++;
        }
        catch (DomainRuleException broken)
        {
            Fail(row, null, null, broken.Message, $"The rule is {broken.Rule}.");
            return;
        }

        known.Add(Kind.Name, reference, id);
        if (key is not null) known.Add(Kind.Name, key, id);
    }

    private Dictionary<string, object?> Differences(ITenantOwned stored, ITenantOwned made)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (PropertyInfo property in Kind.Properties)
        {
            object? before = property.GetValue(stored), after = property.GetValue(made);
            // Lists and records have no equality of their own; their JSON is what is stored of them.
            bool same = before is null || after is null || before is string or ValueType ? Equals(before, after) : Json.Write<object>(before) == Json.Write<object>(after);
            if (!same) values[property.Name] = after;
        }

        return values;
    }

    private string? KeyOf(ParsedRow row) => Kind.KeyField is { } field ? row.Given.GetValueOrDefault(field) as string : null;

    private static Guid IdOf(ITenantOwned row) => row is TenantRow owned ? owned.Id : throw new InvalidOperationException($"{row.GetType().Name} has no id.");

    private string Shown(string field, string text) => Kind.Field(field) is { Personal: true } ? FieldText.Mask(text) : text;

    private void Fail(ParsedRow row, string? field, string? value, string problem, string fix) => Errors.Add(new RowError(row.Line, field, value, problem, fix));

    private sealed record Found(ITenantOwned? Stored);
}
