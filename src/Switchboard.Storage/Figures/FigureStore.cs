using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Figures;

/// <summary>A period of whole days of the tenant's calendar.</summary>
/// <param name="From">First instant.</param>
/// <param name="Until">First instant after it.</param>
/// <param name="FirstDay">First day.</param>
/// <param name="LastDay">Last day.</param>
public sealed record FigurePeriod(DateTimeOffset From, DateTimeOffset Until, DateOnly FirstDay, DateOnly LastDay)
{
    private const double daysOfMonth = 365.25 / 12;

    /// <summary>How long it is, in months of 30.44 days.</summary>
    public double Months => (LastDay.DayNumber - FirstDay.DayNumber + 1) / daysOfMonth;

    /// <summary>The period from one day to another, both included, in a time zone.</summary>
    public static FigurePeriod Of(DateOnly first, DateOnly last, TimeZoneInfo zone) =>
        new(LocalTime.ToInstant(first, 0, zone), LocalTime.ToInstant(last.AddDays(1), 0, zone), first, last);
}

/// <summary>Recurring revenue and the customers behind it.</summary>
/// <param name="Movements">What moved.</param>
/// <param name="Customers">Who.</param>
public sealed record Revenue(RevenueMovements Movements, CustomerFigures Customers);

/// <summary>Reads what the definitions of figures need. Sums and counts are made by the database; the definitions themselves stand in <see cref="Domain.Figures"/>.</summary>
/// <param name="data">Where the rows are.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="policies">Whose business hours count.</param>
public sealed class FigureStore(Data data, Tenants tenants, PolicyStore policies)
{
    /// <summary>The metric that keeps what selling cost on a day.</summary>
    public const string SalesCost = "sales_cost";

    /// <summary>Revenue of the tenant's currency in a period.</summary>
    public async Task<Revenue> RevenueAsync(Guid tenantId, FigurePeriod period, CancellationToken cancellationToken)
    {
        string currency = (await TenantAsync(tenantId, cancellationToken)).Currency;
        await using SwitchboardDb db = data.For(tenantId);
        IQueryable<SubscriptionChange> ledger = db.Set<SubscriptionChange>().Where(c => c.Currency == currency && c.At < period.Until);
        decimal start = await ledger.Where(c => c.At < period.From).SumAsync(c => c.MrrAfter - c.MrrBefore, cancellationToken);
        var moved = await ledger.Where(c => c.At >= period.From).GroupBy(c => c.Movement).Select(g => new { Movement = g.Key, Difference = g.Sum(c => c.MrrAfter - c.MrrBefore) }).ToListAsync(cancellationToken);
        var movements = RevenueMovements.Of(start, moved.Select(m => (m.Movement, m.Difference)));

        // What a customer pays at an instant is the sum of its ledger up to there.
        var customers = ledger.GroupBy(c => c.CustomerId).Select(g => new
        {
            Start = g.Sum(c => c.At < period.From ? c.MrrAfter - c.MrrBefore : 0m),
            End = g.Sum(c => c.MrrAfter - c.MrrBefore),
        });
        int atStart = await customers.CountAsync(c => c.Start > 0, cancellationToken);
        int lost = await customers.CountAsync(c => c.Start > 0 && c.End <= 0, cancellationToken);
        int won = await customers.CountAsync(c => c.Start <= 0 && c.End > 0, cancellationToken);
        List<double> cost = await db.Set<MetricPoint>().Where(p => p.Metric == SalesCost && p.Day >= period.FirstDay && p.Day <= period.LastDay).Select(p => p.Value).ToListAsync(cancellationToken);
        return new Revenue(movements, new CustomerFigures(atStart, won, lost, period.Months, movements.End, cost.Count == 0 ? null : (decimal)cost.Sum()));
    }

    /// <summary>CSAT of the ratings given in a period.</summary>
    public async Task<Estimate> CsatAsync(Guid tenantId, FigurePeriod period, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        IQueryable<CsatRating> ratings = db.Set<CsatRating>().Where(r => r.At >= period.From && r.At < period.Until);
        int all = await ratings.CountAsync(cancellationToken);
        return Estimates.Share(await ratings.CountAsync(r => r.Score >= 4, cancellationToken), all);
    }

    /// <summary>NPS of the answers given in a period.</summary>
    public async Task<Estimate> NpsAsync(Guid tenantId, FigurePeriod period, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return SatisfactionFigures.Nps(await db.Set<NpsResponse>().Where(r => r.At >= period.From && r.At < period.Until).OrderBy(r => r.At).ThenBy(r => r.Id).Select(r => r.Score).ToListAsync(cancellationToken));
    }

    /// <summary>How fast the conversations that began in a period were answered and resolved, in the tenant's business minutes.</summary>
    public async Task<ResponseFigures> ResponsesAsync(Guid tenantId, FigurePeriod period, CancellationToken cancellationToken)
    {
        Tenant tenant = await TenantAsync(tenantId, cancellationToken);
        BusinessCalendar calendar = (await policies.CurrentAsync(tenantId, cancellationToken)).Policies.BusinessHours.Calendar(tenant.TimeZone);
        await using SwitchboardDb db = data.For(tenantId);
        var rows = await Began(db, period).Select(c => new { c.CreatedAt, c.FirstResponseAt, c.ResolvedAt }).ToListAsync(cancellationToken);
        return ResponseFigures.Of([.. rows.Select(r => (r.CreatedAt, r.FirstResponseAt, r.ResolvedAt))], calendar);
    }

    /// <summary>How the conversations that began in a period ended, as of an instant.</summary>
    public async Task<ResolutionFigures> ResolutionsAsync(Guid tenantId, FigurePeriod period, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var counts = new int[Enum.GetValues<Resolution>().Length];
        int reopened = 0;
        await foreach (var row in Began(db, period)
            .Select(c => new { c.Status, c.HandedOffAt, c.HumanMessages, c.ConfirmedAt, c.AnsweredAt, c.ResolvedAt, c.ReopenedAt, c.CustomerWroteAt, c.CreatedAt, c.ReopenedCount }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            counts[(int)ResolutionFigures.Of(new ConversationEnd(row.Status, row.HandedOffAt, row.HumanMessages, row.ConfirmedAt, row.AnsweredAt, row.ResolvedAt, row.ReopenedAt, row.CustomerWroteAt ?? row.CreatedAt), asOf)]++;
            if (row.ReopenedCount > 0) reopened++;
        }

        decimal cost = await db.Messages.Where(m => db.Conversations.Any(c => c.Id == m.ConversationId && c.CreatedAt >= period.From && c.CreatedAt < period.Until)).SumAsync(m => m.Cost, cancellationToken);
        int Of(Resolution resolution) => counts[(int)resolution];
        return new ResolutionFigures(Of(Resolution.Confirmed), Of(Resolution.Assumed), Of(Resolution.HandedOff), Of(Resolution.Abandoned), Of(Resolution.Open), reopened, cost);
    }

    private static IQueryable<Conversation> Began(SwitchboardDb db, FigurePeriod period) => db.Conversations.Where(c => c.CreatedAt >= period.From && c.CreatedAt < period.Until && c.DeletedAt == null);

    private async Task<Tenant> TenantAsync(Guid tenantId, CancellationToken cancellationToken) =>
        await tenants.FindAsync(tenantId, cancellationToken) ?? throw new ArgumentException($"There is no tenant {tenantId}.", nameof(tenantId));
}
