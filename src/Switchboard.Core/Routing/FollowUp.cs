using System.Collections.Frozen;
using Switchboard.Core.Understanding;

namespace Switchboard.Core.Routing;

/// <summary>
/// A message that asks nothing by itself: it names what shall be other in the question before, and every other word of it is one of those that any sentence has. "And paid yearly?",
/// "what about premium", "und für 20 Plätze?" are, "how do I pay yearly?" and "add 20 seats" are not. No sentence is known by heart: a word that is on no list makes it a question of its own.
/// </summary>
public static class FollowUp
{
    /// <summary>How often is paid: what no entity tells.</summary>
    public const string Cycle = "cycle";

    /// <summary>What can be other in a question: types of entities, and how often is paid.</summary>
    public static FrozenSet<string> Parts { get; } = FrozenSet.Create(
        StringComparer.Ordinal, Cycle, "plan", "add_on", EntityTypes.Quantity, EntityTypes.Number, EntityTypes.Percent, EntityTypes.Money, EntityTypes.Invoice, EntityTypes.Date, EntityTypes.DateRange, EntityTypes.Duration);

    private const int mostCharacters = 120;

    /// <summary>Words that carry no wish, by language. Words of how and how much are among them, words of cost and of doing are not.</summary>
    private static readonly FrozenSet<string> plain = string.Join(' ',
        "and or what about how if for with without on in at by to of from per each every the a an then instead just only also too is are it thats that this these would be we us you i me my our same again please thanks ok okay so but if much many rather there all up make " +
        "paid pay paying billed billing payment",
        "und oder was ist sind mit ohne wie für auf bei im in am an zu zum zur von vom pro je der die das den dem des ein eine einen einem einer dann stattdessen statt nur auch noch mal denn nun jetzt wenn wäre wären es wir uns ich mir sieht aus viel wieviel bitte danke aber so gleich " +
        "bezahlt gezahlt zahlen zahlung zahlweise abrechnung abgerechnet",
        "et ou pour avec sans en au aux à du de des la le les un une alors si seulement aussi est ce cela nous je quoi combien payé payée paiement",
        "y o para con sin a al del de la el los las un una entonces si solo también es eso qué tal cuánto nosotros pagado pagando pago",
        "e ou para com sem em no na ao do da dos das o a os as um uma então se só também é isso quanto pago pagando pagamento",
        "e o per con senza in al alla del della di il lo la gli le un una allora se solo anche è quello quanto pagato pagando pagamento").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What a message names that shall be other; null where it says anything beside, or names nothing.</summary>
    /// <param name="text">The message.</param>
    /// <param name="entities">What was found in it.</param>
    public static IReadOnlySet<string>? Of(string text, IReadOnlyList<Entity> entities)
    {
        // Who asks how something is done is told so.
        if (text.Length > mostCharacters || Router.AsksHow(text)) return null;
        var parts = new HashSet<string>(StringComparer.Ordinal);
        foreach (Entity entity in entities)
            if (Parts.Contains(entity.Type) && !entity.Negated) parts.Add(entity.Type);
        for (int at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            int end = at;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || (text[end] is '\'' or '’' && end + 1 < text.Length && char.IsLetter(text[end + 1])))) end++;
            string word = text[at..end].Replace("'", string.Empty, StringComparison.Ordinal).Replace("’", string.Empty, StringComparison.Ordinal).ToLowerInvariant();
            if (CycleWords.Annual.Contains(word) || CycleWords.Monthly.Contains(word)) parts.Add(Cycle);
            else if (!plain.Contains(word) && !entities.Any(e => Parts.Contains(e.Type) && ((e.Start <= at && end <= e.End) || IsUnitOf(e, text, at)))) return null;
            at = end;
        }

        return parts.Count > 0 ? parts : null;
    }

    /// <summary>All a message names that can be other in a question, whatever else it says.</summary>
    public static IReadOnlySet<string> PartsIn(string text, IReadOnlyList<Entity> entities)
    {
        HashSet<string> parts = [.. entities.Where(e => Parts.Contains(e.Type) && !e.Negated).Select(e => e.Type)];
        if (Tokens.Of(text).Select(t => text[t.Start..t.End].ToLowerInvariant()).Any(w => CycleWords.Annual.Contains(w) || CycleWords.Monthly.Contains(w))) parts.Add(Cycle);
        return parts;
    }

    /// <summary>Whether a word is what a quantity counts, which stands right behind its number.</summary>
    private static bool IsUnitOf(Entity entity, string text, int at) =>
        entity.Type == EntityTypes.Quantity && entity.End <= at && text.AsSpan(entity.End, at - entity.End).Trim(" -").IsEmpty;
}
