using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>What a turn's outcome rests on that its rows do not tell any more afterwards: a later turn or a person changes them. Messages do not change, so they are left out.</summary>
public sealed record TurnBasis
{
    /// <summary>The name of the turn's step that holds it.</summary>
    public const string StepName = "basis:turn";

    /// <summary>Who answered in the conversation.</summary>
    public required ConversationOwner Owner { get; init; }

    /// <summary>Where the conversation stood.</summary>
    public required ConversationStatus Status { get; init; }

    /// <summary>The unsure replies in a row before this turn.</summary>
    public required int LowConfidenceStreak { get; init; }

    /// <summary>The language that was known before; null while none was.</summary>
    public string? Language { get; init; }

    /// <summary>The address that was known before from the talk; null while none was.</summary>
    public string? ReplyEmail { get; init; }

    /// <summary>The proven contact's role; null for a visitor.</summary>
    public ContactRole? Role { get; init; }

    /// <summary>The proven contact's name; null for a visitor, and in what was recorded before it was kept.</summary>
    public string? ContactName { get; init; }

    /// <summary>The proven contact's address; null for a visitor, and in what was recorded before it was kept.</summary>
    public string? ContactEmail { get; init; }

    /// <summary>The customer the proven contact belonged to; null without one.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The key of that customer's plan; null without one.</summary>
    public string? Plan { get; init; }

    /// <summary>The tenant's time zone, by which days were counted.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The tenant's locale, by which short messages were read.</summary>
    public required string Locale { get; init; }

    /// <summary>The tenant's currency, which amounts without one were read in.</summary>
    public required string Currency { get; init; }

    /// <summary>The names of the tenant's catalogue that the message held; null when it held none, and in what was recorded before they were read.</summary>
    public IReadOnlyList<CatalogueName>? Names { get; init; }

    /// <summary>The dialogues that waited, the newest first.</summary>
    public required IReadOnlyList<WaitingDialogue> Dialogues { get; init; }

    /// <summary>How well the articles answered the message, as the router was told it, 0..1; null when they were not asked.</summary>
    public double? KnowledgeConfidence { get; init; }

    /// <summary>The version of the tenant's policies that something was decided by; null when nothing was, and in what was recorded before it was kept.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>By which rules it was routed: 2 since the routing agents do; null in what was recorded before, which is routed as it was then.</summary>
    public int? Rules { get; init; }

    /// <summary>By which guards it was checked: 1, policy and fact check on proposals and words; null in what was recorded before, which is replayed without them.</summary>
    public int? Guards { get; init; }

    /// <summary>Takes it from what was read for a turn, before the turn changes any of it.</summary>
    public static TurnBasis Of(TurnState state) => new()
    {
        Owner = state.Conversation.Owner,
        Status = state.Conversation.Status,
        LowConfidenceStreak = state.Conversation.LowConfidenceStreak,
        Language = state.Conversation.Language,
        ReplyEmail = state.Conversation.ReplyEmail,
        Role = state.Contact?.Role,
        ContactName = state.Contact?.Name,
        ContactEmail = state.Contact?.Email,
        CustomerId = state.Contact?.CustomerId,
        Plan = state.Plan,
        Rules = state.Rules == 1 ? null : state.Rules,
        Guards = state.IsGuarded ? 1 : null,
        TimeZone = state.Tenant.TimeZone,
        Locale = state.Tenant.Locale,
        Currency = state.Tenant.Currency,
        Dialogues = [.. state.Dialogues.Select(d => new WaitingDialogue(d.RunId, d.Journal.Count))],
    };

    /// <summary>As it is stored among the turn's steps.</summary>
    public JournalEntry ToStep() => Journal.EntryOf(StepName, this);
}

/// <summary>A dialogue that waited when a turn began.</summary>
/// <param name="RunId">The dialogue's run.</param>
/// <param name="Steps">How many steps its journal held.</param>
public sealed record WaitingDialogue(Guid RunId, int Steps);
