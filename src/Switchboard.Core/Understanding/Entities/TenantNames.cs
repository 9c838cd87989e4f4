namespace Switchboard.Core.Understanding.Entities;

/// <summary>The names of a tenant's catalogue, prepared once for many messages.</summary>
/// <param name="all">The names.</param>
public sealed class TenantNames(IReadOnlyList<CatalogueName> all)
{
    private readonly Lazy<CatalogueFinder> finder = new(() => new CatalogueFinder(all));

    /// <summary>No names.</summary>
    public static TenantNames None { get; } = new([]);

    /// <summary>The names.</summary>
    public IReadOnlyList<CatalogueName> All => all;

    internal CatalogueFinder Finder => finder.Value;

    /// <summary>The names a text holds. With these alone it is read as with all: so a turn keeps them, and a replay needs no catalogue.</summary>
    public IReadOnlyList<CatalogueName> In(string text) =>
        all.Count == 0 ? [] : [.. Finder.Find(Tokens.Of(text.Length > EntityExtractor.LongestText ? text[..EntityExtractor.LongestText] : text)).Select(f => f.Name).Distinct()];
}

/// <summary>Where turns get the names of a tenant's catalogue: the port whose home is the storage. What it gives may be a minute old.</summary>
public interface ITenantNames
{
    /// <summary>The names as they are known now.</summary>
    ValueTask<TenantNames> OfAsync(Guid tenantId, CancellationToken cancellationToken);
}
