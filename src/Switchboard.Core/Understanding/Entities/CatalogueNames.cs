using Switchboard.Domain.Market;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Product;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Makes the names that customers may use of a tenant's own rows.</summary>
public static class CatalogueNames
{
    /// <summary>The names: plans and add-ons of the policies, features, competitors, kinds of integration, languages of the SDKs. One name stands for one thing, the first of this order.</summary>
    public static IReadOnlyList<CatalogueName> Of(
        TenantPolicies policies, IReadOnlyList<ProductFeature> features, IReadOnlyList<Competitor> competitors, IReadOnlyList<string> integrations, IReadOnlyList<string> languages) =>
    [
        .. new[]
        {
            policies.Plans.Select(p => new CatalogueName("plan", p.Key, p.Key)),
            policies.AddOns.SelectMany(a => Called("add_on", a.Key, a.Name, [a.Key.Replace('_', ' ')])),
            competitors.SelectMany(c => Called("competitor", c.Name, c.Name, c.Aliases)),
            integrations.SelectMany(i => Called("integration", i, i, [i.Replace('_', ' ')])),
            languages.Select(l => new CatalogueName("sdk_language", l, l)),
            features.SelectMany(f => Called("feature", f.Key, f.Name, f.Synonyms)),
        }.SelectMany(n => n).Where(n => !string.IsNullOrWhiteSpace(n.Name)).DistinctBy(n => n.Name.ToUpperInvariant()),
    ];

    private static IEnumerable<CatalogueName> Called(string type, string id, string name, IReadOnlyList<string> others) => others.Prepend(name).Select(n => new CatalogueName(type, n, id));
}
