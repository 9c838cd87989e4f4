using Switchboard.Domain;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Something a draft stands on.</summary>
/// <param name="Id">Which.</param>
/// <param name="Kind">kb_chunk, record, policy, action or tool_result.</param>
/// <param name="Text">What it says.</param>
public sealed record DraftEvidence([property: Given] string Id, [property: Given] string Kind, [property: Given] string Text)
{
    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Its status: published, draft …</summary>
    public string? Status { get; init; }

    /// <summary>public, internal …</summary>
    public string? Visibility { get; init; }
}

/// <summary>A mark in the text and what it points to.</summary>
/// <param name="Marker">The mark.</param>
/// <param name="EvidenceId">The evidence.</param>
public sealed record DraftCitation(string Marker, string EvidenceId);

/// <summary>Something that is done, or would be, in the run that wrote the draft.</summary>
/// <param name="Type">refund, credit, discount, handoff …; an action's name counts as well.</param>
/// <param name="State">proposed, pending, approved, succeeded, failed or rejected.</param>
/// <param name="Amount">How much; of a discount its rate, 0..1.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Ref">What it is about.</param>
public sealed record DraftAction([property: Given] string Type, [property: Given] string State, [property: AtLeast(0)] decimal? Amount = null, [property: CurrencyCode] string? Currency = null, string? Ref = null);

/// <summary>How surely a draft's reader is known.</summary>
public enum IdentityLevel { Anonymous, Claimed, Verified, VerifiedAdmin }

/// <summary>A text that is about to leave.</summary>
public sealed record GuardDraft
{
    /// <summary>The text in Markdown, as it is.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The agent that wrote it.</summary>
    public string? AgentId { get; init; }

    /// <summary>The conversation.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The proven customer whose records may be looked at; null for none.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>Who reads it.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>How surely the reader is known.</summary>
    public IdentityLevel IdentityLevel { get; init; }

    /// <summary>What the customer wrote in this turn.</summary>
    public IReadOnlyList<string> CustomerMessages { get; init; } = [];

    /// <summary>BCP 47 tag.</summary>
    public string Language { get; init; } = "en";

    /// <summary>web, email, api or console.</summary>
    public string? Channel { get; init; }

    /// <summary>Mood of the customer's last message, −1..1.</summary>
    public double? Sentiment { get; init; }

    /// <summary>What it stands on.</summary>
    public IReadOnlyList<DraftEvidence> Evidence { get; init; } = [];

    /// <summary>Its marks.</summary>
    public IReadOnlyList<DraftCitation> Citations { get; init; } = [];

    /// <summary>What is done in the same run.</summary>
    public IReadOnlyList<DraftAction> Actions { get; init; } = [];

    /// <summary>What the run that wrote it read and worked out; null where that is not at hand.</summary>
    internal RunValues? Run { get; init; }

    /// <summary>Whether the whole draft asks for a yes, so that what it says is offered and not granted.</summary>
    internal bool IsOffer { get; init; }

    /// <summary>Whether all values that could be invented come from the run; false where there are none.</summary>
    internal bool IsGrounded(IEnumerable<ClaimValue> values)
    {
        ClaimValue[] typed = [.. values.Where(v => v.Kind is not (ValueKind.Plan or ValueKind.Unlimited))];
        return Run is { } run && typed.Length > 0 && typed.All(run.Knows);
    }
}
