using System.Text;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>Checks that what a reply cites stands in the articles: the quote at its place, and no word in the sentence that the quotes do not hold.</summary>
public static class GroundingGuard
{
    /// <summary>The name in the decision record.</summary>
    public const string Name = "grounding";

    /// <summary>Checks each sentence that cites, and that an answer cites in each sentence where it cites in one.</summary>
    public static GuardVerdict Check(Reply reply, IPassages articles)
    {
        bool cites = reply.Sentences.Any(s => s.Citations.Count > 0);
        foreach (ReplySentence sentence in reply.Sentences)
        {
            if (cites && sentence.Citations.Count == 0) return Failed(sentence, "it carries no citation");
            foreach (Citation citation in sentence.Citations)
            {
                if (articles.At(citation) is not { } passage) return Failed(sentence, $"the article \"{citation.Title}\" is not published");
                if (passage.Version != citation.Version) return Failed(sentence, $"the article \"{citation.Title}\" has changed");
                if (!passage.Stands) return Failed(sentence, $"the quote does not stand at its place in \"{citation.Title}\"");
            }
            if (sentence.Citations.Count > 0 && WordNotIn(sentence) is { } word) return Failed(sentence, $"its word \"{word}\" stands in no quote");
        }
        int quotes = reply.Sentences.Sum(s => s.Citations.Count);
        return new GuardVerdict(Name, true, quotes == 0 ? "the reply states no fact of the product" : $"{quotes} quotes stand in their articles");
    }

    private static GuardVerdict Failed(ReplySentence sentence, string why) => new(Name, false, $"\"{(sentence.Text.Length <= 60 ? sentence.Text : sentence.Text[..60] + "…")}\": {why}");

    private static string? WordNotIn(ReplySentence sentence)
    {
        var quoted = new HashSet<string>(sentence.Citations.SelectMany(c => Words(c.Quote)), StringComparer.OrdinalIgnoreCase);
        // The numbers that count the steps of a list are put in order by us; the source may spell each of them "1.".
        return sentence.Text.Split('\n').Select(WithoutMarker).SelectMany(Words).FirstOrDefault(w => !quoted.Contains(w));
    }

    private static string WithoutMarker(string line)
    {
        string text = line.TrimStart();
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && digits < text.Length && text[digits] == '.' ? text[(digits + 1)..] : text;
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c)) word.Append(c);
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0) yield return word.ToString();
    }
}
