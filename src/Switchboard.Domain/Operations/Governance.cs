namespace Switchboard.Domain.Operations;

/// <summary>A change and who made it. Entries are written once, then sealed into the tenant's chain.</summary>
public sealed class AuditEntry : TenantRow
{
    /// <summary>Who: a key, a contact, the system.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done: created, changed, deleted, or the name of an action.</summary>
    public required string Action { get; init; }

    /// <summary>The kind of row in lower_snake; or of whatever was acted on.</summary>
    public required string Entity { get; init; }

    /// <summary>The row.</summary>
    public Guid? EntityId { get; init; }

    /// <summary>What it was, as JSON of the fields that changed; null when it was made, or told of somebody whose data was erased.</summary>
    public string? Before { get; init; }

    /// <summary>What it is, as JSON of the fields that changed; null when it was deleted, or told of somebody whose data was erased.</summary>
    public string? After { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Keyed hash of what stands above, made when it was written: an entry from elsewhere has none that fits.</summary>
    public required byte[] Mark { get; init; }

    /// <summary>1, 2, 3 … without gaps in the tenant; null until it is sealed.</summary>
    public long? Position { get; set; }

    /// <summary>Keyed hash of the mark, the position and the seal before it; null until it is sealed.</summary>
    public byte[]? Seal { get; set; }

    /// <summary>Keyed hash that vouches for what is left of an entry whose fields were erased; null for a whole one.</summary>
    public byte[]? Erased { get; init; }
}

/// <summary>Where an approval stands.</summary>
public enum ApprovalStatus { Pending, Approved, Rejected, Expired }

/// <summary>An action that waits for somebody's yes.</summary>
public sealed class Approval : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The action.</summary>
    public required string Action { get; init; }

    /// <summary>Its arguments as JSON.</summary>
    public required string Arguments { get; init; }

    /// <summary>What it will change, as JSON.</summary>
    public required string Preview { get; init; }

    /// <summary>SHA-256 of the action with its arguments, in hexadecimal: what was approved is what is performed.</summary>
    public required string Digest { get; init; }

    /// <summary>The one in whose name it is asked: a contact, a key, the system.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>The member of the staff in whose name it is asked, who may not decide it; null when it is a customer or the system.</summary>
    public Guid? RequestedByUserId { get; init; }

    /// <summary>The agent that asks; null when none does.</summary>
    public string? AgentId { get; init; }

    /// <summary>The run that waits.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The step of that run at which it waits.</summary>
    public string? StepName { get; init; }

    /// <summary>The conversation it belongs to.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The scope that whoever decides needs.</summary>
    public required string NeededScope { get; init; }

    /// <summary>Where it stands.</summary>
    public ApprovalStatus Status { get; private set; } = ApprovalStatus.Pending;

    /// <summary>Who decided.</summary>
    public Guid? DecidedBy { get; private set; }

    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>What the one who decided says to it; null when nothing.</summary>
    public string? Note { get; private set; }

    /// <summary>When it ends by itself.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Decides it. The same decision again changes nothing.</summary>
    /// <returns>Whether this call decided it.</returns>
    /// <exception cref="DomainRuleException">It expired, was decided otherwise, or is asked for by the one who decides.</exception>
    public bool Decide(bool approve, Guid by, string? note, DateTimeOffset at)
    {
        ApprovalStatus decision = approve ? ApprovalStatus.Approved : ApprovalStatus.Rejected;
        if (Status == decision) return false;
        DomainRuleException.Require(RequestedByUserId != by, "self_approval", "Nobody decides what was asked for in their own name; somebody else must.");
        DomainRuleException.Require(Status == ApprovalStatus.Pending, "approval_decided", $"This approval is {Status} already.");
        DomainRuleException.Require(at < ExpiresAt, "approval_expired", "This approval has expired; the action must be asked for again.");
        Status = decision;
        DecidedBy = by;
        DecidedAt = at;
        Note = note;
        return true;
    }

    /// <summary>Lets it end before its time because nothing waits for it any more; one that was decided stays decided.</summary>
    /// <returns>Whether this call ended it.</returns>
    public bool Withdraw(string why, DateTimeOffset at)
    {
        if (Status != ApprovalStatus.Pending) return false;
        Status = ApprovalStatus.Expired;
        DecidedAt = at;
        Note = why;
        return true;
    }

    /// <summary>Lets it expire; one that was decided stays decided.</summary>
    /// <returns>Whether this call let it expire.</returns>
    public bool Expire(DateTimeOffset at)
    {
        if (Status != ApprovalStatus.Pending || at < ExpiresAt) return false;
        Status = ApprovalStatus.Expired;
        DecidedAt = at;
        return true;
    }
}

/// <summary>How long rows of one kind are kept, where a tenant wants it otherwise than its policies say for all.</summary>
public sealed class RetentionPolicy : TenantRow
{
    /// <summary>The kind of row in lower_snake.</summary>
    public required string Entity { get; init; }

    /// <summary>Days after the row's own end.</summary>
    public required int Days { get; set; }

    /// <summary>delete or anonymise.</summary>
    public required string Action { get; set; }
}

/// <summary>A person's request under the laws of privacy.</summary>
public sealed class PrivacyRequest : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>access, portability, erasure, rectification or objection.</summary>
    public required string Right { get; init; }

    /// <summary>contact or customer.</summary>
    public required string Scope { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Until when it can be taken back.</summary>
    public DateTimeOffset? GraceEnds { get; set; }

    /// <summary>Until when it must be done.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>received, grace, done or withdrawn.</summary>
    public required string State { get; set; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>A weakness that was found.</summary>
public sealed class SecurityFinding : TenantRow
{
    /// <summary>dependency, configuration, secret, access …</summary>
    public required string Kind { get; init; }

    /// <summary>low, medium, high or critical.</summary>
    public required string Severity { get; set; }

    /// <summary>Where.</summary>
    public required string Place { get; init; }

    /// <summary>What, in words.</summary>
    public required string Text { get; set; }

    /// <summary>open, accepted, fixed or false_alarm.</summary>
    public required string Status { get; set; }

    /// <summary>When it was first seen.</summary>
    public required DateTimeOffset FoundAt { get; init; }
}
