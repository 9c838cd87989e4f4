using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Transfer;
using Switchboard.Domain;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Transfer;

/// <summary>The stored rows that an import is compared with, looked up in few queries.</summary>
/// <param name="db">The tenant's rows; where they are tracked, the rows found can be changed.</param>
/// <param name="currency">The tenant's currency.</param>
internal sealed class ImportTarget(SwitchboardDb db, string currency) : IImportTarget
{
    // Below what SQLite and PostgreSQL take as parameters, and few enough for a plan by index.
    private const int chunk = 500;
    private static readonly MethodInfo tails = Method(nameof(LoadTails)), rowsBy = Method(nameof(LoadRowsBy)), idsBy = Method(nameof(LoadIdsBy)), byIds = Method(nameof(LoadRowsByIds));

    private readonly Dictionary<(string Kind, string Ref), ITenantOwned> byRef = [];
    private readonly Dictionary<(string Kind, string Key), ITenantOwned> byKey = [];
    private readonly Dictionary<(string Kind, string Ref), Guid> ids = [];
    private readonly Dictionary<string, Dictionary<Guid, Guid>> tailsOf = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public Guid TenantId => db.TenantId;

    /// <inheritdoc />
    public string Currency => currency;

    /// <inheritdoc />
    public void Prepare(ImportKind kind, IReadOnlyCollection<string> externalRefs, IReadOnlyCollection<string> keys)
    {
        if (kind.RefProperty is { } property) Call(rowsBy, kind, property, externalRefs, byRef);
        else
        {
            Dictionary<Guid, Guid> known = TailsOf(kind);
            var wanted = new Dictionary<Guid, string>();
            foreach (string reference in externalRefs)
            {
                if (known.TryGetValue(RowIds.TailOf(kind.Name, reference), out Guid id)) wanted[id] = reference;
            }

            Call(byIds, kind, wanted);
        }

        if (kind.KeyProperty is { } key) Call(rowsBy, kind, key, keys, byKey);
    }

    /// <inheritdoc />
    public ITenantOwned? FindByRef(ImportKind kind, string externalRef) => byRef.GetValueOrDefault((kind.Name, externalRef));

    /// <inheritdoc />
    public ITenantOwned? FindByKey(ImportKind kind, string key) => byKey.GetValueOrDefault((kind.Name, key));

    /// <inheritdoc />
    public void PrepareIds(ImportKind kind, IReadOnlyCollection<string> externalRefs)
    {
        // A reference may name a row by its key as well; the external reference has precedence.
        if (kind.KeyProperty is { } key) Call(idsBy, kind, key, externalRefs);
        if (kind.RefProperty is { } property) Call(idsBy, kind, property, externalRefs);
        else
        {
            Dictionary<Guid, Guid> known = TailsOf(kind);
            foreach (string reference in externalRefs)
            {
                if (known.TryGetValue(RowIds.TailOf(kind.Name, reference), out Guid id)) ids[(kind.Name, reference)] = id;
            }
        }
    }

    /// <inheritdoc />
    public Guid? IdOf(ImportKind kind, string externalRef) => ids.TryGetValue((kind.Name, externalRef), out Guid id) ? id : null;

    /// <inheritdoc />
    public int LastNumberWithin(ImportKind kind, Guid within) => kind.Entity == typeof(Message)
        ? db.Messages.Where(m => m.ConversationId == within).Max(m => (int?)m.Sequence) ?? 0
        : throw new InvalidOperationException($"{kind.Name} are not numbered.");

    private static MethodInfo Method(string name) => typeof(ImportTarget).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    private void Call(MethodInfo method, ImportKind kind, params object[] arguments) => method.MakeGenericMethod(kind.Entity).Invoke(this, BindingFlags.DoNotWrapExceptions, null, [kind, .. arguments], null);

    private Dictionary<Guid, Guid> TailsOf(ImportKind kind)
    {
        if (!tailsOf.ContainsKey(kind.Name)) Call(tails, kind);
        return tailsOf[kind.Name];
    }

    /// <summary>All ids of an entity without their time: what a kind without a column for external references is found by.</summary>
    private void LoadTails<T>(ImportKind kind) where T : class
    {
        var known = new Dictionary<Guid, Guid>();
        foreach (Guid id in db.Set<T>().Select(r => EF.Property<Guid>(r, "Id"))) known[RowIds.TailOf(id)] = id;
        tailsOf[kind.Name] = known;
    }

    private void LoadRowsBy<T>(ImportKind kind, string property, IReadOnlyCollection<string> values, Dictionary<(string, string), ITenantOwned> into) where T : class, ITenantOwned
    {
        PropertyInfo read = typeof(T).GetProperty(property)!;
        foreach (string[] part in values.Chunk(chunk))
        {
            foreach (T row in db.Set<T>().Where(r => part.Contains(EF.Property<string>(r, property)))) into[(kind.Name, (string)read.GetValue(row)!)] = row;
        }
    }

    private void LoadIdsBy<T>(ImportKind kind, string property, IReadOnlyCollection<string> values) where T : class
    {
        foreach (string[] part in values.Chunk(chunk))
        {
            foreach (var row in db.Set<T>().Where(r => part.Contains(EF.Property<string>(r, property))).Select(r => new { Ref = EF.Property<string>(r, property), Id = EF.Property<Guid>(r, "Id") }))
                ids[(kind.Name, row.Ref)] = row.Id;
        }
    }

    private void LoadRowsByIds<T>(ImportKind kind, Dictionary<Guid, string> wanted) where T : class, ITenantOwned
    {
        foreach (Guid[] part in wanted.Keys.Chunk(chunk))
        {
            foreach (T row in db.Set<T>().Where(r => part.Contains(EF.Property<Guid>(r, "Id")))) byRef[(kind.Name, wanted[((TenantRow)(object)row).Id])] = row;
        }
    }
}
