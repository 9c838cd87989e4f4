namespace Switchboard.Core.Routing;

/// <summary>What a turn has to do with a clarifying question: that it asks one, or that one waited for its message.</summary>
public sealed record Clarification
{
    /// <summary>Between which specialists the customer is asked to choose, the likeliest first; empty where nothing is asked.</summary>
    public IReadOnlyList<LeafChance> Options { get; init; } = [];

    /// <summary>Why it is asked; null where nothing is.</summary>
    public string? Why { get; init; }

    /// <summary>Clarifying questions in a row before this message.</summary>
    public int InARow { get; init; }

    /// <summary>What became of the question before: <c>chosen</c>, <c>said_anew</c> or <c>no_progress</c>; null when none waited.</summary>
    public string? Outcome { get; init; }

    /// <summary>Who was chosen; null when nobody was.</summary>
    public string? Chosen { get; init; }

    /// <summary>How: <c>number</c> or <c>name</c>.</summary>
    public string? By { get; init; }
}

/// <summary>Between whom a clarifying question lets the customer choose. Pure.</summary>
public static class ClarifyingQuestion
{
    private const int most = 3;
    private const double worthNaming = 0.10;

    /// <summary>The two best specialists, and the third where it is likely enough to be worth naming; fewer than two are no choice.</summary>
    /// <param name="likely">What is likely, with its probability.</param>
    /// <param name="here">Whether a specialist can be chosen.</param>
    public static IReadOnlyList<LeafChance> Between(IEnumerable<LeafChance> likely, Func<string, bool> here)
    {
        LeafChance[] best = [.. likely.Where(l => LeafPlaces.DomainOf(l.Leaf) is not null && here(l.Leaf)).OrderByDescending(l => l.P).ThenBy(l => l.Leaf, StringComparer.Ordinal).DistinctBy(l => l.Leaf).Take(most)];
        return best.Length == most && best[^1].P < worthNaming ? best[..^1] : best;
    }
}

/// <summary>A choice that was read from an answer.</summary>
/// <param name="Leaf">The specialist.</param>
/// <param name="By"><c>number</c> or <c>name</c>.</param>
public sealed record ChoiceRead(string Leaf, string By);

/// <summary>
/// Reads the answer to a clarifying question: a number or its word, or a name. A message that says anything else is no answer to it, however near it comes; it is read for itself. Pure.
/// </summary>
public static class ClarifyingAnswer
{
    private const int last = -1;

    /// <summary>Who is chosen; null when the message chooses nobody, or more than one.</summary>
    /// <param name="text">The message.</param>
    /// <param name="options">Between whom, by id.</param>
    /// <param name="namesOf">The names a specialist is called by.</param>
    public static ChoiceRead? Of(string text, IReadOnlyList<string> options, Func<string, IReadOnlyList<string>> namesOf)
    {
        var said = new SaidText(text);
        string words = $" {said.Words} ";
        string[] full = [.. options.Where(o => namesOf(o).Any(name => words.Contains($" {new SaidText(name).Words} ", StringComparison.Ordinal)))];
        if (full.Length == 1) return new ChoiceRead(full[0], "name");

        string[] content = [.. said.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => !ClarifyingWords.Around.Contains(w))];
        // "The second one" says one number, "one" alone another.
        string[] firm = [.. content.Where(w => w is not ("one" or "eins" or "un" or "une" or "uno" or "una" or "um" or "uma"))];
        if (firm.Length == 0) firm = content;
        if (firm.Length == 0) return null;
        if (firm.All(ClarifyingWords.Numbers.ContainsKey))
        {
            int[] numbers = [.. firm.Select(w => ClarifyingWords.Numbers[w]).Select(n => n == last ? options.Count : n).Distinct()];
            return numbers is [var one] && one >= 1 && one <= options.Count ? new ChoiceRead(options[one - 1], "number") : null;
        }

        string[] named = [.. options.Where(o => namesOf(o).Any(name => Names(name, firm)))];
        return named.Length == 1 ? new ChoiceRead(named[0], "name") : null;
    }

    /// <summary>Whether all the words are words of a specialist's name.</summary>
    private static bool Names(string called, string[] words)
    {
        string[] name = new SaidText(called).Words.Split(' ');
        return words.All(w => name.Any(n => n == w || w == n + "s"));
    }
}
