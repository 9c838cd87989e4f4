namespace Switchboard.Domain.Policies;

/// <summary>What is done with a row whose time is over.</summary>
public enum RetentionAction { Delete, Anonymise }

/// <summary>How long rows of a kind are kept.</summary>
public sealed record RetentionRule
{
    /// <summary>The kind of row in lower_snake: <c>invoice</c>, <c>conversation</c>.</summary>
    public required string Entity { get; init; }

    /// <summary>Whole years.</summary>
    public int Years { get; init; }

    /// <summary>Days beyond the years.</summary>
    public int Days { get; init; }

    /// <summary>What is done then.</summary>
    public RetentionAction Action { get; init; }
}

/// <summary>Until when a row is kept.</summary>
/// <param name="Until">The tenant's calendar day on which its time is over.</param>
/// <param name="Action">What is done then.</param>
/// <param name="Clause">The rule.</param>
public sealed record RetentionDecision(DateOnly Until, RetentionAction Action, Clause Clause);

/// <summary>When a wish of a person about their data is done.</summary>
/// <param name="GraceEnds">Day until which it can be taken back; null where there is nothing to take back.</param>
/// <param name="Due">Day on which it is done at the latest.</param>
/// <param name="Clause">The rule.</param>
public sealed record PrivacyDue(DateOnly? GraceEnds, DateOnly Due, Clause Clause);

/// <summary>How long data is kept, when a person's wish about it is done, and what of it a language model may see.</summary>
public sealed record PrivacyPolicy
{
    /// <summary>Days in which a person gets their data (GDPR articles 15 and 20).</summary>
    public int ExportDays { get; init; } = 30;

    /// <summary>Days in which a deletion can be taken back.</summary>
    public int DeletionGraceDays { get; init; } = 7;

    /// <summary>Days after these in which it is done.</summary>
    public int DeletionDays { get; init; } = 30;

    /// <summary>How long rows are kept; what is not named is kept as long as its customer.</summary>
    public IReadOnlyList<RetentionRule> Retention { get; init; } =
    [
        new() { Entity = "invoice", Years = 10, Action = RetentionAction.Delete },
        new() { Entity = "audit_entry", Years = 2, Action = RetentionAction.Delete },
        new() { Entity = "conversation", Years = 2, Action = RetentionAction.Anonymise },
        new() { Entity = "login_event", Days = 180, Action = RetentionAction.Delete },
    ];

    /// <summary>Classes of personal data that may leave the process towards a language model: <c>email</c>, <c>person</c>. None by default.</summary>
    public IReadOnlyList<string> ModelMayReceive { get; init; } = [];

    /// <summary>Until when a row is kept; null when no rule names its kind.</summary>
    /// <param name="entity">The kind of row in lower_snake.</param>
    /// <param name="from">The tenant's calendar day from which its time counts.</param>
    public RetentionDecision? Keep(string entity, DateOnly from) => Retention.FirstOrDefault(r => r.Entity == entity) is not { } rule ? null : new RetentionDecision(
        from.AddYears(rule.Years).AddDays(rule.Days), rule.Action, new Clause($"privacy.retention.{entity}", $"Rows of the kind {entity} are kept {Length(rule)}, then {(rule.Action == RetentionAction.Delete ? "deleted" : "anonymised")}."));

    /// <summary>When a person has their data.</summary>
    public PrivacyDue Export(DateOnly requested) => new(null, requested.AddDays(ExportDays), new Clause("privacy.export", $"A copy of the data is given within {ExportDays} days."));

    /// <summary>When a person's data is deleted.</summary>
    public PrivacyDue Deletion(DateOnly requested)
    {
        DateOnly grace = requested.AddDays(DeletionGraceDays);
        return new(grace, grace.AddDays(DeletionDays), new Clause("privacy.deletion", $"A deletion can be taken back for {DeletionGraceDays} days and is done within {DeletionDays} days after these."));
    }

    /// <summary>Whether personal data of a class may go to a language model.</summary>
    public bool MayReachModel(string piiClass) => ModelMayReceive.Contains(piiClass, StringComparer.Ordinal);

    internal void Check(PolicyCheck check)
    {
        check.Range(ExportDays, "exportDays", 1, 30);
        check.Range(DeletionGraceDays, "deletionGraceDays", 0, 30);
        check.Range(DeletionDays, "deletionDays", 1, 30);
        check.Items(Retention, "retention", r => r.Entity, "entity", (rule, at) =>
        {
            at.Key(rule.Entity, "entity");
            at.Range(rule.Years, "years", 0, 100);
            at.Range(rule.Days, "days", 0, 3660);
            at.Require(rule.Years > 0 || rule.Days > 0, "days", "must be 1 or more where there are no years");
        });
        for (int i = 0; i < ModelMayReceive.Count; i++) check.Key(ModelMayReceive[i], $"modelMayReceive[{i}]");
    }

    private static string Length(RetentionRule rule) => (rule.Years, rule.Days) switch
    {
        ( > 0, 0) => $"{rule.Years} years",
        (0, _) => $"{rule.Days} days",
        _ => $"{rule.Years} years and {rule.Days} days",
    };
}
