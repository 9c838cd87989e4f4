namespace Switchboard.Domain.Revenue;

/// <summary>Where a lead stands.</summary>
public enum LeadStatus { New, Mql, Sql, Qualified, Disqualified, Converted }

/// <summary>Somebody who may become a customer.</summary>
public sealed class Lead : TenantRow, IRevised, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <summary>The person's name.</summary>
    public required string Name { get; set; }

    /// <summary>The person's address.</summary>
    public string? Email { get; set; }

    /// <summary>The person's telephone number.</summary>
    public string? Phone { get; set; }

    /// <summary>What the person does.</summary>
    public string? Title { get; set; }

    /// <summary>The company.</summary>
    public string? Company { get; set; }

    /// <summary>What the company does.</summary>
    public string? Industry { get; set; }

    /// <summary>Its employees.</summary>
    public int? Employees { get; set; }

    /// <summary>ISO 3166 code of its country.</summary>
    public string? Country { get; set; }

    /// <summary>search, referral, event, outbound …</summary>
    public required string Source { get; set; }

    /// <summary>Money there is: a band or an amount in words; null while unknown.</summary>
    public string? Budget { get; set; }

    /// <summary>decision_maker, influencer, evaluator, user; null while unknown.</summary>
    public string? Authority { get; set; }

    /// <summary>How much it needs us, 0..1; null while unknown.</summary>
    public double? Need { get; set; }

    /// <summary>When it wants to begin: immediate, this_quarter, this_year, exploring; null while unknown.</summary>
    public string? Timeline { get; set; }

    /// <summary>0..100.</summary>
    public int Score { get; set; }

    /// <summary>Where it stands.</summary>
    public LeadStatus Status { get; private set; } = LeadStatus.New;

    /// <summary>Who looks after it.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>The customer it became.</summary>
    public Guid? CustomerId { get; private set; }

    /// <summary>When it became one.</summary>
    public DateTimeOffset? ConvertedAt { get; private set; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc />
    public int Revision { get; set; } = 1;

    /// <summary>Moves it to another status.</summary>
    /// <exception cref="DomainRuleException">It was converted, or converting it is another act.</exception>
    public Lead MoveTo(LeadStatus status)
    {
        DomainRuleException.Require(Status != LeadStatus.Converted, "lead_converted", "A lead that became a customer stays converted.");
        DomainRuleException.Require(status != LeadStatus.Converted, "convert_apart", "A lead is converted together with its customer.");
        Status = status;
        return this;
    }

    /// <summary>Notes that it became a customer.</summary>
    /// <exception cref="DomainRuleException">It was converted or disqualified before.</exception>
    public Lead Convert(Guid? customerId, DateTimeOffset at)
    {
        DomainRuleException.Require(Status is not (LeadStatus.Converted or LeadStatus.Disqualified), "lead_ended", $"A lead that is {Status} is not converted.");
        Status = LeadStatus.Converted;
        CustomerId = customerId;
        ConvertedAt = at;
        return this;
    }
}
