using Switchboard.Domain.Billing;
using Switchboard.Domain.Revenue;

namespace Switchboard.Core.Transfer.Kinds;

/// <summary>Sales.</summary>
internal static class RevenueKinds
{
    public static ImportKind Leads { get; } = new ImportKind<Lead>(v =>
    {
        var lead = new Lead
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            Name = v.Must("name", l => l.Name),
            Email = v.Maybe("email", l => l.Email),
            Phone = v.Maybe("phone", l => l.Phone),
            Title = v.Maybe("title", l => l.Title),
            Company = v.Maybe("company", l => l.Company),
            Industry = v.Maybe("industry", l => l.Industry),
            Employees = v.Maybe<int?>("employees", l => l.Employees),
            Country = v.Maybe("country", l => l.Country),
            Source = v.Of("source", l => l.Source, "import"),
            Budget = v.Maybe("budget", l => l.Budget),
            Authority = v.Maybe("authority", l => l.Authority),
            Need = v.Maybe<double?>("need", l => l.Need),
            Timeline = v.Maybe("timeline", l => l.Timeline),
            Score = v.Of("score", l => l.Score, 0),
            OwnerId = v.Maybe<Guid?>("owner", l => l.OwnerId),
            CreatedAt = v.Of("createdAt", l => l.CreatedAt, v.Now),
        };
        LeadStatus status = v.Of("status", l => l.Status, LeadStatus.New);
        return status == LeadStatus.Converted
            ? lead.Convert(v.Maybe<Guid?>("customer", l => l.CustomerId), v.Maybe<DateTimeOffset?>("convertedAt", l => l.ConvertedAt) ?? throw RowValues<Lead>.Missing("convertedAt", "is needed for a converted lead"))
            : lead.MoveTo(status);
    })
    {
        Name = "leads",
        Tables = ["prospects"],
        RefSynonyms = ["lead_id"],
        Scope = "write:customers",
        RefProperty = nameof(Lead.ExternalRef),
        Covers =
        [
            nameof(Lead.ExternalRef), nameof(Lead.Name), nameof(Lead.Email), nameof(Lead.Phone), nameof(Lead.Title), nameof(Lead.Company), nameof(Lead.Industry), nameof(Lead.Employees), nameof(Lead.Country), nameof(Lead.Source),
            nameof(Lead.Budget), nameof(Lead.Authority), nameof(Lead.Need), nameof(Lead.Timeline), nameof(Lead.Score), nameof(Lead.Status), nameof(Lead.OwnerId), nameof(Lead.CustomerId), nameof(Lead.ConvertedAt), nameof(Lead.CreatedAt),
        ],
        Fields =
        [
            Field.Personal("name", "full_name").Needed(),
            Field.Email("email", "e_mail", "mail"),
            Field.Personal("phone", "telephone", "mobile"),
            Field.Text("title", "job_title"),
            Field.Text("company", "company_name"),
            Field.Text("industry"),
            Field.Integer("employees", "company_size"),
            Field.Text("country", "country_code"),
            Field.Code("source", "lead_source"),
            Field.Text("budget"),
            Field.Code("authority"),
            Field.Share("need", "need_score"),
            Field.Code("timeline"),
            Field.Integer("score", "lead_score") with { Most = 100 },
            Field.Choice<LeadStatus>("status", "qualification_status", "stage").Words(("open", LeadStatus.New), ("won", LeadStatus.Converted), ("lost", LeadStatus.Disqualified), ("unqualified", LeadStatus.Disqualified)),
            Field.Reference("owner", "users", "assigned_to", "owner_id"),
            Field.Reference("customer", "customers", "converted_to_customer_id", "customer_id"),
            Field.Instant("convertedAt"),
            Field.Instant("createdAt", "created"),
        ],
    };

    public static ImportKind Deals { get; } = new ImportKind<Deal>(v =>
    {
        var deal = new Deal
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            LeadId = v.Maybe<Guid?>("lead", d => d.LeadId),
            CustomerId = v.Maybe<Guid?>("customer", d => d.CustomerId),
            Name = v.Must("name", d => d.Name),
            Value = v.Must("value", d => d.Value),
            Currency = Field.Iso(v.Of("currency", d => d.Currency, v.Currency)),
            Seats = v.Maybe<int?>("seats", d => d.Seats),
            Probability = v.Of("probability", d => d.Probability, 0.5),
            ExpectedClose = v.Maybe<DateOnly?>("expectedClose", d => d.ExpectedClose),
            OwnerId = v.Maybe<Guid?>("owner", d => d.OwnerId),
            CreatedAt = v.Of("createdAt", d => d.CreatedAt, v.Now),
        };
        DealStage stage = v.Of("stage", d => d.Stage, DealStage.Prospecting);
        if (stage is not (DealStage.ClosedWon or DealStage.ClosedLost)) return deal.MoveTo(stage);
        DateTimeOffset closed = v.Maybe<DateTimeOffset?>("closedAt", d => d.ClosedAt) ?? throw RowValues<Deal>.Missing("closedAt", "is needed for a closed deal");
        return stage == DealStage.ClosedWon ? deal.Win(closed) : deal.Lose(v.Maybe("lostReason", d => d.LostReason) ?? "", closed);
    })
    {
        Name = "deals",
        Tables = ["opportunities"],
        RefSynonyms = ["deal_id"],
        Scope = "write:customers",
        RefProperty = nameof(Deal.ExternalRef),
        Covers =
        [
            nameof(Deal.ExternalRef), nameof(Deal.LeadId), nameof(Deal.CustomerId), nameof(Deal.Name), nameof(Deal.Value), nameof(Deal.Currency), nameof(Deal.Seats), nameof(Deal.Stage), nameof(Deal.Probability),
            nameof(Deal.ExpectedClose), nameof(Deal.LostReason), nameof(Deal.OwnerId), nameof(Deal.CreatedAt), nameof(Deal.ClosedAt),
        ],
        Fields =
        [
            Field.Reference("lead", "leads", "lead_id", "lead_ref"),
            Field.Reference("customer", "customers", "customer_id", "customer_ref"),
            Field.Text("name", "deal_name", "title").Needed(),
            Field.Money("value", "amount").Needed(),
            Field.Currency("currency"),
            Field.Integer("seats"),
            Field.Choice<DealStage>("stage", "deal_stage", "status").Words(("won", DealStage.ClosedWon), ("lost", DealStage.ClosedLost), ("new", DealStage.Prospecting)),
            Field.Share("probability"),
            new ImportField("expectedClose", FieldType.Date) { Synonyms = ["expected_close_date", "close_date"] },
            Field.Code("lostReason"),
            Field.Reference("owner", "users", "assigned_to", "owner_id"),
            Field.Instant("createdAt", "created"),
            Field.Instant("closedAt"),
        ],
    };

    public static ImportKind Quotes { get; } = new ImportKind<Quote>(v =>
    {
        IReadOnlyList<InvoiceLine> lines = v.Must("lines", q => q.Lines);
        decimal total = v.Of("total", q => q.Total, lines.Sum(l => l.Amount));
        if (lines.Sum(l => l.Amount) != total) throw new Domain.DomainRuleException("lines_sum", FormattableString.Invariant($"The lines add up to {lines.Sum(l => l.Amount)}, and the total is {total}."));
        return new Quote
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            DealId = v.Maybe<Guid?>("deal", q => q.DealId),
            CustomerId = v.Maybe<Guid?>("customer", q => q.CustomerId),
            Number = v.Must("number", q => q.Number),
            Lines = lines,
            Total = total,
            Currency = Field.Iso(v.Of("currency", q => q.Currency, v.Currency)),
            Status = v.Of("status", q => q.Status, QuoteStatus.Draft),
            ValidUntil = v.Must("validUntil", q => q.ValidUntil),
            AcceptedAt = v.Maybe<DateTimeOffset?>("acceptedAt", q => q.AcceptedAt),
        };
    })
    {
        Name = "quotes",
        Tables = ["offers"],
        RefSynonyms = ["quote_id"],
        Scope = "write:customers",
        RefProperty = nameof(Quote.ExternalRef),
        KeyField = "number",
        KeyProperty = nameof(Quote.Number),
        Covers = [nameof(Quote.ExternalRef), nameof(Quote.DealId), nameof(Quote.CustomerId), nameof(Quote.Lines), nameof(Quote.Total), nameof(Quote.Currency), nameof(Quote.Status), nameof(Quote.ValidUntil), nameof(Quote.AcceptedAt)],
        Fields =
        [
            Field.Reference("deal", "deals", "deal_id", "deal_ref"),
            Field.Reference("customer", "customers", "customer_id", "customer_ref"),
            Field.Text("number", "quote_number").Needed(),
            new ImportField("lines", FieldType.Lines) { Required = true, Synonyms = ["line_items", "items"] },
            Field.Money("total", "total_amount", "amount"),
            Field.Currency("currency"),
            Field.Choice<QuoteStatus>("status").Words(("rejected", QuoteStatus.Declined), ("open", QuoteStatus.Sent)),
            Field.Instant("validUntil", "expires_at", "expiry_date").Needed(),
            Field.Instant("acceptedAt"),
            Field.Instant("createdAt", "created"),
        ],
    };

    public static ImportKind Activities { get; } = new ImportKind<DealActivity>(v => new DealActivity
    {
        TenantId = v.TenantId,
        Id = v.Id,
        DealId = v.Must("deal", a => a.DealId),
        Kind = v.Must("kind", a => a.Kind),
        Subject = v.Must("subject", a => a.Subject),
        Outcome = v.Maybe("outcome", a => a.Outcome),
        UserId = v.Maybe<Guid?>("user", a => a.UserId),
        At = v.Must("at", a => a.At),
        DoneAt = v.Maybe<DateTimeOffset?>("doneAt", a => a.DoneAt),
    })
    {
        Name = "deal_activities",
        Tables = ["sales_activities", "activities"],
        Scope = "write:customers",
        Born = ["at"],
        Covers = [nameof(DealActivity.DealId), nameof(DealActivity.Kind), nameof(DealActivity.Subject), nameof(DealActivity.Outcome), nameof(DealActivity.UserId), nameof(DealActivity.At), nameof(DealActivity.DoneAt)],
        Fields =
        [
            Field.Reference("deal", "deals", "deal_id", "deal_ref").Needed(),
            Field.Code("kind", "activity_type", "type").Needed(),
            Field.Text("subject").Needed(),
            Field.Code("outcome"),
            Field.Reference("user", "users", "performed_by", "user_id"),
            Field.Instant("at", "scheduled_at", "date").Needed(),
            Field.Instant("doneAt", "completed_at"),
        ],
    };
}
