using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Engine;

/// <summary>Reads what ended runs recorded, from the rows as they are stored.</summary>
/// <param name="data">Where the rows are stored.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="policies">The policies by their versions.</param>
public sealed class RecordedRuns(Data data, Tenants tenants, PolicyStore policies) : IRecordedRuns
{
    /// <inheritdoc />
    public async Task<RunJournal?> RunAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Runs.SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) is { } run ? new RunJournal(run, await StepsAsync(db, runId, cancellationToken)) : null;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Guid>> TurnsOfAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken)
    {
        string subject = Subjects.Conversation(conversationId);
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Runs.Where(r => r.Subject == subject && r.Kind == RunKind.Turn && r.FinishedAt != null).OrderBy(r => r.Ordinal).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<RecordedTurn?> TurnAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(tenantId, cancellationToken) is not { } tenant) return null;
        await using SwitchboardDb db = data.For(tenantId);
        if (await db.Runs.SingleOrDefaultAsync(r => r.Id == runId && r.Kind == RunKind.Turn, cancellationToken) is not { } run) return null;
        Guid conversationId = Subjects.ConversationOf(run.Subject);
        Conversation conversation = await db.Set<Conversation>().AsNoTracking().SingleAsync(c => c.Id == conversationId, cancellationToken);
        List<JournalEntry> steps = await StepsAsync(db, runId, cancellationToken);
        TurnBasis? basis = steps.Find(s => s.Name == TurnBasis.StepName) is { } step ? Journal.Read<TurnBasis>(step) : null;
        return new RecordedTurn
        {
            Run = run,
            Tenant = tenant,
            Conversation = conversation,
            Contact = conversation.ContactId is { } contact ? await db.Set<Contact>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == contact, cancellationToken) : null,
            Trigger = await db.Set<Message>().AsNoTracking().SingleOrDefaultAsync(m => m.ConversationId == conversationId && m.Sequence == run.Ordinal, cancellationToken),
            History = await HistoryAsync(db, run, conversationId, cancellationToken),
            Reply = await db.Set<Message>().AsNoTracking().FirstOrDefaultAsync(m => m.ConversationId == conversationId && m.RunId == runId && m.Author == MessageAuthor.Agent, cancellationToken),
            Steps = steps,
            Dialogues = basis is null ? [] : await DialoguesAsync(db, run, conversationId, basis, cancellationToken),
            Policies = basis is null ? null : await PoliciesAsync(db, tenant, run, basis, cancellationToken),
        };
    }

    private static async Task<List<JournalEntry>> StepsAsync(SwitchboardDb db, Guid runId, CancellationToken cancellationToken) =>
        await db.RunSteps.Where(s => s.RunId == runId).OrderBy(s => s.Ordinal).Select(s => new JournalEntry(s.Name, s.Result)).ToListAsync(cancellationToken);

    /// <summary>The messages before the turn's, as <see cref="TurnRead"/> gives them to the turn itself: turns follow each other, so the reply to an earlier message counts as earlier.</summary>
    private static async Task<IReadOnlyList<Message>> HistoryAsync(SwitchboardDb db, Run run, Guid conversationId, CancellationToken cancellationToken)
    {
        List<Message> newest = await db.Set<Message>().AsNoTracking()
            .Where(m => m.ConversationId == conversationId
                && (m.Sequence < run.Ordinal || (m.Author == MessageAuthor.Agent && db.Runs.Any(r => r.Id == m.RunId && r.Ordinal < run.Ordinal))))
            .OrderByDescending(m => m.Sequence).Take(TurnRead.HistoryLimit).ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    /// <summary>
    /// The dialogues that waited when the turn began and those it opened. What it took of a journal stands between the number of steps its basis names and
    /// the number the next turn's basis names; behind a dialogue that does not wait any more then, all that follows is this turn's.
    /// </summary>
    private static async Task<IReadOnlyList<RecordedDialogue>> DialoguesAsync(SwitchboardDb db, Run run, Guid conversationId, TurnBasis basis, CancellationToken cancellationToken)
    {
        string subject = Subjects.Dialogue(conversationId);
        Guid[] waiting = [.. basis.Dialogues.Select(d => d.RunId)];
        List<Run> touched = await db.Runs.Where(r => r.Subject == subject && r.Kind == RunKind.Dialogue && (waiting.Contains(r.Id) || r.CreatedAt == run.FinishedAt)).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        if (touched.Count == 0) return [];

        string? next = await (
            from later in db.Runs
            join step in db.RunSteps on later.Id equals step.RunId
            where later.Subject == run.Subject && later.Ordinal > run.Ordinal && step.Name == TurnBasis.StepName
            orderby later.Ordinal
            select step.Result).FirstOrDefaultAsync(cancellationToken);
        IReadOnlyList<WaitingDialogue> after = next is null ? [] : Journal.Read<TurnBasis>(new JournalEntry(TurnBasis.StepName, next)).Dialogues;

        var found = new List<RecordedDialogue>(touched.Count);
        foreach (Run dialogue in touched)
        {
            List<JournalEntry> all = await StepsAsync(db, dialogue.Id, cancellationToken);
            int from = Math.Min(basis.Dialogues.FirstOrDefault(d => d.RunId == dialogue.Id)?.Steps ?? 0, all.Count);
            int to = Math.Clamp(after.FirstOrDefault(d => d.RunId == dialogue.Id)?.Steps ?? all.Count, from, all.Count);
            found.Add(new RecordedDialogue(dialogue.Id, Json.Read<DialogueInput>(dialogue.Input), all[..from], all[from..to]));
        }

        return found;
    }

    /// <summary>The policies the turn was decided by. A turn that does not name their version was decided by those that held when it ended.</summary>
    private async Task<CurrentPolicies?> PoliciesAsync(SwitchboardDb db, Tenant tenant, Run run, TurnBasis basis, CancellationToken cancellationToken)
    {
        int version = basis.PolicyVersion ?? await db.Set<PolicyDocument>().Where(p => p.CreatedAt <= run.FinishedAt).MaxAsync(p => (int?)p.Version, cancellationToken) ?? 0;
        return version == 0 ? new CurrentPolicies(0, TenantPolicies.Default with { Currency = basis.Currency }) : await policies.FindAsync(tenant.Id, version, cancellationToken);
    }
}
