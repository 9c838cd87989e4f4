using System.Reflection;
using Switchboard.Domain;

namespace Switchboard.Core.Transfer;

/// <summary>What a row is made of: what the file gives, and what is stored where the file is silent.</summary>
/// <param name="given">The fields the file gives, read; references as ids.</param>
/// <param name="stored">The stored row; null for a new one.</param>
/// <param name="tenantId">The tenant.</param>
/// <param name="id">The row's id.</param>
/// <param name="externalRef">The id it has where it comes from; null when it has none.</param>
/// <param name="now">The time of the import.</param>
/// <param name="currency">The tenant's currency.</param>
public sealed class RowValues<T>(IReadOnlyDictionary<string, object?> given, T? stored, Guid tenantId, Guid id, string? externalRef, DateTimeOffset now, string currency) where T : class
{
    /// <summary>The tenant.</summary>
    public Guid TenantId => tenantId;

    /// <summary>The row's id.</summary>
    public Guid Id => id;

    /// <summary>The id it has where it comes from; null when it has none.</summary>
    public string? ExternalRef => externalRef;

    /// <summary>The time of the import.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The tenant's currency.</summary>
    public string Currency => currency;

    /// <summary>Whether the file has a value for the field.</summary>
    public bool Has(string field) => given.GetValueOrDefault(field) is not null;

    /// <summary>The file's value; where its column is missing the stored one; else the other.</summary>
    public TValue Of<TValue>(string field, Func<T, TValue> kept, TValue otherwise) =>
        given.TryGetValue(field, out object? value)
            ? value is null ? otherwise : (TValue)value
            : stored is null ? otherwise : kept(stored);

    /// <summary>A value that may be missing.</summary>
    public TValue? Maybe<TValue>(string field, Func<T, TValue?> kept) => Of(field, kept, default);

    /// <summary>A value that a row cannot do without; the planner has seen to it that there is one.</summary>
    /// <exception cref="DomainRuleException">The file empties it.</exception>
    public TValue Must<TValue>(string field, Func<T, TValue> kept)
    {
        if (given.TryGetValue(field, out object? value)) return value is null ? throw Missing(field) : (TValue)value;
        return stored is null ? throw Missing(field) : kept(stored);
    }

    /// <summary>A rule that a row breaks by a field it lacks.</summary>
    public static DomainRuleException Missing(string field, string why = "is missing") => new("field_missing", $"{field} {why}.");
}

/// <summary>A row that is made out of a row of another kind.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="ExternalRef">The id it has where it comes from.</param>
/// <param name="Given">Its fields, read; references as texts.</param>
public sealed record DerivedRow(string Kind, string ExternalRef, IReadOnlyDictionary<string, object?> Given);

/// <summary>A kind of row that can be imported.</summary>
public abstract class ImportKind
{
    /// <summary>Its name in routes and commands: plural, lower_snake.</summary>
    public required string Name { get; init; }

    /// <summary>What tables of other systems that hold such rows are called.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The scope that importing it needs.</summary>
    public required string Scope { get; init; }

    /// <summary>Its fields. <c>externalRef</c> is one of every kind and is not listed.</summary>
    public required IReadOnlyList<ImportField> Fields { get; init; }

    /// <summary>Other names of the column with the external reference, in lower_snake.</summary>
    public IReadOnlyList<string> RefSynonyms { get; init; } = [];

    /// <summary>Fields by which a row is born: the first one given is the time of its id.</summary>
    public IReadOnlyList<string> Born { get; init; } = ["createdAt"];

    /// <summary>Properties that an import sets.</summary>
    public required IReadOnlyList<string> Covers { get; init; }

    /// <summary>The property that keeps the external reference; null for a kind that is found by its ids.</summary>
    public string? RefProperty { get; init; }

    /// <summary>The field that no two rows of a tenant share, by which a row without external reference is known; null when there is none.</summary>
    public string? KeyField { get; init; }

    /// <summary>The property behind <see cref="KeyField"/>.</summary>
    public string? KeyProperty { get; init; }

    /// <summary>The field of the row that numbers rows without gaps; null when nothing does.</summary>
    public string? NumberedWithin { get; init; }

    /// <summary>The entity.</summary>
    public abstract Type Entity { get; }

    /// <summary>Makes rows of other kinds out of a row: its external reference and the fields read.</summary>
    public Func<string, IReadOnlyDictionary<string, object?>, IEnumerable<DerivedRow>>? Derives { get; init; }

    /// <summary>Says of a row that it is another kind's, or that it has no home here; null for what is this kind's own.</summary>
    public Func<string, IReadOnlyDictionary<string, string?>, ElsewhereRow?>? Elsewhere { get; init; }

    /// <summary>Makes the row, or what the stored one becomes.</summary>
    /// <exception cref="DomainRuleException">It breaks a rule of the entity.</exception>
    public abstract ITenantOwned Make(RowContext context);

    /// <summary>The field of a name; null when there is none.</summary>
    public ImportField? Field(string name) => Fields.FirstOrDefault(f => f.Name == name);

    /// <summary>The properties that an import sets.</summary>
    internal IReadOnlyList<PropertyInfo> Properties => field ??= [.. Covers.Select(c => Entity.GetProperty(c) ?? throw new InvalidOperationException($"{Entity.Name} has no {c}."))];
}

/// <summary>What becomes of a row that is not of the kind of its file.</summary>
/// <param name="Reason">Why it is passed over; null when <paramref name="Row"/> takes its place.</param>
/// <param name="Row">The row it is.</param>
public sealed record ElsewhereRow(string? Reason, DerivedRow? Row);

/// <summary>What a row is made with.</summary>
/// <param name="Given">The fields the file gives, read; references as ids.</param>
/// <param name="Stored">The stored row; null for a new one.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="Id">The row's id.</param>
/// <param name="ExternalRef">The id it has where it comes from.</param>
/// <param name="Now">The time of the import.</param>
/// <param name="Currency">The tenant's currency.</param>
public sealed record RowContext(IReadOnlyDictionary<string, object?> Given, ITenantOwned? Stored, Guid TenantId, Guid Id, string? ExternalRef, DateTimeOffset Now, string Currency);

/// <summary>A kind of row that can be imported.</summary>
/// <param name="make">Makes the row, or what the stored one becomes, by the entity's own rules.</param>
/// <param name="allow">Says whether the stored row may become the new one; it throws what rule forbids it.</param>
public sealed class ImportKind<T>(Func<RowValues<T>, T> make, Action<T, T>? allow = null) : ImportKind where T : class, ITenantOwned
{
    /// <inheritdoc />
    public override Type Entity => typeof(T);

    /// <inheritdoc />
    public override ITenantOwned Make(RowContext context)
    {
        T row = make(new RowValues<T>(context.Given, (T?)context.Stored, context.TenantId, context.Id, context.ExternalRef, context.Now, context.Currency));
        if (context.Stored is T stored) allow?.Invoke(stored, row);
        return row;
    }
}
