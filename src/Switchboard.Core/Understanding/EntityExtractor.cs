using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Understanding;

/// <summary>
/// Finds typed values in a message: patterns with their checks, dates and times on the contact's calendar, money, quantities, names, the tenant's
/// catalogue, actions. Where two overlap the longest wins, then the one with a check, then the earlier rule. The work is linear in the message.
/// </summary>
public static class EntityExtractor
{
    /// <summary>How much of a message is read; what stands behind is passed over.</summary>
    public const int LongestText = 200_000;

    private const double leastPhone = 0.6;

    /// <summary>The values found, in order of place. A payment card keeps its last four digits only.</summary>
    public static IReadOnlyList<Entity> Extract(string text, EntityContext context)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        List<Token> tokens = Tokens.Of(text);
        Vocabulary words = Vocabulary.For(context.BaseLanguage);
        var found = new List<Candidate>();

        foreach (PatternHit hit in AddressPatterns.Find(text).Concat(NumberPatterns.Find(text)))
        {
            if (hit.Type == EntityTypes.Phone && hit.Confidence < leastPhone) continue;
            Add(0, hit.Rule is "luhn" or "mod97" ? 1 : 0, new Entity(hit.Type, hit.Type == EntityTypes.PaymentCard ? hit.Value : text[hit.Start..hit.End], hit.Start, hit.End, hit.Value) { Confidence = hit.Confidence });
        }
        foreach ((int start, int end) in CardMask.Find(text)) Add(0, 1, new Entity(EntityTypes.PaymentCard, text[start..end], start, end, text[start..end]) { Confidence = 0.99 });
        foreach (ReferenceHit hit in ReferenceFinder.Find(text, tokens, context.IsExact)) Add(1, 0, new Entity(hit.Type, text[hit.Start..hit.End], hit.Start, hit.End, hit.Value) { Confidence = hit.Confidence });
        foreach (TemporalHit hit in TemporalFinder.Find(text, tokens, words, context))
            Add(2, 0, Over(hit.Type, hit.First, hit.Next, hit.Value, hit.Value.Length == 0 ? 0.6 : 0.9) with { Alternative = hit.Alternative, Ambiguous = hit.Alternative is not null || hit.Value.Length == 0, Role = hit.Role });
        foreach (AmountHit hit in AmountFinder.Find(text, tokens, words, context))
            Add(hit.Type == EntityTypes.Number ? 9 : 3, 0, Over(hit.Type, hit.First, hit.Next, hit.Unit is null ? hit.Value : $"{hit.Value} {hit.Unit}", hit.Assumed ? 0.6 : 0.9) with { Assumed = hit.Assumed });
        if ((context.Names ?? (context.Catalogue.Count > 0 ? new TenantNames(context.Catalogue) : null)) is { } names)
            foreach ((int first, int next, CatalogueName name, double confidence) in names.Finder.Find(tokens)) Add(4, 0, Over(name.Type, first, next, name.Id, confidence) with { Source = EntitySource.Catalogue });
        foreach ((int first, int next, double confidence) in CompanyFinder.Find(text, tokens)) Add(5, 0, Over(EntityTypes.Organisation, first, next, text[tokens[first].Start..tokens[next - 1].End], confidence));
        foreach (NameHit hit in NameFinder.Find(text, tokens, context.KnownNames)) Add(6, 0, new Entity(EntityTypes.Person, text[hit.Start..hit.End], hit.Start, hit.End, text[hit.Start..hit.End]) { Confidence = hit.Confidence });
        foreach ((int at, string action, bool negated) in ActionFinder.Find(tokens, words)) Add(8, 0, Over(EntityTypes.Action, at, at + 1, action, 0.8) with { Negated = negated });
        return Resolve(found);

        void Add(int rule, int check, Entity entity) => found.Add(new Candidate(entity, rule, check));

        Entity Over(string type, int first, int next, string value, double confidence) =>
            new(type, Said(first, next), tokens[first].Start, tokens[next - 1].End, value) { Confidence = confidence };

        // Figures and marks are not folded: what stands there is there already.
        string Said(int first, int next) => next == first + 1 && tokens[first].Kind != TokenKind.Word ? tokens[first].Folded : text[tokens[first].Start..tokens[next - 1].End];
    }

    private static List<Entity> Resolve(List<Candidate> found)
    {
        // In order of place; what begins inside the one kept last competes with it alone, so a long chain costs one pass.
        found.Sort(static (a, b) => a.Entity.Start != b.Entity.Start ? a.Entity.Start.CompareTo(b.Entity.Start) : Compare(a, b));
        var kept = new List<Candidate>(found.Count);
        foreach (Candidate candidate in found)
        {
            if (kept.Count > 0 && candidate.Entity.Start < kept[^1].Entity.End)
            {
                if (Compare(candidate, kept[^1]) < 0) kept[^1] = candidate;
                continue;
            }
            kept.Add(candidate);
        }
        return [.. kept.Select(c => c.Entity)];
    }

    private static int Compare(Candidate a, Candidate b)
    {
        int length = (b.Entity.End - b.Entity.Start).CompareTo(a.Entity.End - a.Entity.Start);
        if (length != 0) return length;
        int check = b.Check.CompareTo(a.Check);
        return check != 0 ? check : a.Rule.CompareTo(b.Rule);
    }

    private readonly record struct Candidate(Entity Entity, int Rule, int Check);
}
