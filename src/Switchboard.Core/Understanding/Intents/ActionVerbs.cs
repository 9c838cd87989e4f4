using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>What a clause asks the desk to do, told by its verbs and not by the model.</summary>
public enum IntentAction
{
    /// <summary>To tell something: a question, and what has no other verb.</summary>
    Ask,

    /// <summary>To do or give something.</summary>
    Request,

    /// <summary>To make something different.</summary>
    Change,

    /// <summary>To end or undo something.</summary>
    Cancel,

    /// <summary>To take note that something does not work.</summary>
    Report,

    /// <summary>To take note that somebody is unhappy.</summary>
    Complain,

    /// <summary>To go on.</summary>
    Confirm,

    /// <summary>Not to go on.</summary>
    Deny,
}

/// <summary>The verb table: which words are verbs, and what they ask for.</summary>
public static class ActionVerbs
{
    private static readonly FrozenDictionary<string, IntentAction> table = new (IntentAction Action, string Words)[]
    {
        (IntentAction.Cancel, "cancel cancelled canceled canceling cancelling stop stopped terminate end close closed unsubscribe revoke withdraw undo abort quit delete deleted remove removed erase"),
        (IntentAction.Change, "change changed update updated edit modify switch move upgrade downgrade rename replace correct adjust amend transfer reschedule set reset"),
        (IntentAction.Report, "broken fails failed failing crash crashes crashed crashing error errors stuck freezes declined rejected blocked bounced missing lost stolen hacked charged"),
        (IntentAction.Complain, "complain complaint unacceptable ridiculous disappointed frustrated annoyed angry terrible awful worst"),
        (IntentAction.Request, "want need give send sent get refund refunded reimburse help order buy book create make add open activate enable disable export import download upload invite connect install pay paid return returned restore recover verify confirm call contact schedule cancel track check see find show tell explain"),
        (IntentAction.Confirm, "yes yep yeah okay ok agreed proceed"),
        (IntentAction.Deny, "no nope decline refuse"),
    }.SelectMany(e => e.Words.Split(' ').Select(w => (Word: w, e.Action))).DistinctBy(e => e.Word).ToFrozenDictionary(e => e.Word, e => e.Action, StringComparer.Ordinal);

    private static readonly FrozenSet<string> auxiliaries = ("am is are was were be been do does did have has had can could will would shall should may might must cannot cant couldnt wont wouldnt dont doesnt didnt isnt arent wasnt havent hasnt " +
        "im ive id ill its").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> questions = "what when where which who whom whose why how".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, IntentAction>.AlternateLookup<ReadOnlySpan<char>> verbs = table.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> auxiliaryWords = auxiliaries.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> questionWords = questions.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// What a clause asks for: how-to and other questions ask, whatever verb follows, unless they ask the desk to act ("can you cancel …"); otherwise the first verb of the table says
    /// it, and a clause without one asks.
    /// </summary>
    public static IntentAction Of(ReadOnlySpan<char> clause)
    {
        IntentAction? found = null;
        bool asks = false;
        var words = new WordEnumerator(clause);
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        for (int n = 0; words.Next(word) is > 0 and int length; n++)
        {
            ReadOnlySpan<char> lower = word[..length];
            asks |= n == 0 && questionWords.Contains(lower);
            if (found is null && verbs.TryGetValue(lower, out IntentAction action)) found = action;
        }
        if (asks && found is IntentAction.Request or IntentAction.Change or IntentAction.Cancel or null) return IntentAction.Ask;
        return found ?? IntentAction.Ask;
    }

    /// <summary>Whether a clause asks to be told something, wherever its question word stands: "I want to know how …".</summary>
    public static bool Wonders(ReadOnlySpan<char> clause)
    {
        var words = new WordEnumerator(clause);
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        while (words.Next(word) is > 0 and int length)
            if (questionWords.Contains(word[..length])) return true;
        return false;
    }

    /// <summary>Whether a part of a sentence could stand alone: it holds a verb of the table, an auxiliary or a question word.</summary>
    public static bool HasVerb(ReadOnlySpan<char> part)
    {
        var words = new WordEnumerator(part);
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        while (words.Next(word) is > 0 and int length)
        {
            ReadOnlySpan<char> lower = word[..length];
            if (verbs.ContainsKey(lower) || auxiliaryWords.Contains(lower) || questionWords.Contains(lower)) return true;
        }
        return false;
    }
}

/// <summary>The words of a text one after the other, in lower case without apostrophes.</summary>
internal ref struct WordEnumerator(ReadOnlySpan<char> text)
{
    public const int LongestWord = 32;

    private readonly ReadOnlySpan<char> text = text;
    private int at;

    /// <summary>Writes the next word, its end cut off where it is longer than there is room; gives its length, 0 at the end.</summary>
    public int Next(scoped Span<char> word)
    {
        int n = 0;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (char.IsLetterOrDigit(c))
            {
                if (n < word.Length) word[n++] = char.ToLowerInvariant(c);
            }
            else if (n > 0 && c is not ('\'' or '’')) break;
        }
        return n;
    }
}
