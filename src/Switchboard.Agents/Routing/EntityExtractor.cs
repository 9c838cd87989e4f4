using System.Text.Json.Serialization;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Language;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Product;
using Extractor = Switchboard.Core.Understanding.EntityExtractor;

namespace Switchboard.Agents.Routing;

/// <summary>A message whose values are wanted.</summary>
/// <param name="Text">The message.</param>
/// <param name="Clock">The instant relative dates count from; now when it is not given.</param>
/// <param name="TimeZone">IANA name of the contact's time zone; the tenant's when it is not given.</param>
/// <param name="Locale">BCP 47 tag of the contact's language and region; the tenant's when it is not given.</param>
/// <param name="Currency">ISO 4217 code an amount without a sign is taken for; the tenant's when it is not given.</param>
public sealed record EntityInput(string Text, DateTimeOffset? Clock = null, string? TimeZone = null, string? Locale = null, string? Currency = null);

/// <summary>What besides the message its values depend on.</summary>
/// <param name="Catalogue">Names of the tenant's plans, add-ons, features, competitors, integrations and SDK languages; null when they could not be read.</param>
public sealed record EntityFacts(IReadOnlyList<CatalogueName>? Catalogue = null);

/// <summary>A value of a message, with all that is known of it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Text">As it stands there.</param>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last.</param>
/// <param name="Value">The normalised value.</param>
/// <param name="Source">pattern, catalogue or model.</param>
/// <param name="Confidence">0..1.</param>
/// <param name="Ambiguous">Whether there is another reading, or no exact one.</param>
/// <param name="Negated">Whether the message says not to.</param>
/// <param name="Assumed">Whether a part of it, such as the currency, was taken from the tenant.</param>
/// <param name="Alternative">The other reading's value; left out where there is none.</param>
/// <param name="Role">from, to or by; left out where it is none of them.</param>
public sealed record FoundValue(
    string Type, string Text, int Start, int End, string Value, EntitySource Source, double Confidence, bool Ambiguous, bool Negated, bool Assumed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Alternative = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null);

/// <summary>The values of a message.</summary>
/// <param name="Entities">In order of place.</param>
/// <param name="Reason"><c>catalogue_unavailable</c> when only patterns were looked for; else left out.</param>
public sealed record EntityFinding(IReadOnlyList<FoundValue> Entities, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null);

/// <summary>Finds the typed values of a message, with their places: what specialists take as slots.</summary>
[Agent("routing/entity-extractor")]
public sealed class EntityExtractor : Analyst<EntityInput, EntityFacts, EntityFinding>
{
    private const int longestText = 100_000;

    private static readonly LanguageDetector languages = new();

    /// <inheritdoc />
    protected override async Task<Finding<EntityFacts>> LoadAsync(EntityInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input) is { } problem) return problem;
        try
        {
            return new EntityFacts(
                CatalogueNames.Of(
                    basis.Policies,
                    await rows.ListAsync<ProductFeature>(q => q.Where(f => f.RemovedOn == null).OrderBy(f => f.Key)),
                    await rows.ListAsync<Competitor>(q => q.OrderBy(c => c.Name)),
                    await rows.ListAsync((IQueryable<Integration> q) => q.Select(i => i.Type).Distinct().OrderBy(t => t)),
                    await rows.ListAsync((IQueryable<SdkRelease> q) => q.Select(r => r.Language).Distinct().OrderBy(l => l))));
        }
        catch (FactsDeniedException denied) when (denied.Reason != "capability_missing")
        {
            // The names are help, not a condition: without them the patterns still find what they find.
            return new EntityFacts();
        }
    }

    /// <inheritdoc />
    protected override Finding<EntityFinding> Compute(EntityInput input, EntityFacts facts, AgentBasis basis)
    {
        if (Problem(input) is { } problem) return problem;
        TimeZoneInfo zone = input.TimeZone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : basis.Zone;
        string locale = input.Locale ?? basis.Locale;
        string language = languages.Detect(input.Text) is { Tag: not "und" } detected ? detected.Tag : locale;
        var context = new EntityContext(input.Clock ?? basis.Now, zone, language, locale, input.Currency ?? basis.Currency) { Catalogue = facts.Catalogue ?? [], DecimalComma = input.Locale is { } own ? EntityContext.WritesComma(own) : null };
        return new EntityFinding([.. Extractor.Extract(input.Text, context).Select(e => new FoundValue(e.Type, e.Text, e.Start, e.End, e.Value, e.Source, e.Confidence, e.Ambiguous, e.Negated, e.Assumed, e.Alternative, e.Role))], facts.Catalogue is null ? "catalogue_unavailable" : null);
    }

    private static Stop? Problem(EntityInput input) => input switch
    {
        { Text.Length: > longestText } => new Stop("invalid_input", $"A text has at most {longestText} characters."),
        { Currency: { } currency } when !Currencies.IsCode(currency) => new Stop("invalid_input", $"{currency} is no currency; codes of ISO 4217 are three capital letters like EUR."),
        { TimeZone: { } zone } when !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) => new Stop("invalid_input", $"There is no time zone {zone}; IANA names are spelt like Europe/Berlin."),
        _ => null,
    };
}
