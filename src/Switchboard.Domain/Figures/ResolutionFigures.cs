using Switchboard.Domain.Support;

namespace Switchboard.Domain.Figures;

/// <summary>How a conversation ended; each conversation is in exactly one of them.</summary>
public enum Resolution
{
    /// <summary>Solved without a person, and the customer said so.</summary>
    Confirmed,

    /// <summary>Answered with a citation, and the customer was silent for 72 hours.</summary>
    Assumed,

    /// <summary>Given to people, or a person wrote in it.</summary>
    HandedOff,

    /// <summary>The customer was silent for 72 hours and had no answer with a citation.</summary>
    Abandoned,

    /// <summary>Everything else: it is still under way.</summary>
    Open,
}

/// <summary>What the definition of a resolution looks at.</summary>
/// <param name="Status">Where the conversation stands.</param>
/// <param name="HandedOffAt">When it was given to people.</param>
/// <param name="HumanMessages">Messages of people, private notes not counted.</param>
/// <param name="ConfirmedAt">When the customer said that it is solved.</param>
/// <param name="AnsweredAt">When an agent last answered with a citation.</param>
/// <param name="ResolvedAt">When it was last resolved.</param>
/// <param name="ReopenedAt">When it was last opened again.</param>
/// <param name="CustomerWroteAt">When the customer last wrote.</param>
public sealed record ConversationEnd(
    ConversationStatus Status, DateTimeOffset? HandedOffAt, int HumanMessages, DateTimeOffset? ConfirmedAt, DateTimeOffset? AnsweredAt, DateTimeOffset? ResolvedAt, DateTimeOffset? ReopenedAt, DateTimeOffset CustomerWroteAt);

/// <summary>All conversations by how they ended, and what follows from that.</summary>
/// <param name="Confirmed">Solved, the customer said so.</param>
/// <param name="Assumed">Answered, then silence.</param>
/// <param name="HandedOff">Given to people.</param>
/// <param name="Abandoned">Silence without an answer.</param>
/// <param name="Open">Under way.</param>
/// <param name="Reopened">Of all of them, those that were opened again at least once.</param>
/// <param name="ModelCost">What language models cost for them, in the tenant's currency.</param>
public sealed record ResolutionFigures(int Confirmed, int Assumed, int HandedOff, int Abandoned, int Open, int Reopened, decimal ModelCost)
{
    /// <summary>How long a customer's silence after an answer means that it helped.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(72);

    /// <summary>How soon an opening again takes a resolution back.</summary>
    public static readonly TimeSpan Recoil = TimeSpan.FromDays(7);

    /// <summary>All conversations: the five always add up to it.</summary>
    public int Total => Confirmed + Assumed + HandedOff + Abandoned + Open;

    /// <summary>The share given to people, 0..1; null without conversations.</summary>
    public double? HandoffRate => Total == 0 ? null : (double)HandedOff / Total;

    /// <summary>1 − handoffs ÷ conversations.</summary>
    public double? Containment => 1 - HandoffRate;

    /// <summary>The share opened again, 0..1; null without conversations.</summary>
    public double? ReopenRate => Total == 0 ? null : (double)Reopened / Total;

    /// <summary>All model cost ÷ confirmed resolutions; null without one.</summary>
    public decimal? CostPerConfirmed => Confirmed == 0 ? null : ModelCost / Confirmed;

    /// <summary>How a conversation ended, as of an instant.</summary>
    public static Resolution Of(ConversationEnd end, DateTimeOffset asOf)
    {
        if (end.HandedOffAt is not null || end.HumanMessages > 0) return Resolution.HandedOff;
        // Only an opening soon after a resolution takes it back; a customer who returns weeks later comes with something new.
        bool takenBack = end.ReopenedAt is { } reopened && reopened > end.ResolvedAt && reopened - end.ResolvedAt < Recoil;
        bool opened = end.ReopenedAt > end.ResolvedAt;
        if (end.ConfirmedAt is not null && end.ResolvedAt is not null && !takenBack && (opened || end.Status is ConversationStatus.Resolved or ConversationStatus.Closed)) return Resolution.Confirmed;
        bool answered = end.AnsweredAt >= end.CustomerWroteAt;
        if (asOf - (answered ? end.AnsweredAt!.Value : end.CustomerWroteAt) < Silence) return Resolution.Open;
        return answered ? Resolution.Assumed : Resolution.Abandoned;
    }
}
