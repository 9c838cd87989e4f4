using System.Text;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Puts the type of an entity in the place of its value, so that what is wanted does not hang on which invoice it is about.</summary>
public static class EntityMask
{
    /// <summary>
    /// The part of a text from <paramref name="start"/> to <paramref name="end"/> with each entity that lies in it as <c>&lt;type&gt;</c>. Of two that overlap the earlier stays. Actions keep
    /// their verb, for that is what is wanted, and so do features, which many wishes are told apart by.
    /// </summary>
    public static string Apply(string text, int start, int end, IReadOnlyList<Entity> entities)
    {
        Entity[] inside = [.. entities.Where(e => e.Start >= start && e.End <= end && e.Type is not (EntityTypes.Action or "feature")).OrderBy(e => e.Start).ThenByDescending(e => e.End)];
        if (inside.Length == 0) return text[start..end];
        var masked = new StringBuilder(end - start);
        int at = start;
        foreach (Entity entity in inside)
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
