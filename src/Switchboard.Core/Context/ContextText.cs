using System.Globalization;
using System.Text;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding.Injection;

namespace Switchboard.Core.Context;

/// <summary>Writes a context as text for a language model.</summary>
public static class ContextText
{
    /// <summary>Characters the text may have where nobody says otherwise.</summary>
    public const int UsualBudget = 1600;

    /// <summary>
    /// Flags first, then the facts in their order, cut at whole lines. Classes that may not reach the model are left out and named; what a customer wrote stands in a
    /// marked block of data.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="budget">Characters it may have at most.</param>
    /// <param name="allowed">Classes of data that may reach the model.</param>
    /// <param name="seed">What the mark of quoted text is made from: the customer, so that a replay writes the same.</param>
    public static string Write(AccountContext context, int budget, IReadOnlyCollection<string> allowed, Guid seed)
    {
        var text = new StringBuilder();
        bool Fits(string line)
        {
            if (text.Length + line.Length + (text.Length > 0 ? 1 : 0) > budget) return false;
            if (text.Length > 0) text.Append('\n');
            text.Append(line);
            return true;
        }

        string[] left = [.. ContextFields.Classes.Where(c => !allowed.Contains(c) && context.Facts.Any(f => ClassOf(f) == c))];
        if (context.CustomerId is not null && !Fits($"flags: {(context.Flags.Count > 0 ? string.Join(", ", context.Flags) : "none")}")) return text.ToString();
        if (left.Length > 0 && !Fits($"left out: {string.Join(", ", left)}")) return text.ToString();
        if (context.Missing.Count > 0 && !Fits($"not known: {string.Join(", ", context.Missing)}")) return text.ToString();
        foreach (ContextFact fact in context.Facts.Where(f => allowed.Contains(ClassOf(f))))
        {
            string line = ContextFields.Find(fact.Name) is { IsWritten: true }
                ? $"{fact.Name}:\n{UntrustedText.Quote(fact.Value, fact.Name, seed)}"
                : string.Create(CultureInfo.InvariantCulture, $"{fact.Name}: {OneLine(fact.Value)} (as of {fact.AsOf.UtcDateTime:yyyy-MM-dd})");
            if (!Fits(line)) break;
        }

        return text.ToString();
    }

    private static string ClassOf(ContextFact fact) => ContextFields.Find(fact.Name)?.DataClass ?? ContextFields.ContactClass;

    /// <summary>A value that holds a line break would be a line of its own.</summary>
    private static string OneLine(string value) => UntrustedText.Clean(value).ReplaceLineEndings(" ");
}
