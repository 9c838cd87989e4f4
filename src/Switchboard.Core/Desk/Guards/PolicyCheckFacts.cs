using Switchboard.Domain;

namespace Switchboard.Core.Desk.Guards;

/// <summary>What may be on the roadmap, as far as the text might name it.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="IsPublic">Whether customers may be told.</param>
/// <param name="IsReleased">Whether it is out.</param>
public sealed record CheckedRoadmapItem([property: Given] string Title, bool IsPublic, bool IsReleased);

/// <summary>A competitor that the text might name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasEvidence">Whether cells of the feature matrix speak of it.</param>
public sealed record CheckedCompetitor([property: Given] string Name, bool HasEvidence);

/// <summary>What decides whether a text may leave, beside the text.</summary>
public sealed record PolicyCheckFacts
{
    /// <summary>The version of the policies in force; null when there are none.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>Whether the reader agreed to hear offers.</summary>
    public bool? MarketingConsent { get; init; }

    /// <summary>Whether an S1 or S2 is open at the customer.</summary>
    public bool? OpenIncident { get; init; }

    /// <summary>Whether a dispute is open.</summary>
    public bool? InDispute { get; init; }

    /// <summary>When the customer last complained.</summary>
    public DateTimeOffset? LastComplaint { get; init; }

    /// <summary>Moods of the customer's messages, the oldest first.</summary>
    [Between(-1, 1)]
    public IReadOnlyList<decimal>? Sentiments { get; init; }

    /// <summary>Names, numbers and addresses in the text that belong to other customers.</summary>
    public IReadOnlyList<string>? Foreign { get; init; }

    /// <summary>What is planned.</summary>
    public IReadOnlyList<CheckedRoadmapItem>? Roadmap { get; init; }

    /// <summary>The competitors.</summary>
    public IReadOnlyList<CheckedCompetitor>? Competitors { get; init; }
}
