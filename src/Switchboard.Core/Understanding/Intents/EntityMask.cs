using System.Text;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Puts the type of an entity in the place of its value, so that what is wanted does not hang on which invoice it is about.</summary>
public static class EntityMask
{
    /// <summary>The part of a text from <paramref name="start"/> to <paramref name="end"/> with each entity that lies in it as <c>&lt;type&gt;</c>. Of two that overlap the earlier stays.</summary>
    public static string Apply(string text, int start, int end, IReadOnlyList<Entity> entities)
    {
        if (!entities.Any(e => e.Start >= start && e.End <= end)) return text[start..end];
        var masked = new StringBuilder(end - start);
        int at = start;
        foreach (Entity entity in entities.Where(e => e.Start >= start && e.End <= end).OrderBy(e => e.Start).ThenByDescending(e => e.End))
        {
            if (entity.Start < at) continue;
            masked.Append(text, at, entity.Start - at).Append('<').Append(entity.Type).Append('>');
            at = entity.End;
        }
        return masked.Append(text, at, end - at).ToString();
    }

    /// <summary>The whole text masked, as an example to train from.</summary>
    public static string Apply(string text, IReadOnlyList<Entity> entities) => Apply(text, 0, text.Length, entities);
}
