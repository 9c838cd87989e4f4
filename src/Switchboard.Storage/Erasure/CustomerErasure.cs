using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Erasure;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Calls;

namespace Switchboard.Storage.Erasure;

/// <summary>Erases customers by the <see cref="ErasurePlan"/>.</summary>
/// <param name="data">The rows.</param>
/// <param name="calls">Opens kept answers.</param>
/// <param name="readers">Names searches and votes.</param>
/// <param name="trail">Holds the key of the audit.</param>
/// <param name="faults">Where a test may end the process.</param>
/// <param name="time">The clock.</param>
public sealed class CustomerErasure(Data data, AnsweredCalls calls, ReaderHash readers, AuditTrail trail, IFaultPoints faults, TimeProvider time) : ICustomerErasure
{
    private const string audit = "audit_entries";
    private const int idsAtOnce = 500;

    /// <summary>What was looked for before the transaction is looked for again from this long before: clocks of nodes differ.</summary>
    private static readonly TimeSpan overlap = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Asks for the erasure of a customer, in the transaction of the context, and enters that into the audit. One that is under way or was done is not asked for again.
    /// </summary>
    /// <param name="db">The rows.</param>
    /// <param name="customerId">The customer.</param>
    /// <param name="begins">When it begins; until then it can be taken back.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The run, be it new or the earlier one.</returns>
    public static Guid Ask(SwitchboardDb db, Guid customerId, DateTimeOffset begins, DateTimeOffset now)
    {
        string subject = EraseCustomer.SubjectOf(customerId);
        var last = db.Runs.Where(r => r.Subject == subject).OrderByDescending(r => r.Ordinal).Select(r => new { r.Id, r.Ordinal, r.Status, r.Due, r.FinishedAt }).FirstOrDefault();
        if (last is not null && (last.FinishedAt is null || last.Status == RunStatus.Succeeded))
        {
            // One that waits for its day can be brought forward.
            if (last.Status == RunStatus.Waiting && last.Due > begins)
                db.Runs.Where(r => r.Id == last.Id && r.Status == RunStatus.Waiting).ExecuteUpdate(set => set.SetProperty(r => r.Due, begins).SetProperty(r => r.Version, r => r.Version + 1));
            return last.Id;
        }

        db.Note(new AuditChange(AuditChange.ErasureAsked, "customer", customerId, null, null));
        return db.Enqueue(new RunRequest
        {
            Actor = db.Actor!,
            Kind = RunKind.Job,
            Handler = EraseCustomer.HandlerName,
            Subject = subject,
            Input = Json.Write(new ErasureInput(customerId)),
            At = now,
            Due = begins > now ? begins : null,
            IdempotencyKey = FormattableString.Invariant($"{subject}\n{(last?.Ordinal ?? 0) + 1}"),
        }).Run.RunId;
    }

    /// <inheritdoc />
    public async Task<ErasureReport?> PreviewAsync(Guid tenantId, Guid customerId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        if (await db.Customers.SingleOrDefaultAsync(c => c.Id == customerId, cancellationToken) is not { } customer) return null;
        if (Earlier(db, customer) is { } earlier) return earlier;
        CustomerTrace trace = CustomerTrace.Read(db, customer, calls, readers, time.GetUtcNow());
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (ErasedEntity entity in ErasurePlan.All) Enter(counts, db, entity, entity.Count(db, trace));
        counts[audit] = trace.Entries.Count;
        return new ErasureReport(customerId, null, counts, Waiting(db, trace).Sum(w => w.Count()), Subscriptions(db, customerId).Count()) { RunsUnderWay = trace.UnderWay.Count };
    }

    /// <inheritdoc />
    public Task BeginAsync(Actor actor, Guid customerId, CancellationToken cancellationToken) => data.WriteAsync(
        actor,
        db =>
        {
            Customer customer = Erasable(db, customerId);
            customer.ErasureBegunAt ??= time.GetUtcNow();
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(Actor actor, Guid customerId, CancellationToken cancellationToken) => data.WriteAsync(
        actor,
        db =>
        {
            if (db.Customers.SingleOrDefault(c => c.Id == customerId && c.AnonymisedAt == null) is { } customer) customer.ErasureBegunAt = null;
            return true;
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<ErasureReport> EraseAsync(Actor actor, Guid customerId, CancellationToken cancellationToken)
    {
        DateTimeOffset since = time.GetUtcNow() - overlap;
        CustomerTrace trace;
        await using (SwitchboardDb db = data.For(actor.TenantId))
        {
            Customer customer = Erasable(db, customerId);
            if (Earlier(db, customer) is { } earlier) return earlier;
            // All is read through before the transaction: nobody who writes waits for that.
            trace = CustomerTrace.Read(db, customer, calls, readers, time.GetUtcNow());
            Require(trace);
        }

        ErasureReport report = await data.WriteAsync(actor, db => Erase(db, customerId, trace, since), cancellationToken);
        faults.Reached("erase:after-commit");
        return report;
    }

    /// <inheritdoc />
    public Task ShredAsync(CancellationToken cancellationToken) => data.ShredAsync(cancellationToken);

    private ErasureReport Erase(SwitchboardDb db, Guid customerId, CustomerTrace trace, DateTimeOffset since)
    {
        Customer customer = Erasable(db, customerId);
        if (Earlier(db, customer) is { } earlier) return earlier;
        if (customer.ErasureBegunAt is null) throw new StepFailedException("erasure_stopped", "The erasure was taken back meanwhile.", canRetry: false);
        trace.Follow(db, calls, readers, since);
        Require(trace);
        // The rows are written past the tracker: what it would enter into the audit is what is to go.
        db.ChangeTracker.Clear();
        int withdrawn = Waiting(db, trace).Sum(runs => runs.ExecuteUpdate(set => set
            .SetProperty(r => r.Status, RunStatus.Cancelled).SetProperty(r => r.ErrorCode, RunFailures.Cancelled).SetProperty(r => r.Due, (DateTimeOffset?)null)
            .SetProperty(r => r.FinishedAt, trace.At).SetProperty(r => r.Version, r => r.Version + 1)));
        foreach (Guid[] some in trace.Approvals.Chunk(idsAtOnce))
        {
            db.Set<Approval>().Where(a => some.Contains(a.Id) && a.Status == ApprovalStatus.Pending)
                .ExecuteUpdate(set => set.SetProperty(a => a.Status, ApprovalStatus.Expired).SetProperty(a => a.DecidedAt, trace.At));
        }

        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (ErasedEntity entity in ErasurePlan.All) Enter(counts, db, entity, entity.Erase(db, trace));
        counts[audit] = AuditErasure.Empty(db, trail.Key, trace.Entries);
        int ended = EndSubscriptions(db, customerId, trace.At);
        foreach (PrivacyRequest asked in db.Set<PrivacyRequest>().Where(r => r.CustomerId == customerId && r.Right == "erasure" && r.DoneAt == null)) (asked.State, asked.DoneAt) = ("done", trace.At);
        var report = new ErasureReport(customerId, trace.At, counts, withdrawn, ended);
        db.Note(new AuditChange(AuditChange.Erased, "customer", customerId, null, Json.Write(report)));
        db.Forget(customerId);
        faults.Reached("erase:before-commit");
        return report;
    }

    /// <summary>The customer, when it is there and may be erased.</summary>
    private static Customer Erasable(SwitchboardDb db, Guid customerId)
    {
        Customer customer = db.Customers.SingleOrDefault(c => c.Id == customerId) ?? throw new StepFailedException("customer_not_found", "There is no such customer.", canRetry: false);
        return !customer.LegalHold ? customer : throw new StepFailedException("legal_hold", "A legal hold keeps everything of this customer; nothing of it may be deleted.", canRetry: false);
    }

    /// <summary>Nothing is taken away from under a run that works with it.</summary>
    private static void Require(CustomerTrace trace)
    {
        if (trace.UnderWay.Count > 0)
            throw new StepFailedException("runs_under_way", $"Runs of the customer are under way: {string.Join(", ", trace.UnderWay.Order().Take(5).Select(r => r.ToString("D")))}. They are waited for, or can be cancelled.", canRetry: true);
    }

    /// <summary>The runs that are about the customer and have not ended: none of them is under way by now, so nobody writes them.</summary>
    private static IEnumerable<IQueryable<Run>> Waiting(SwitchboardDb db, CustomerTrace trace) =>
        trace.Runs.Chunk(idsAtOnce).Select(some => db.Runs.Where(r => some.Contains(r.Id) && r.FinishedAt == null && (r.Status != RunStatus.Running || r.Due != null)));

    private static IQueryable<Subscription> Subscriptions(SwitchboardDb db, Guid customerId) => db.Set<Subscription>().Where(s => s.CustomerId == customerId && s.Status != SubscriptionStatus.Canceled);

    /// <summary>Whoever is nobody pays nothing any more. The ledger takes it as churn, as it does any other end.</summary>
    private static int EndSubscriptions(SwitchboardDb db, Guid customerId, DateTimeOffset at)
    {
        Subscription[] running = [.. Subscriptions(db, customerId)];
        foreach (Subscription s in running)
        {
            decimal paid = s.Status is SubscriptionStatus.Active or SubscriptionStatus.PastDue ? s.Mrr : 0;
            s.MoveTo(SubscriptionStatus.Canceled, at);
            if (paid == 0) continue;
            db.Add(new SubscriptionChange
            {
                TenantId = s.TenantId,
                Id = Guid.CreateVersion7(at),
                CustomerId = customerId,
                SubscriptionId = s.Id,
                Movement = MrrMovement.Churn,
                Cause = "cancel",
                MrrBefore = paid,
                MrrAfter = 0,
                Currency = s.Currency,
                PlanBefore = s.Plan,
                SeatsBefore = s.SeatsTotal,
                At = at,
            });
        }

        db.SaveChanges();
        db.Customers.Where(c => c.Id == customerId && c.ChurnedAt == null).ExecuteUpdate(set => set.SetProperty(c => c.Lifecycle, CustomerLifecycle.Churned).SetProperty(c => c.ChurnedAt, at));
        return running.Length;
    }

    /// <summary>What the erasure that was done came to, as long as the audit keeps it; null when none was done, or it is not kept any more: then doing it again does no harm.</summary>
    private static ErasureReport? Earlier(SwitchboardDb db, Customer customer) =>
        customer.AnonymisedAt is not null
        && db.Set<AuditEntry>().AsNoTracking().Where(e => e.Entity == "customer" && e.EntityId == customer.Id && e.Action == AuditChange.Erased).OrderBy(e => e.At).Select(e => e.After).FirstOrDefault() is { } told
            ? Json.Read<ErasureReport>(told)
            : null;

    private static void Enter(SortedDictionary<string, long> counts, SwitchboardDb db, ErasedEntity entity, long count)
    {
        if (count > 0) counts[ErasurePlan.TableOf(db, entity)] = count;
    }
}
