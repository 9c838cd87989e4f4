using Switchboard.Domain;

namespace Switchboard.Core.Transfer;

/// <summary>What an import is compared with: the rows that are stored.</summary>
public interface IImportTarget
{
    /// <summary>The tenant.</summary>
    Guid TenantId { get; }

    /// <summary>The tenant's currency.</summary>
    string Currency { get; }

    /// <summary>Looks up in one go what is asked for afterwards.</summary>
    void Prepare(ImportKind kind, IReadOnlyCollection<string> externalRefs, IReadOnlyCollection<string> keys);

    /// <summary>The stored row of an external reference that was prepared; null when there is none.</summary>
    ITenantOwned? FindByRef(ImportKind kind, string externalRef);

    /// <summary>The stored row of a key (an e-mail address, a number) that was prepared; null when there is none.</summary>
    ITenantOwned? FindByKey(ImportKind kind, string key);

    /// <summary>Looks up in one go the ids that are asked for afterwards.</summary>
    void PrepareIds(ImportKind kind, IReadOnlyCollection<string> externalRefs);

    /// <summary>The id of a row by its external reference, or by its key; null when there is none.</summary>
    Guid? IdOf(ImportKind kind, string externalRef);

    /// <summary>The highest number that was given within a row: the sequence of a conversation's last message; 0 when there is none.</summary>
    int LastNumberWithin(ImportKind kind, Guid within);
}

/// <summary>The rows that files imported before, in the same go, so that a dry run of many files can follow their references.</summary>
public sealed class KnownRows
{
    private readonly Dictionary<(string Kind, string Ref), Guid> ids = [];
    private readonly KnownRows? before;

    /// <summary>Begins with none.</summary>
    public KnownRows()
    {
    }

    private KnownRows(KnownRows before) => this.before = before;

    /// <summary>The rows of one file on top of these: they count once they are accepted.</summary>
    internal KnownRows Stage() => new(this);

    internal Guid? Find(string kind, string externalRef) => ids.TryGetValue((kind, externalRef), out Guid id) ? id : before?.Find(kind, externalRef);

    internal void Add(string kind, string externalRef, Guid id) => ids[(kind, externalRef)] = id;

    internal void Accept()
    {
        foreach (((string kind, string reference), Guid id) in ids) before!.Add(kind, reference, id);
    }
}
