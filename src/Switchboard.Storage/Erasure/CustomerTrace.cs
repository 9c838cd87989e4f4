using System.Buffers;
using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Agents;
using Switchboard.Core.Erasure;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Calls;

namespace Switchboard.Storage.Erasure;

/// <summary>
/// Where a customer is named in rows that no column ties to it: runs and what they recorded, effects on the outside, kept answers, drafts, the audit. They are read through once,
/// for the ids of all the customer's rows and for what names its people.
/// </summary>
internal sealed class CustomerTrace
{
    private const int shortestPhone = 7;
    private const int shortestName = 8;

    /// <summary>What entries call the rows that are nobody's.</summary>
    private static readonly FrozenSet<string> houses = EntityAccess.All
        .Where(r => ErasurePlan.All.Any(e => e.Entity == r.Entity && e.Way == ErasureWay.Untouched)).Select(r => r.Name).ToFrozenSet(StringComparer.Ordinal);

    private readonly HashSet<Guid> ids = [];
    private readonly HashSet<string> subjects = new(StringComparer.Ordinal);
    private readonly SearchValues<string> names;

    private CustomerTrace(SwitchboardDb db, Customer customer, DateTimeOffset at)
    {
        (CustomerId, At) = (customer.Id, at);
        CustomerTies ties = TiesIn(db);
        ids.Add(customer.Id);
        Contact[] people = [.. db.Contacts.AsNoTracking().Where(c => c.CustomerId == customer.Id)];
        // One word is too often a word like any other.
        IEnumerable<string> full = people.Select(p => p.Name).Append(customer.Name).Where(n => n.Length >= shortestName && n.Contains(' ', StringComparison.Ordinal));
        names = SearchValues.Create([.. people.Select(p => p.Email), .. people.Select(p => p.Phone).OfType<string>().Where(p => p.Length >= shortestPhone), .. full], StringComparison.OrdinalIgnoreCase);
        People = [.. people.Select(p => p.Id)];
        foreach (Guid? talk in ties.Talks)
        {
            subjects.Add(Subjects.Conversation(talk!.Value));
            subjects.Add(Subjects.Dialogue(talk.Value));
        }

        foreach (ErasedEntity entity in ErasurePlan.All) ids.UnionWith(entity.Ids(db, ties));
    }

    /// <summary>The customer.</summary>
    public Guid CustomerId { get; }

    /// <summary>When it is erased.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Its people.</summary>
    public IReadOnlyList<Guid> People { get; }

    /// <summary>Runs that are about it.</summary>
    public HashSet<Guid> Runs { get; } = [];

    /// <summary>Those of them that are under way and do not pause.</summary>
    public HashSet<Guid> UnderWay { get; } = [];

    /// <summary>Approvals of it.</summary>
    public HashSet<Guid> Approvals { get; } = [];

    /// <summary>Effects on the outside that tell of it.</summary>
    public HashSet<Guid> Effects { get; } = [];

    /// <summary>Drafts that rest on its rows.</summary>
    public HashSet<Guid> Drafts { get; } = [];

    /// <summary>Plans of articles that rest on its rows.</summary>
    public HashSet<Guid> Briefs { get; } = [];

    /// <summary>Kept answers that tell of it.</summary>
    public HashSet<Guid> Calls { get; } = [];

    /// <summary>Searches of its people.</summary>
    public HashSet<Guid> Searches { get; } = [];

    /// <summary>Votes of its people and what was used in their conversations.</summary>
    public HashSet<Guid> Uses { get; } = [];

    /// <summary>Entries of the audit that tell what stood in its rows.</summary>
    public HashSet<Guid> Entries { get; } = [];

    /// <summary>Follows a customer through the tenant's rows.</summary>
    /// <param name="db">The rows.</param>
    /// <param name="customer">The customer as it still is.</param>
    /// <param name="calls">Opens kept answers.</param>
    /// <param name="readers">Names searches and votes.</param>
    /// <param name="at">The instant of the erasure.</param>
    public static CustomerTrace Read(SwitchboardDb db, Customer customer, AnsweredCalls calls, ReaderHash readers, DateTimeOffset at)
    {
        var trace = new CustomerTrace(db, customer, at);
        trace.Follow(db, calls, readers, DateTimeOffset.UnixEpoch);
        return trace;
    }

    /// <summary>The ties in a context.</summary>
    public CustomerTies TiesIn(SwitchboardDb db) => new(db, CustomerId);

    /// <summary>Follows it through the rows that came since an instant.</summary>
    public void Follow(SwitchboardDb db, AnsweredCalls calls, ReaderHash readers, DateTimeOffset since)
    {
        CustomerTies ties = TiesIn(db);
        ids.UnionWith(ties.Of<Message>().Select(m => m.Id));
        Approvals.UnionWith(ties.Of<Approval>().Select(a => a.Id));
        // What belongs to another customer stays that one's, whomever it names.
        foreach (Approval a in db.Set<Approval>().AsNoTracking().Where(a => a.CreatedAt >= since && a.CustomerId == null).AsEnumerable())
            if (Names(a.Arguments) || Names(a.Preview) || Names(a.Note)) Approvals.Add(a.Id);
        ids.UnionWith(Approvals);
        Effects.UnionWith(ties.Of<OutboxEntry>().Select(e => e.Id));
        foreach (OutboxEntry e in db.Set<OutboxEntry>().AsNoTracking().Where(e => e.CreatedAt >= since && e.CustomerId == null).AsEnumerable())
            if (Names(e.Request) || Names(e.Answer) || Names(e.Error) || Names(e.Key)) Effects.Add(e.Id);
        foreach (var d in db.Set<WebhookDelivery>().Where(d => d.CreatedAt >= since).Select(d => new { d.OutboxId, d.Body }).AsEnumerable())
            if (HasId(d.Body)) Effects.Add(d.OutboxId);
        ids.UnionWith(Effects);
        foreach (ContentDraft d in db.Set<ContentDraft>().AsNoTracking().Where(d => d.CreatedAt >= since).AsEnumerable())
            if (Names(string.Join('\n', [d.Title, d.Body, .. d.Evidence]))) Drafts.Add(d.Id);
        foreach (ArticleBrief b in db.Set<ArticleBrief>().AsNoTracking().Where(b => b.CreatedAt >= since).AsEnumerable())
            if (Names(string.Join('\n', [b.Title, .. b.Outline, .. b.Sources]))) Briefs.Add(b.Id);
        foreach ((Guid id, string text) in calls.Texts(db, since))
            if (HasId(text)) Calls.Add(id);
        Readings(db, readers);
        FollowRuns(db, since);
        foreach (AuditEntry e in db.Set<AuditEntry>().AsNoTracking().Where(e => e.At >= since && (e.Before != null || e.After != null)).AsEnumerable())
            if (Tells(e)) Entries.Add(e.Id);
    }

    /// <summary>Whether an entry tells what stood in the customer's rows. One of the tenant's own rows does not, where it names the customer by id.</summary>
    private bool Tells(AuditEntry entry) => (entry.EntityId is { } about && ids.Contains(about)) || (!houses.Contains(entry.Entity) && (HasId(entry.Before) || HasId(entry.After)));

    private void Readings(SwitchboardDb db, ReaderHash readers)
    {
        string[] hashes = [.. People.Select(p => readers.Of(new ContactActor(db.TenantId, Guid.Empty, p, Proof.Widget)))];
        string[] voters = [.. hashes, .. People.Select(p => p.ToString("D"))];
        CustomerTies ties = TiesIn(db);
        Searches.UnionWith(db.Set<SearchLog>().Where(l => hashes.Contains(l.ContactHash)).Select(l => l.Id));
        Uses.UnionWith(ties.Of<KbUse>().Select(u => u.Id));
        Uses.UnionWith(db.Set<KbUse>().Where(u => voters.Contains(u.Voter)).Select(u => u.Id));
    }

    /// <summary>The runs of its conversations, and of the others those that name it anywhere. A turn of somebody else is that one's.</summary>
    private void FollowRuns(SwitchboardDb db, DateTimeOffset since)
    {
        var open = new Dictionary<Guid, bool>();
        foreach (Run run in db.Runs.AsNoTracking().Where(r => r.Handler != EraseCustomer.HandlerName || r.Handler == null).Where(r => r.CreatedAt >= since || r.FinishedAt == null || r.FinishedAt >= since).AsEnumerable())
        {
            bool isUnderWay = run is { Status: RunStatus.Running, Due: null };
            bool isOthers = Subjects.IsDesk(run.Subject) && !subjects.Contains(run.Subject);
            if (isOthers) continue;
            if (subjects.Contains(run.Subject) || Names(run.Subject) || Names(run.Input) || Names(run.Result) || Names(run.Error) || Names(run.Actor) || Names(run.IdempotencyKey)) Add(run.Id, isUnderWay);
            else open.Add(run.Id, isUnderWay);
        }

        if (open.Count == 0) return;
        IQueryable<Guid> others = db.Runs.Where(r => r.Kind != RunKind.Turn && r.Kind != RunKind.Dialogue && (r.CreatedAt >= since || r.FinishedAt == null || r.FinishedAt >= since)).Select(r => r.Id);
        foreach (var step in db.RunSteps.Where(s => others.Contains(s.RunId)).Select(s => new { s.RunId, s.Result }).AsEnumerable())
            if (open.TryGetValue(step.RunId, out bool isUnderWay) && Names(step.Result)) Add(step.RunId, isUnderWay);
        foreach (var told in db.RunEvents.Where(e => others.Contains(e.RunId)).Select(e => new { e.RunId, e.Data }).AsEnumerable())
            if (open.TryGetValue(told.RunId, out bool isUnderWay) && Names(told.Data)) Add(told.RunId, isUnderWay);
    }

    private void Add(Guid run, bool isUnderWay)
    {
        Runs.Add(run);
        ids.Add(run);
        if (isUnderWay) UnderWay.Add(run);
    }

    /// <summary>Whether a text names one of the customer's rows, or one of its people or itself.</summary>
    private bool Names(string? text) => text is not null && (text.AsSpan().ContainsAny(names) || HasId(text));

    private bool HasId(ReadOnlySpan<char> text)
    {
        const int Plain = 32, Dashed = 36;
        for (int i = 0; i + Plain <= text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i])) continue;
            if (i + Dashed <= text.Length && text[i + 8] == '-' && Guid.TryParseExact(text.Slice(i, Dashed), "D", out Guid dashed))
            {
                if (ids.Contains(dashed)) return true;
                i += Dashed - 1;
            }
            else if (Guid.TryParseExact(text.Slice(i, Plain), "N", out Guid plain))
            {
                if (ids.Contains(plain)) return true;
                i += Plain - 1;
            }
        }

        return false;
    }
}
