namespace Switchboard.Core.Understanding.Intents;

/// <summary>Why a message, or a clause, has no intent.</summary>
public enum IntentAbstention
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>Two or three labels are likely: a question would settle it.</summary>
    Clarify,

    /// <summary>Nobody here serves it.</summary>
    Oos,

    /// <summary>Nothing is likely.</summary>
    Unknown,

    /// <summary>There is no classifier: fewer than two labels were taught.</summary>
    NoModel,
}

/// <summary>The probabilities at which a label is taken; a tenant's policy may set others. All 0..1.</summary>
/// <param name="Accept">The least probability of a label, or of a category.</param>
/// <param name="Lead">How far the best label must be ahead of the second.</param>
/// <param name="Clarify">From which probability of the best label a question is worth asking.</param>
public sealed record IntentThresholds(double Accept = 0.55, double Lead = 0.10, double Clarify = 0.35);

/// <summary>Where a label belongs: its category and domain. Labels without a place are their own.</summary>
public sealed record LabelPlace(string Domain, string Category);

/// <summary>What was decided of one clause: a label, else a category, else why neither.</summary>
/// <param name="Label">The accepted label; null when only its category is sure, or nothing.</param>
/// <param name="Category">The accepted category.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="LabelProbability">Of the accepted label, else of the best one.</param>
/// <param name="CategoryProbability">The sum over the labels of the category; never below the label's.</param>
/// <param name="DomainProbability">The sum over the categories of the domain; never below the category's.</param>
/// <param name="Abstain">None when a label or a category is accepted.</param>
public sealed record ClauseDecision(string? Label, string? Category, string? Domain, double LabelProbability, double CategoryProbability, double DomainProbability, IntentAbstention Abstain);

/// <summary>When a label is taken and when the classifier abstains: pure functions of probabilities.</summary>
public static class IntentDecision
{
    /// <summary>
    /// Decides a clause. The label is taken when its probability and its lead reach the thresholds, else the likeliest category when its probability does, else none: out of scope when
    /// <paramref name="refused"/> or when out of scope is likelier than any label, then clarify, then unknown.
    /// </summary>
    /// <param name="scores">All labels with their probability, in any order, out of scope not among them.</param>
    /// <param name="outOfScope">The probability of out of scope.</param>
    /// <param name="refused">Whether the classifier's own margin refuses the clause.</param>
    /// <param name="placeOf">Where a label belongs; null for a label that is its own category and domain.</param>
    /// <param name="thresholds">From which probabilities.</param>
    public static ClauseDecision Decide(IReadOnlyList<IntentScore> scores, double outOfScope, bool refused, Func<string, LabelPlace?> placeOf, IntentThresholds thresholds)
    {
        if (scores.Count == 0) return new ClauseDecision(null, null, null, 0, 0, 0, refused ? IntentAbstention.Oos : IntentAbstention.Unknown);
        IntentScore first = default, second = default;
        var categories = new Dictionary<(string Domain, string Category), double>();
        var domains = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (IntentScore score in scores)
        {
            if (score.Probability > first.Probability || first.Label is null) (first, second) = (score, first);
            else if (score.Probability > second.Probability) second = score;
            LabelPlace place = placeOf(score.Label) ?? new LabelPlace(score.Label, score.Label);
            (string, string) category = (place.Domain, place.Category);
            categories[category] = categories.GetValueOrDefault(category) + score.Probability;
            domains[place.Domain] = domains.GetValueOrDefault(place.Domain) + score.Probability;
        }

        // Sums and differences of single-precision numbers miss a round bound by their last digit.
        if (!refused && Reaches(first.Probability, thresholds.Accept) && Reaches((double)first.Probability - second.Probability, thresholds.Lead))
        {
            LabelPlace place = placeOf(first.Label) ?? new LabelPlace(first.Label, first.Label);
            return Taken(first.Label, place.Domain, place.Category);
        }
        ((string Domain, string Category) best, double most) = categories.MaxBy(c => c.Value);
        if (!refused && Reaches(most, thresholds.Accept) && placeOf(first.Label) is not null) return Taken(null, best.Domain, best.Category);
        IntentAbstention why = refused || outOfScope > first.Probability ? IntentAbstention.Oos : Reaches(first.Probability, thresholds.Clarify) ? IntentAbstention.Clarify : IntentAbstention.Unknown;
        return new ClauseDecision(null, null, null, first.Probability, most, domains[best.Domain], why);

        static bool Reaches(double value, double bound) => Math.Round(value, 6) >= bound;

        ClauseDecision Taken(string? label, string domain, string category) =>
            new(label, category, domain, first.Probability, Math.Max(categories[(domain, category)], label is null ? 0 : first.Probability), Math.Max(domains[domain], categories[(domain, category)]), IntentAbstention.None);
    }
}
