using System.Text.RegularExpressions;

namespace Switchboard.Core.Knowledge;

/// <summary>What a sentence of a help article is there for.</summary>
internal enum SentenceRole
{
    /// <summary>It says something about the subject.</summary>
    Content,

    /// <summary>It says what the article is about, or asks: useful to find the article, useless to a customer who asked.</summary>
    Purpose,

    /// <summary>It sends the reader to another text.</summary>
    Signpost,

    /// <summary>It says who may do something, or on which plan: an instruction without it can be wrong for the reader.</summary>
    Limit,
}

/// <summary>Recognises the roles of English sentences by the forms that help centres write them in.</summary>
internal static partial class SentenceRoles
{
    private const int longestLimit = 35;

    public static SentenceRole Of(TextUnit unit, string body)
    {
        if (unit.Kind != UnitKind.Sentence) return SentenceRole.Content;
        string text = unit.Text;
        if (text.EndsWith('?') || Purpose().IsMatch(text)) return SentenceRole.Purpose;
        // Without a link "See the devices under Settings" is an instruction.
        if (Signpost().IsMatch(text) && body.AsSpan(unit.Start, unit.End - unit.Start).Contains("](", StringComparison.Ordinal)) return SentenceRole.Signpost;
        return unit.Words <= longestLimit && Limit().IsMatch(text) ? SentenceRole.Limit : SentenceRole.Content;
    }

    [GeneratedRegex(@"^((this|the following) (short |quick )?(article|page|guide|reference|section|tutorial|document|topic|post|overview|faq|chapter)( here| also| will| can)* (shows?|explains?|describes?|helps?|lists?|covers?|tells?|takes? you|gives?|sets? out|provides?|outlines?|walks?|answers?|contains?|summari[sz]es?|introduces?|discusses|details|goes|looks|teach(es)?|guides?|is (for|about|meant|intended|an? |the ))|(in|on) this (article|page|guide|reference|section|tutorial|document|topic|post|overview|faq|chapter)\b|here('s| is| you will learn| you can learn)? how( to)? .*:$|(learn|find out|discover|read on to learn|you will learn|you('ll| will) (learn|find out)) (more about |about |how|what|when|where|why|which)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Purpose();

    [GeneratedRegex(@"^((please )?(also )?(see|read|refer to|consult|visit|check out)\b|(for|to) [^.]{3,120}?,? (please )?(also )?(see|read|refer to|consult|visit|check out|go to|follow)\b|(learn|read|find out|find) more\b|more (about|on|information|details)\b|(further|more) (information|details|reading)\b|related( articles?)?:)|\b(is|are) (listed|described|explained|covered|documented|set out|shown) (in|on|under)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Signpost();

    [GeneratedRegex(@"^only\b.*\b(admins?|administrators?|owners?|members?|managers?|roles?|plans?|customers?|users?|subscribers?|editors?)\b|\b(you|they) (must|need to) (be|have)\b.*\b(admin|administrator|owner|member|role|access|permissions?|plan|rights?)\b|\byou need\b.*\b(role|access|permissions?|plan|rights?|subscription)\b|\b(requires?|needs?)\b.*\b(plan|role|subscription|licen[cs]e|permissions?)\b|\b(available|included|part|free|works?) (only )?(in|on|with|for|of)\b.*\bplans?\b|\b(available|included) (only )?(in|on|with|for) [^.]*\b(premium|enterprise|business|professional|pro|plus|basic)\b|\b(must|can only) be (done |made )?(by )?(an? )?(admin|administrator|owner)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Limit();
}
