using Switchboard.Core.Knowledge;
using Switchboard.Core.Understanding;

namespace Switchboard.Core.Agents;

/// <summary>What an operator's own agent does: its card says all of it, for it has no class.</summary>
/// <param name="Slots">What it asks for before it says anything, in order.</param>
/// <param name="Articles">The articles it answers from; null when it answers from its texts alone.</param>
/// <param name="Team">The team it hands over to when it has no answer; null when it hands over to nobody.</param>
/// <param name="Reason">The code with which it hands over.</param>
public sealed record OwnTalk(IReadOnlyList<OwnSlot> Slots, ArticleChoice? Articles, string? Team, string Reason)
{
    /// <summary>The text said at a handover.</summary>
    public const string Handoff = "handoff";

    /// <summary>The text said when the articles have no answer and nobody takes over.</summary>
    public const string Unknown = "unknown";
}

/// <summary>A value that an operator's own agent asks for.</summary>
/// <param name="Name">Its name in texts.</param>
/// <param name="Type">The type of entity it is, or <see cref="Words"/> for whatever is answered.</param>
public sealed record OwnSlot(string Name, string Type)
{
    /// <summary>The type of a slot that takes any answer.</summary>
    public const string Words = "words";

    /// <summary>What can be asked for. Numbers of cards, accounts and papers cannot.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        Words, EntityTypes.Email, EntityTypes.Phone, EntityTypes.Url, EntityTypes.Date, EntityTypes.Time, EntityTypes.Money, EntityTypes.Number, EntityTypes.Quantity, EntityTypes.Invoice, EntityTypes.Order,
        EntityTypes.Ticket, EntityTypes.Tracking, EntityTypes.ErrorCode, EntityTypes.Version,
    ];
}
