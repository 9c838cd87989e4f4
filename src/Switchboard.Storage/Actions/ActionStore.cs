using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Actions;

/// <summary>
/// Previews actions and performs them. Both carry the action out on a context of the model; the preview throws that away, the performance compares
/// what came of it with what was agreed to and keeps it, together with the step that says so.
/// </summary>
/// <param name="data">The rows.</param>
/// <param name="policies">The tenants' policies.</param>
/// <param name="tenants">The tenants, for their calendar.</param>
/// <param name="ports">The ways to the outside.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class ActionStore(Data data, IPolicySource policies, Tenants tenants, OutsidePorts ports, IFaultPoints faults) : IActionStore
{
    /// <inheritdoc />
    public async Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Tenant tenant = await TenantAsync(caller, cancellationToken);
        CurrentPolicies current = await policies.CurrentAsync(tenant.Id, cancellationToken);
        await using SwitchboardDb db = data.For(tenant.Id);
        // Whoever does not know a contact's role asks for it as it stands.
        return Carry(db, caller.Role is null ? Current(db, caller) : caller, action, tenant, current.Policies, approvedBy: null, now).Preview;
    }

    /// <inheritdoc />
    public async Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using Activity? span = Spans.Tool(action.Name);
        Tenant tenant = await TenantAsync(caller, cancellationToken);
        while (true)
        {
            CurrentPolicies current = await policies.CurrentAsync(tenant.Id, cancellationToken);
            ActionDone? done = await data.WriteAsync(caller.Actor, db =>
            {
                // The policies are read in a transaction of their own; the ones that hold in this one must be the same.
                if ((db.Set<PolicyDocument>().Max(p => (int?)p.Version) ?? 0) != current.Version) return null;
                RunAdvanced next = Hold(db, place);
                Performance performance = Perform(db, caller, action, grant, place, tenant, current.Policies, now);
                Record(db, place, performance);
                if (performance.Kind == PerformanceKind.Performed) Tell(db, action, place, performance);
                db.SaveChanges();
                if (performance.Kind == PerformanceKind.Performed) db.Note(Entry(action, performance, caller));
                faults.Reached("perform:before-commit");
                return new ActionDone(performance, next);
            }, cancellationToken);
            if (done is null) continue;
            faults.Reached("perform:after-commit");
            span.Came(done.Performance.Kind);
            Measures.Performed(action.Name, done.Performance.Kind);
            return done;
        }
    }

    /// <summary>Takes hold of the run, or of turn and dialogue, by their versions: whoever read them before has lost from here on.</summary>
    private static RunAdvanced Hold(SwitchboardDb db, ActionPlace place)
    {
        RunFence run = place.Run;
        Guid id = run.Run.RunId;
        bool held;
        if (place.Dialogue is { } dialogue)
        {
            // The conversation first: its other writers take hold in this order.
            Holds.Conversation(db, Subjects.ConversationOf(run.Run.Subject));
            held = Holds.Run(db, id, run.Version, RunStatus.Running) && Holds.Run(db, dialogue.RunId, dialogue.Version, RunStatus.Waiting);
        }
        else
        {
            held = Holds.RunForStep(db, id, run.Version);
        }

        if (!held) throw new RunEndedException();
        return new RunAdvanced(run with { Version = run.Version + 1 }, db.Runs.Any(r => r.Id == id && r.CancelAskedAt != null));
    }

    private Performance Perform(SwitchboardDb db, ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, Tenant tenant, TenantPolicies policies, DateTimeOffset now)
    {
        Approval? approval = grant.ApprovalId is { } id ? db.Set<Approval>().SingleOrDefault(a => a.Id == id) : null;
        (ActionPreview today, ActionRows? rows) = Carry(db, Current(db, caller), action, tenant, policies, approval?.DecidedBy, now);
        PerformanceKind kind = !today.Allowed ? PerformanceKind.Refused : grant.Digest is { } agreed && today.Digest != agreed ? PerformanceKind.Stale : PerformanceKind.Performed;
        Clause clause = today.Clause;
        bool isApproved = approval is { Status: ApprovalStatus.Approved } && approval.Digest == grant.Digest;
        if (kind == PerformanceKind.Performed && today.NeededScope is not null && !isApproved)
        {
            kind = PerformanceKind.Refused;
            clause = new Clause("approval_missing", "The action needs an approval, and there is none for exactly this.");
        }

        if (kind == PerformanceKind.Performed)
        {
            // What readers see changed: every process notices by the tenant's number.
            if (db.ChangeTracker.Entries<KbArticle>().Any(e => e.State == EntityState.Modified)) db.Tenants.Single(t => t.Id == db.TenantId).KnowledgeVersion++;
            IReadOnlyList<ActionSending> sendings = rows!.Sendings;
            for (int n = 0; n < sendings.Count; n++)
                db.Send(sendings[n].Prepare(ports, n == 0 ? place.Key : $"{place.Key}.{n + 1}", now) with { CauseId = place.JournalId });
            foreach (WorkLater work in rows.Left) db.Enqueue(RequestOf(tenant.Id, work, now));
            return new Performance(kind, clause, today.Result, today.Changes, place.Key, approval?.Id) { Action = action.Name, Undo = place.Stays ? null : today.Undo };
        }

        db.ChangeTracker.Clear();
        return new Performance(kind, clause, null, [], place.Key, null) { Action = action.Name };
    }

    /// <summary>Carries the action out on the context and says what that changed. Nothing is saved here.</summary>
    private (ActionPreview Preview, ActionRows? Rows) Carry(SwitchboardDb db, ActionCaller caller, DeskAction action, Tenant tenant, TenantPolicies policies, Guid? approvedBy, DateTimeOffset now)
    {
        if (caller.Forbids(action) is { } forbidden) return (Refused(action, forbidden), null);
        var rows = new ActionRows(db, caller, tenant, policies, ports, approvedBy, now);
        ActionVerdict verdict;
        try
        {
            verdict = action.Carry(rows);
        }
        catch (DomainRuleException rule)
        {
            db.ChangeTracker.Clear();
            return (Refused(action, new Clause(rule.Rule, rule.Message)), null);
        }
        catch (OutsideRequestException wrong)
        {
            db.ChangeTracker.Clear();
            return (Refused(action, new Clause("outside_refused", wrong.Message)), null);
        }

        if (!verdict.Allowed)
        {
            db.ChangeTracker.Clear();
            return (ActionPreview.Of(action, verdict, [], string.Empty), null);
        }

        db.ChangeTracker.DetectChanges();
        db.Revise();
        rows.RequireOwn();
        RowChange[] changes = [.. AuditedFields.Of(db.ChangeTracker).Select(c => new RowChange(c.Action, c.Entity, c.EntityId, c.Before, c.After)), .. rows.Sent()];
        return (ActionPreview.Of(action, verdict, changes, new StableText(rows.Made, approvedBy).Of(changes, verdict.ResultJson)), rows);
    }

    /// <summary>The run of work that is left for later. It has no parent: what a customer agreed to comes also when the run that asked is cancelled.</summary>
    private static RunRequest RequestOf(Guid tenantId, WorkLater work, DateTimeOffset now) => new()
    {
        Actor = new SystemActor(tenantId, work.Handler),
        Kind = work.Kind,
        Handler = work.Handler,
        Subject = work.Subject,
        Input = work.Input,
        IdempotencyKey = work.Key,
        Due = work.Due,
        At = now,
    };

    private static ActionPreview Refused(DeskAction action, Clause clause) => ActionPreview.Of(action, new ActionVerdict<object>(null, clause, null), [], string.Empty);

    /// <summary>The caller with the role the contact has now.</summary>
    private static ActionCaller Current(SwitchboardDb db, ActionCaller caller)
    {
        if (caller.Actor is not ContactActor { ContactId: { } contact }) return caller;
        Contact? now = db.Contacts.AsNoTracking().SingleOrDefault(c => c.Id == contact);
        return caller with { Role = now?.Role, CustomerId = now?.CustomerId };
    }

    private static void Record(SwitchboardDb db, ActionPlace place, Performance performance)
    {
        int stored = db.RunSteps.Where(s => s.RunId == place.JournalId).Max(s => (int?)s.Ordinal) ?? 0;
        foreach (JournalEntry step in place.Steps.Append(Step(place.StepName, performance)))
            db.RunSteps.Add(new RunStep { TenantId = db.TenantId, RunId = place.JournalId, Ordinal = ++stored, Name = step.Name, Result = step.Result });
    }

    /// <summary>The event of a performance is stored with it: a process that ends before the turn does leaves no stream without it.</summary>
    private static void Tell(SwitchboardDb db, DeskAction action, ActionPlace place, Performance performance)
    {
        string subject = place.Run.Run.Subject;
        long last = db.RunEvents.Where(e => e.Subject == subject).Max(e => (long?)e.Seq) ?? 0;
        db.Add(new RunEvent
        {
            TenantId = db.TenantId,
            Subject = subject,
            Seq = last + 1,
            RunId = place.Run.Run.RunId,
            Kind = StreamEvents.ActionPerformed,
            Data = Json.Write(new { Name = action.Name, performance.Key, performance.Changes }),
        });
    }

    private static JournalEntry Step(string name, Performance performance) => Core.Conversations.Journal.EntryOf(name, performance);

    private static AuditChange Entry(DeskAction action, Performance performance, ActionCaller caller) => new(
        action.Name, "action", null, null,
        AuditedFields.Json(("key", performance.Key), ("arguments", ActionPreview.ArgumentsOf(action)), ("agentId", caller.AgentId), ("approvalId", performance.ApprovalId), ("rule", performance.Clause.Rule)));

    private async Task<Tenant> TenantAsync(ActionCaller caller, CancellationToken cancellationToken) =>
        await tenants.FindAsync(caller.Actor.TenantId, cancellationToken) ?? throw new InvalidOperationException($"There is no tenant {caller.Actor.TenantId}.");
}
