using Switchboard.Core.Understanding;

namespace Switchboard.Core.Routing;

/// <summary>What one wish of a message is to do, so that it can be told which of several wishes has a meaning only after another. Pure.</summary>
internal static class WishActions
{
    /// <summary>The action as the coordinator names it: that of the wish's own words, and of seats whether they come or go; null where it names none.</summary>
    public static string? Of(string text, IReadOnlyList<ValueSeen> entities)
    {
        string? action = entities.FirstOrDefault(e => e.Type == EntityTypes.Action && !e.Negated)?.Value;
        var said = new SaidText(text);
        if (action is "cancel" or "upgrade" or "downgrade" || !said.Any("seat", "seats", "licence*", "license*", "users")) return action;
        if (said.Any("add", "more", "additional", "extra", "another", "buy", "increase")) return "add_seats";
        return said.Any("remove", "fewer", "less", "reduce", "drop", "take away", "give up") ? "remove_seats" : action;
    }
}
