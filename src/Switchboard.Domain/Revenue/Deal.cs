using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Revenue;

/// <summary>Where a deal stands.</summary>
public enum DealStage { Prospecting, Qualification, Proposal, Negotiation, ClosedWon, ClosedLost }

/// <summary>A sale that may come.</summary>
public sealed class Deal : TenantRow, ICustomerOwned, IRevised, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <summary>The lead it comes from; null for one with a customer.</summary>
    public Guid? LeadId { get; init; }

    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; set; }

    /// <summary>What it is worth a year.</summary>
    public required decimal Value { get; set; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Seats it is about.</summary>
    public int? Seats { get; set; }

    /// <summary>Where it stands.</summary>
    public DealStage Stage { get; private set; } = DealStage.Prospecting;

    /// <summary>How likely it is won, 0..1.</summary>
    public required double Probability { get; set; }

    /// <summary>When it shall close.</summary>
    public DateOnly? ExpectedClose { get; set; }

    /// <summary>The competitor in it.</summary>
    public Guid? CompetitorId { get; set; }

    /// <summary>Why it was lost, in a code.</summary>
    public string? LostReason { get; private set; }

    /// <summary>Who looks after it.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was won or lost.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <inheritdoc />
    public int Revision { get; set; } = 1;

    /// <summary>Moves it to another stage that is open.</summary>
    /// <exception cref="DomainRuleException">It is closed, or closing it is another act.</exception>
    public Deal MoveTo(DealStage stage)
    {
        DomainRuleException.Require(ClosedAt is null, "deal_closed", $"The deal {Name} is closed.");
        DomainRuleException.Require(stage is not (DealStage.ClosedWon or DealStage.ClosedLost), "close_apart", "Closing a deal says whether it was won, or why it was lost.");
        Stage = stage;
        return this;
    }

    /// <summary>Closes it as won.</summary>
    /// <exception cref="DomainRuleException">It is closed.</exception>
    public Deal Win(DateTimeOffset at) => Close(DealStage.ClosedWon, null, at);

    /// <summary>Closes it as lost.</summary>
    /// <exception cref="DomainRuleException">It is closed, or no reason is given.</exception>
    public Deal Lose(string reason, DateTimeOffset at)
    {
        DomainRuleException.Require(reason.Length > 0, "reason_missing", "Say why the deal was lost.");
        return Close(DealStage.ClosedLost, reason, at);
    }

    private Deal Close(DealStage stage, string? reason, DateTimeOffset at)
    {
        DomainRuleException.Require(ClosedAt is null, "deal_closed", $"The deal {Name} is closed.");
        Stage = stage;
        LostReason = reason;
        ClosedAt = at;
        Probability = stage == DealStage.ClosedWon ? 1 : 0;
        return this;
    }
}

/// <summary>Something done for a deal.</summary>
public sealed class DealActivity : TenantRow
{
    /// <summary>The deal.</summary>
    public required Guid DealId { get; init; }

    /// <summary>call, e-mail, meeting, demo, follow_up …</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about.</summary>
    public required string Subject { get; set; }

    /// <summary>What came of it: completed, positive, negative, no_answer, rescheduled.</summary>
    public string? Outcome { get; set; }

    /// <summary>Who did it.</summary>
    public Guid? UserId { get; init; }

    /// <summary>When it is or was due.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>Where a quote stands.</summary>
public enum QuoteStatus { Draft, Sent, Accepted, Declined, Expired }

/// <summary>An offer with prices.</summary>
public sealed class Quote : TenantRow, ICustomerOwned, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <summary>The deal.</summary>
    public Guid? DealId { get; init; }

    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What people call it.</summary>
    public required string Number { get; init; }

    /// <summary>What it offers.</summary>
    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>The sum of the lines.</summary>
    public required decimal Total { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Where it stands.</summary>
    public required QuoteStatus Status { get; set; }

    /// <summary>Until when it holds.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }
}

/// <summary>A clause of a contract.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">Its text.</param>
public sealed record ContractClause(string Number, string Title, string Text);

/// <summary>A contract.</summary>
public sealed class Contract : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The deal it comes from.</summary>
    public Guid? DealId { get; init; }

    /// <summary>Months it runs.</summary>
    public required int TermMonths { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Its clauses.</summary>
    public IReadOnlyList<ContractClause> Clauses { get; set; } = [];

    /// <summary>When it was signed.</summary>
    public DateTimeOffset? SignedAt { get; set; }
}
