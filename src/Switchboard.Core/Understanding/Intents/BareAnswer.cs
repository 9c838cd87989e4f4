using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Recognises a message that does nothing but answer the desk's last question, in the languages numbers and dates are read in.</summary>
public static class BareAnswer
{
    private const int mostCharacters = 200;

    private static readonly FrozenSet<string> courtesies = Words(
        "please thanks thank you very much sir madam hi hello hey um uh well oh so just it is its the my here that thats this one i am im",
        "bitte danke merci sil te vous plaît plait gracias por favor obrigado obrigada grazie per favore");

    // Words that may stand in a yes, and those of which one must: "do it" and "sounds good" are one, "go" and "me" alone are none. What is no word of these lists makes a message no bare answer.
    private static readonly FrozenSet<string> yesBeside = Words(
        "go of good great for to me let lets us works take",
        "sie das es so machen bien je le y bene fazer de");

    private static readonly FrozenSet<string> yesAlone = Words(
        "yes y yeah yep yup sure ok okay correct right exactly absolutely definitely certainly confirm confirmed agree agreed accept accepted approve approved fine proceed continue course perfect ahead do sounds deal",
        "ja jawohl gern gerne genau einverstanden klar natürlich passt richtig korrekt stimmt mach oui ouais daccord volontiers sûr exact exactement confirme allez",
        "sí si claro vale dale adelante acuerdo confirmo correcto hazlo hágalo sim acordo correto certo pode sì va procedi proceda confermo esatto");

    private static readonly FrozenSet<string> yes = yesBeside.Concat(yesAlone).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> noAlone = Words("no n nope nah not never dont nein nee nö nicht niemals non jamais não nao nunca jamás");

    private static readonly FrozenSet<string> no = noAlone.Concat(Words("do want rather stop cancel leave now really at all lieber jetzt auf keinen fall pas maintenant ahora agora adesso")).ToFrozenSet(StringComparer.Ordinal);

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
        string[] words = [.. Said(text).Where(w => !courtesies.Contains(w))];
        if (words.Length == 0) return null;
        if (words.All(no.Contains) && words.Any(noAlone.Contains)) return IntentLabels.No;
        return words.All(yes.Contains) && words.Any(yesAlone.Contains) ? IntentLabels.Yes : null;
    }

    private static IEnumerable<string> Rest(string text, Entity entity) => Said(text[..entity.Start]).Concat(Said(text[entity.End..]));

    private static FrozenSet<string> Words(params string[] lists) => lists.SelectMany(l => l.Split(' ')).ToFrozenSet(StringComparer.Ordinal);

    private static List<string> Said(string text)
    {
        var words = new List<string>();
        var enumerator = new WordEnumerator(text);
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        while (enumerator.Next(word) is > 0 and int length) words.Add(word[..length].ToString());
        return words;
    }
}
