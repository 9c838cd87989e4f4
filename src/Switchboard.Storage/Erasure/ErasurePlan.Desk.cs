using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Erasure;

/// <summary>Runs, conversations and what the desk does with them.</summary>
internal static partial class ErasurePlan
{
    private static IEnumerable<ErasedEntity> Engine() =>
    [
        new ErasedEntity<RunStep>().Listed(s => s.RunId, t => t.Runs).Delete("Journals hold words, facts, previews and results."),
        new ErasedEntity<RunEvent>().Listed(e => e.RunId, t => t.Runs).Delete("The streams hold what was said."),
        new ErasedEntity<Run>().Listed(r => r.Id, t => t.Runs)
            .Put(r => r.Input, "{}").Put(r => r.Result, null).Put(r => r.Error, null).Put(r => r.IdempotencyKey, null).Put(r => r.RequestHash, null).Put(r => r.Trace, null)
            .Keep(code, nameof(Run.Handler), nameof(Run.ErrorCode)).Keep(pseudonym, nameof(Run.Subject), nameof(Run.Actor)),
        new ErasedEntity<AnsweredCall>().Listed(c => c.Id, t => t.Calls).Delete("A kept answer shows rows as they were; it would go after a day anyway."),
        new ErasedEntity<RunNode>().Leave("Processes of the installation.", nameof(RunNode.Name), nameof(RunNode.Role)),
    ];

    private static IEnumerable<ErasedEntity> Support() =>
    [
        new ErasedEntity<Message>()
            .Put(m => m.Text, Gone).Put(m => m.Attachments, []).Put(m => m.Citations, [])
            .Keep(code, nameof(Message.AgentId)).Keep(figures, nameof(Message.Intent)),
        new ErasedEntity<Handoff>().Put(h => h.CaseFile, NoCase).Keep(code, nameof(Handoff.FromAgent), nameof(Handoff.ToTeam), nameof(Handoff.ToAgent), nameof(Handoff.Reason)),
        new ErasedEntity<CsatRating>().Put(r => r.Comment, null),
        new ErasedEntity<SlaMark>(),
        new ErasedEntity<Ticket>().Put(t => t.Title, Gone).Put(t => t.Description, "").Put(t => t.Links, []).Keep(figures, nameof(Ticket.Component)),
        new ErasedEntity<IntentCorrection>().Delete("It says what a message wanted whose words are gone; nothing is learned from it any more."),
        new ErasedEntity<KbUse>().Listed(u => u.Id, t => t.Uses).Put(u => u.Voter, null).Put(u => u.IdempotencyKey, null).Keep(code, nameof(KbUse.Uncounted)),
        new ErasedEntity<SearchLog>().Listed(l => l.Id, t => t.Searches).Put(l => l.Query, Gone).Put(l => l.ContactHash, null).Keep(code, nameof(SearchLog.Outcome)),
        new ErasedEntity<ArticleBrief>().Listed(b => b.Id, t => t.Briefs).Put(b => b.Title, Gone).Put(b => b.Outline, []).Put(b => b.Sources, []),
        new ErasedEntity<IntentModelVersion>().Leave("Teaching is named by message, and the words are gone with the messages.", nameof(IntentModelVersion.Version), nameof(IntentModelVersion.Taught), nameof(IntentModelVersion.Reason)),
        new ErasedEntity<KbGap>().Leave("Questions of several people with personal data masked; nothing says whose they were.", nameof(KbGap.Label), nameof(KbGap.Terms), nameof(KbGap.Type), nameof(KbGap.Examples)),
    ];

    private static IEnumerable<ErasedEntity> Operations() =>
    [
        new ErasedEntity<WebhookDelivery>().GoWith(nameof(OutboxEntry)),
        new ErasedEntity<OutboxAttempt>().GoWith(nameof(OutboxEntry)),
        new ErasedEntity<OutboxEntry>().Listed(e => e.Id, t => t.Effects).Delete("Mails and deliveries, with what came back; retention takes them a month after their end anyway."),
        new ErasedEntity<Approval>().Listed(a => a.Id, t => t.Approvals)
            .Put(a => a.Arguments, "{}").Put(a => a.Preview, "[]").Put(a => a.Digest, "").Put(a => a.Note, null)
            .Keep(code, nameof(Approval.Action), nameof(Approval.AgentId), nameof(Approval.StepName), nameof(Approval.NeededScope)).Keep(pseudonym, nameof(Approval.RequestedBy)),
        new ErasedEntity<ContentDraft>().Listed(d => d.Id, t => t.Drafts)
            .Put(d => d.Title, Gone).Put(d => d.Body, "").Put(d => d.Evidence, []).Keep(code, nameof(ContentDraft.Kind), nameof(ContentDraft.ReviewStatus), nameof(ContentDraft.AgentId)),
        new ErasedEntity<PrivacyRequest>().Keep("that somebody used a right must be shown later", nameof(PrivacyRequest.Right), nameof(PrivacyRequest.Scope), nameof(PrivacyRequest.State)),
        new ErasedEntity<AuditEntry>().Leave(
            "Entries are never taken out of the chain; the erasure empties the fields of those about the customer and leaves who, what, which row and when, see AuditErasure.",
            nameof(AuditEntry.Actor), nameof(AuditEntry.Action), nameof(AuditEntry.Entity), nameof(AuditEntry.Before), nameof(AuditEntry.After), nameof(AuditEntry.Mark), nameof(AuditEntry.Seal), nameof(AuditEntry.Erased)),
        new ErasedEntity<Prediction>().Leave("Figures and the features they follow from; they point to rows that are anonymous.", nameof(Prediction.Kind), nameof(Prediction.Entity), nameof(Prediction.Reasons), nameof(Prediction.ModelVersion)),
    ];
}
