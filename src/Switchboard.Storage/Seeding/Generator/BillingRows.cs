using System.Globalization;
using Switchboard.Domain.Billing;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Gives invoices their numbers: those of a day one after the other, so that the order of the numbers is that of their issue and nothing is left out.</summary>
internal sealed class InvoiceNumbers
{
    private readonly SeedWorld world;
    private readonly TimeZoneInfo? zone;
    private readonly int[] place;
    private readonly int[] given;
    private readonly int[] counts;

    /// <summary>Lays the numbers out.</summary>
    /// <param name="world">The world.</param>
    /// <param name="counts">Invoices by day.</param>
    /// <param name="given">Invoices by day that are stored already.</param>
    /// <param name="last">The last place given in a year before; nothing for 0.</param>
    public InvoiceNumbers(SeedWorld world, int[] counts, int[] given, IReadOnlyDictionary<int, int> last)
    {
        this.world = world;
        this.counts = counts;
        this.given = [.. given];
        zone = TimeZoneInfo.TryFindSystemTimeZoneById(world.Tenant.TimeZone, out TimeZoneInfo? known) ? known : null;
        place = new int[counts.Length];
        Last = new SortedDictionary<int, int>(last.ToDictionary());
        for (int day = 0; day < counts.Length; day++)
        {
            int year = world.Calendar.Date(day).Year;
            place[day] = Last.GetValueOrDefault(year);
            if (counts[day] > 0) Last[year] = place[day] + counts[day];
        }
    }

    /// <summary>The last place of each year when all are given.</summary>
    public SortedDictionary<int, int> Last { get; }

    /// <summary>The next number of a day and when it is issued: between 3 and 9 in the night of the tenant, one after the other.</summary>
    public (InvoiceNumber Number, DateTimeOffset At) Next(int day)
    {
        int n = given[day]++;
        DateOnly date = world.Calendar.Date(day);
        double step = Math.Min(1.0 / 3600, 6.0 / counts[day]);
        DateTime local = date.ToDateTime(new TimeOnly(3, 0));
        DateTimeOffset begin = zone is null ? new DateTimeOffset(local, TimeSpan.Zero) : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        return (new InvoiceNumber(date.Year, place[day] + n + 1), begin.AddTicks((long)(n * step * TimeSpan.MicrosecondsPerHour) * TimeSpan.TicksPerMicrosecond));
    }
}

/// <summary>Writes a customer's subscription, its ledger, and all its money.</summary>
internal static class BillingRows
{
    public static void Write(RowScope scope, InvoiceNumbers numbers)
    {
        SeedRandom random = scope.Random(SeedStream.Billing);
        Subscription(scope, random);
        foreach (ChangePlan change in scope.Life.Changes)
        {
            DateTimeOffset at = scope.Calendar.Utc(change.Day, change.Hour);
            scope.Batch.Add(new SubscriptionChange
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = scope.CustomerId,
                SubscriptionId = scope.SubscriptionId,
                Movement = change.Movement,
                Cause = change.Cause,
                MrrBefore = change.Before,
                MrrAfter = change.After,
                Currency = scope.Currency,
                PlanBefore = change.PlanBefore is { } before ? SeedWorld.Plans[before] : null,
                PlanAfter = change.PlanAfter is { } after ? SeedWorld.Plans[after] : null,
                SeatsBefore = change.SeatsBefore,
                SeatsAfter = change.SeatsAfter,
                At = at,
            });
        }

        foreach (GrantPlan grant in scope.Life.Grants)
        {
            DateTimeOffset at = scope.Calendar.Utc(grant.From, 2);
            // Programmes need proof that a person has checked.
            Guid? by = grant.Kind is "volume" or "concession" ? null : scope.World.Member("management", 0);
            scope.Batch.Add(new DiscountGrant { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, Kind = grant.Kind, Share = grant.Share, From = at, Until = grant.Until is { } until ? scope.Calendar.Utc(until, 2) : null, ApprovedBy = by });
        }

        Money(scope, random, numbers);
        Usage(scope, random);
    }

    private static void Subscription(RowScope scope, SeedRandom random)
    {
        (Life life, SubscriptionState s) = (scope.Life, scope.Life.Final);
        DateTimeOffset since = scope.Company.Since;
        scope.SubscriptionId = random.Id(since);
        SubscriptionStatus status = life.Churned ? SubscriptionStatus.Canceled : s.Status;
        var row = new Subscription
        {
            TenantId = scope.TenantId,
            Id = scope.SubscriptionId,
            CustomerId = scope.CustomerId,
            Plan = SeedWorld.Plans[s.Plan],
            Cycle = s.Annual ? BillingCycle.Annual : BillingCycle.Monthly,
            UnitPrice = s.Unit,
            Discount = s.Discount,
            Mrr = s.Mrr,
            Currency = scope.Currency,
            StartedAt = since,
            PeriodStart = s.PeriodStart == scope.Company.Day ? since : scope.Calendar.Utc(s.PeriodStart, 2),
            PeriodEnd = scope.Calendar.Utc(s.PeriodEnd, 2),
            TrialEnd = life.TrialEnd is { } trial ? scope.Calendar.Utc(trial, 2) : null,
            CancelAtPeriodEnd = s.CancelAtEnd && !life.Churned,
            CancelReason = s.CancelAtEnd || life.Churned ? life.ChurnReason : null,
            AddOns = s.AddOns(),
        };
        row.WithSeats(s.Seats, Math.Min(s.Used, s.Seats)).StartedAs(status, life.Churned ? scope.Ends : null);
        scope.Batch.Add(row);
    }

    private static void Money(RowScope scope, SeedRandom random, InvoiceNumbers numbers)
    {
        Life life = scope.Life;
        var invoices = new Guid[life.Bills.Count];
        for (int i = 0; i < invoices.Length; i++)
        {
            BillPlan bill = life.Bills[i];
            (InvoiceNumber number, DateTimeOffset at) = numbers.Next(bill.Day);
            invoices[i] = random.Id(at);
            Invoice invoice = new Invoice
            {
                TenantId = scope.TenantId,
                Id = invoices[i],
                CustomerId = scope.CustomerId,
                SubscriptionId = scope.SubscriptionId,
                Currency = scope.Currency,
                PeriodStart = scope.Calendar.Utc(bill.From, 2),
                PeriodEnd = scope.Calendar.Utc(bill.Until, 2),
                CreatedAt = at,
            }.WithLines(bill.Lines, bill.Tax).Issue(number, at, at.AddDays(Invoice.DueDays));
            if (bill.Status == InvoiceStatus.Uncollectible) invoice.GiveUp();
            if (bill.Status == InvoiceStatus.Paid) invoice.Pay(scope.Calendar.Utc(bill.PaidDay, bill.PaidHour));
            scope.Batch.Add(invoice);
        }

        var payments = new Guid[life.Attempts.Count];
        for (int i = 0; i < payments.Length; i++)
        {
            AttemptPlan attempt = life.Attempts[i];
            DateTimeOffset at = scope.Calendar.Utc(attempt.Day, attempt.Hour);
            payments[i] = random.Id(at);
            decimal amount = life.Bills[attempt.Bill].Total;
            int place = i;
            bool whole = life.Refunds.Where(r => r.Attempt == place).Sum(r => r.Amount) == amount;
            scope.Batch.Add(new Payment
            {
                TenantId = scope.TenantId,
                Id = payments[i],
                CustomerId = scope.CustomerId,
                InvoiceId = invoices[attempt.Bill],
                Amount = amount,
                Currency = scope.Currency,
                Method = attempt.Method,
                Attempt = attempt.Number,
                DeclineCode = attempt.Decline,
                Status = attempt.Decline is not null ? PaymentStatus.Failed : whole ? PaymentStatus.Refunded : PaymentStatus.Succeeded,
                CreatedAt = at,
                ProcessedAt = at.AddSeconds(2),
            });
        }

        foreach (RefundPlan refund in life.Refunds)
        {
            DateTimeOffset at = scope.Calendar.Utc(refund.Day, refund.Hour);
            Guid? by = refund.Amount > 100 ? scope.World.Member("management", 0) : null;
            scope.Batch.Add(new Refund { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, PaymentId = payments[refund.Attempt], Amount = refund.Amount, Currency = scope.Currency, Reason = refund.Reason, ApprovedBy = by, CreatedAt = at });
        }

        foreach (CreditPlan plan in life.Credits)
        {
            DateTimeOffset at = scope.Calendar.Utc(plan.Day, 17);
            if (!scope.Inside(at)) continue;
            scope.Batch.Add(new Credit { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, Kind = plan.Kind, Amount = plan.Amount, Currency = scope.Currency, Reason = plan.Reason, ExpiresAt = at.AddYears(1), CreatedAt = at }.Use(plan.Used));
        }
    }

    /// <summary>Once a month what a paying customer used: automations that run, storage, and calls when it has a technical person.</summary>
    private static void Usage(RowScope scope, SeedRandom random)
    {
        bool calls = scope.People.Count > 2 && random.Chance(0.6);
        double storage = random.Between(0.2, 2);
        for (int day = scope.Company.Day + 10; day < scope.Life.EndDay; day += 30)
        {
            LifeWeek week = scope.Life.WeekOf(day);
            if (week.Plan == 0) continue;
            DateTimeOffset at = scope.Calendar.Utc(day, 1);
            if (!scope.Inside(at)) continue;
            storage += random.Between(0, 0.15) * week.Used;
            double automations = Math.Round(week.Engagement * (week.Plan == 1 ? 7 : 14));
            Meter(scope, random, Domain.Billing.Meter.StorageGb, decimal.Round((decimal)storage, 2), at);
            if (automations > 0)
            {
                Meter(scope, random, Domain.Billing.Meter.Automations, (decimal)automations, at);
                scope.Activity.Automations.Add((day, automations));
            }

            if (calls) Meter(scope, random, Domain.Billing.Meter.ApiCalls, Math.Round((decimal)(week.Engagement * random.Between(0.2, 0.9)) * (week.Plan == 1 ? 9_000 : 70_000)), at);
        }
    }

    private static void Meter(RowScope scope, SeedRandom random, Meter meter, decimal quantity, DateTimeOffset at)
    {
        Guid id = random.Id(at);
        scope.Batch.Add(new UsageEvent { TenantId = scope.TenantId, Id = id, CustomerId = scope.CustomerId, Meter = meter, Quantity = quantity, At = at, IdempotencyKey = id.ToString("N", CultureInfo.InvariantCulture) });
    }
}
