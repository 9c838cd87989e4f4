using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Recognises a message that does nothing but answer the desk's last question.</summary>
public static class BareAnswer
{
    private const int mostCharacters = 200;

    private static readonly FrozenSet<string> courtesies = "please thanks thank you very much sir madam hi hello hey um uh well oh so just it is its the my here that thats this one i am im".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> yes = "yes y yeah yep yup sure ok okay correct right exactly absolutely definitely certainly confirm confirmed agreed fine go ahead do proceed continue course of sounds good perfect great".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> yesAlone = "yes y yeah yep yup sure ok okay correct right exactly absolutely definitely certainly confirm confirmed agreed fine proceed continue course perfect ahead".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> no = "no n nope nah not never dont do want rather stop cancel leave now really at all".Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> noAlone = "no n nope nah not never dont".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// <see cref="IntentLabels.Yes"/> or <see cref="IntentLabels.No"/> when, courtesies aside, there are only such words; <see cref="IntentLabels.SlotAnswer"/> when there is only one entity, of
    /// the expected type; else null, and the message is read as any other.
    /// </summary>
    /// <param name="text">The message.</param>
    /// <param name="entities">Its entities, by place.</param>
    /// <param name="expects">The entity type that was asked for, or <c>yes_no</c>.</param>
    public static string? Read(string text, IReadOnlyList<Entity> entities, string expects)
    {
        if (text.Length > mostCharacters) return null;
        if (entities.Count == 1 && entities[0].Type == expects && Rest(text, entities[0]).All(courtesies.Contains)) return IntentLabels.SlotAnswer;
        if (entities.Count > 0) return null;
        string[] words = [.. Words(text).Where(w => !courtesies.Contains(w))];
        if (words.Length == 0) return null;
        if (words.All(no.Contains) && words.Any(noAlone.Contains)) return IntentLabels.No;
        return words.All(yes.Contains) && words.Any(yesAlone.Contains) ? IntentLabels.Yes : null;
    }

    private static IEnumerable<string> Rest(string text, Entity entity) => Words(text[..entity.Start]).Concat(Words(text[entity.End..]));

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var enumerator = new WordEnumerator(text);
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        while (enumerator.Next(word) is > 0 and int length) words.Add(word[..length].ToString());
        return words;
    }
}
