using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Conversations;
using Switchboard.Core.Outbox;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Outbox;

namespace Switchboard.CrashHost;

/// <summary>What a test asks of the host beside the product's own routes, before them and without their rules.</summary>
internal sealed class TestRoutes(ArmedFaults faults, TimeProvider time) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, rest) =>
        {
            if (!http.Request.Path.StartsWithSegments("/test", StringComparison.Ordinal)) await rest(http);
            else await http.Response.WriteAsJsonAsync(await TryAnswerAsync(http), http.RequestAborted);
        });
        next(app);
    };

    /// <summary>Answers; when the database is out of reach as the product's routes do.</summary>
    private async Task<object> TryAnswerAsync(HttpContext http)
    {
        try
        {
            return await AnswerAsync(http);
        }
        catch (Exception error) when (DatabaseFailures.IsUnavailable(error))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "2";
            return new { error.Message };
        }
    }

    private async Task<object> AnswerAsync(HttpContext http)
    {
        CancellationToken cancellationToken = http.RequestAborted;
        IServiceProvider services = http.RequestServices;
        string Query(string name) => http.Request.Query[name].ToString();
        if (http.Request.Path == "/test/arm")
        {
            Dictionary<string, int> passed = faults.Passed;
            string site = Query("site");
            faults.Arm(site.Length == 0 ? null : site, site.Length == 0 ? 0 : int.Parse(Query("n"), System.Globalization.CultureInfo.InvariantCulture));
            return passed;
        }

        Tenant tenant = (await services.GetRequiredService<Tenants>().FindAsync("demo", cancellationToken))!;
        var actor = new SystemActor(tenant.Id, "test");
        Data data = services.GetRequiredService<Data>();
        _ = Guid.TryParse(Query("id"), out Guid id);
        switch (http.Request.Path.Value)
        {
            case "/test/payers":
                // Asked for again when the answer was lost: the first time may have been stored.
                string email = Query("email");
                Contact payer = await data.WriteAsync(actor, db => db.Set<Contact>().SingleOrDefault(c => c.Email == email) ?? AddPayer(db, tenant, email), cancellationToken);
                return new { ContactId = payer.Id, payer.CustomerId };

            case "/test/runs":
                Enqueued asked = await services.GetRequiredService<IRunQueue>().EnqueueAsync(
                    new RunRequest { Actor = actor, Kind = RunKind.Workflow, Handler = Query("handler"), Subject = Query("subject"), Input = Query("input") is { Length: > 0 } input ? input : "{}", At = time.GetUtcNow(), IdempotencyKey = Query("key") },
                    cancellationToken);
                return new { asked.Run.RunId };

            case "/test/effects":
                OutsideEffect effect = services.GetRequiredService<OutsidePorts>().Prepare(Query("port"), Query("key"), "{}", time.GetUtcNow());
                return new { (await data.WriteAsync(actor, db => db.Send(effect), cancellationToken)).EntryId };

            case "/test/run":
                await using (SwitchboardDb db = data.For(tenant.Id))
                {
                    Run run = await db.Runs.SingleAsync(r => r.Id == id, cancellationToken);
                    return new { Status = run.Status.ToString(), run.Result, run.ErrorCode, Steps = await db.RunSteps.Where(s => s.RunId == id).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync(cancellationToken) };
                }

            case "/test/effect":
                await using (SwitchboardDb db = data.For(tenant.Id))
                {
                    string known = Query("key");
                    OutboxEntry entry = await db.Set<OutboxEntry>().SingleAsync(e => known.Length == 0 ? e.Id == id : e.Key == known, cancellationToken);
                    return new { Status = entry.Status.ToString(), entry.Attempts };
                }

            case "/test/credits":
                await using (SwitchboardDb db = data.For(tenant.Id))
                    return new { Amounts = await db.Set<Credit>().Where(c => c.CustomerId == id).OrderBy(c => c.CreatedAt).Select(c => c.Amount).ToListAsync(cancellationToken) };

            case "/test/rest":
                // A step that failed for a moment is tried again in a moment; until then its run waits. What sleeps until people have had their time is at rest.
                await using (SwitchboardDb db = data.For(tenant.Id))
                {
                    DateTimeOffset soon = DateTimeOffset.UtcNow.AddMinutes(1);
                    return new
                    {
                        Open = await db.Runs.CountAsync(
                            r => r.Status == RunStatus.Queued || r.Status == RunStatus.Running
                                || (r.Status == RunStatus.Waiting && r.Due < soon && r.Handler != HandoffOffers.HandlerName && r.Handler != SlaWatch.HandlerName),
                            cancellationToken),
                    };
                }

            case "/test/audit":
                await services.GetRequiredService<AuditSealer>().SealAsync(cancellationToken);
                AuditReport report = await services.GetRequiredService<AuditVerification>().VerifyAsync(tenant.Id, cancellationToken);
                return new { Faults = report.Faults.Select(f => f.ToString()), report.Sealed, report.Waiting };

            default:
                throw new InvalidOperationException($"What is {http.Request.Path}?");
        }
    }

    /// <summary>A customer whose one payment is large enough that a person must approve its refund.</summary>
    private Contact AddPayer(SwitchboardDb db, Tenant tenant, string email)
    {
        const decimal Amount = 540;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset start = now.AddDays(-5);
        Guid NewId() => Guid.CreateVersion7(now);
        var customer = new Customer { TenantId = tenant.Id, Id = NewId(), Name = email, Plan = "basic", Since = start };
        var contact = new Contact { TenantId = tenant.Id, Id = NewId(), CustomerId = customer.Id, Email = email, Name = "Ada", Role = ContactRole.Billing };
        Subscription subscription = new Subscription { TenantId = tenant.Id, Id = NewId(), CustomerId = customer.Id, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = Amount, Mrr = Amount, Currency = tenant.Currency, StartedAt = start, PeriodStart = start, PeriodEnd = start.AddMonths(1) }.WithSeats(1, 1);
        var invoice = new Invoice { TenantId = tenant.Id, Id = NewId(), CustomerId = customer.Id, SubscriptionId = subscription.Id, Currency = tenant.Currency, PeriodStart = start, CreatedAt = start };
        var paid = new Payment { TenantId = tenant.Id, Id = NewId(), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = Amount, Currency = tenant.Currency, Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start };
        db.AddRange(customer, contact, subscription, invoice, paid);
        return contact;
    }
}
