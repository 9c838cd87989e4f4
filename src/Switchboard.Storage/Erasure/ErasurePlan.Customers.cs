using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Product;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Erasure;

/// <summary>The customer, its people and all that is kept of them.</summary>
internal static partial class ErasurePlan
{
    private const string nobody = "Erased person";
    private const string reserved = "@erased.invalid";

    private static IEnumerable<ErasedEntity> Billing() =>
    [
        new ErasedEntity<SubscriptionChange>().Keep(booking, nameof(SubscriptionChange.Cause), nameof(SubscriptionChange.Currency), nameof(SubscriptionChange.PlanBefore), nameof(SubscriptionChange.PlanAfter)),
        new ErasedEntity<DiscountGrant>().Keep(booking, nameof(DiscountGrant.Kind)),
        new ErasedEntity<Invoice>().Keep(booking, nameof(Invoice.Number), nameof(Invoice.Lines), nameof(Invoice.Currency), nameof(Invoice.ExternalRef)),
        new ErasedEntity<Payment>().Put(p => p.MethodLast4, null).Keep(booking, nameof(Payment.Currency), nameof(Payment.Method), nameof(Payment.DeclineCode), nameof(Payment.ExternalRef)),
        new ErasedEntity<Refund>().Keep(booking, nameof(Refund.Currency), nameof(Refund.Reason)),
        new ErasedEntity<Credit>().Put(c => c.Reason, null).Keep(booking, nameof(Credit.Currency)),
        new ErasedEntity<BillingStatement>().Put(s => s.Text, "").Keep(booking, nameof(BillingStatement.Number)),
        new ErasedEntity<UsageEvent>().PutEach(e => e.IdempotencyKey, id => $"erased-{id:N}"),
        new ErasedEntity<FeatureUsage>().Keep(figures, nameof(FeatureUsage.Feature)),
        new ErasedEntity<Subscription>().Put(s => s.ExternalRef, null).Put(s => s.CancelReason, null)
            .Keep(booking, nameof(Subscription.Plan), nameof(Subscription.NextPlan), nameof(Subscription.Currency), nameof(Subscription.AddOns)),
    ];

    private static IEnumerable<ErasedEntity> Product() =>
    [
        new ErasedEntity<ApiCallLog>().Delete("Calls with their paths and problems; they are kept for a week only."),
        new ErasedEntity<DataJob>().Put(j => j.Errors, []).Keep(code, nameof(DataJob.Kind), nameof(DataJob.Format)).Keep(pseudonym, nameof(DataJob.CreatedIds)),
        new ErasedEntity<FeatureRequest>().Put(r => r.Feature, Gone),
        new ErasedEntity<OauthClient>().Put(c => c.Name, Gone).PutEach(c => c.ClientId, id => $"erased-{id:N}").Put(c => c.RedirectUris, []).Put(c => c.Enabled, false)
            .Keep(code, nameof(OauthClient.Scopes), nameof(OauthClient.Grants)),
        new ErasedEntity<ProductBackup>().Put(b => b.Scope, Gone),
        new ErasedEntity<ShareGrant>().Keep(code, nameof(ShareGrant.Level)),
        new ErasedEntity<TrashItem>().Put(i => i.Title, Gone).Keep(code, nameof(TrashItem.Kind)),
        new ErasedEntity<WorkItem>().Put(i => i.Title, Gone).Keep(code, nameof(WorkItem.Kind)),
    ];

    private static IEnumerable<ErasedEntity> Success() =>
    [
        new ErasedEntity<HealthSnapshot>(),
        new ErasedEntity<NpsResponse>().Put(r => r.Comment, null),
        new ErasedEntity<AdvocacyAct>().Put(a => a.Url, null),
        new ErasedEntity<SuccessPlan>().Put(p => p.Goals, []).Put(p => p.Milestones, []),
        new ErasedEntity<OnboardingTask>().Put(t => t.Title, Gone).Put(t => t.DoneBy, null),
        new ErasedEntity<TrainingSession>().Put(s => s.Topic, Gone).Keep(pseudonym, nameof(TrainingSession.Attendees)),
        new ErasedEntity<Meeting>().Keep(pseudonym, nameof(Meeting.Attendees)),
    ];

    private static IEnumerable<ErasedEntity> Revenue() =>
    [
        new ErasedEntity<DealActivity>().Put(a => a.Subject, Gone).Put(a => a.Outcome, null).Keep(code, nameof(DealActivity.Kind)),
        new ErasedEntity<WinLoss>().Put(w => w.Factors, []),
        new ErasedEntity<Quote>().Put(q => q.Lines, []).Put(q => q.ExternalRef, null).Keep(booking, nameof(Quote.Number), nameof(Quote.Currency)),
        new ErasedEntity<Contract>().Put(c => c.Clauses, []),
        new ErasedEntity<Deal>().Put(d => d.Name, Gone).Put(d => d.ExternalRef, null).Put(d => d.LostReason, null).Follow(d => d.Revision, d => d.Revision + 1).Keep(figures, nameof(Deal.Currency)),
        new ErasedEntity<Lead>()
            .Put(l => l.Name, nobody).Put(l => l.Email, null).Put(l => l.Phone, null).Put(l => l.Title, null).Put(l => l.Company, null).Put(l => l.Industry, null).Put(l => l.Employees, null)
            .Put(l => l.Country, null).Put(l => l.Budget, null).Put(l => l.Authority, null).Put(l => l.Timeline, null).Put(l => l.ExternalRef, null).Follow(l => l.Revision, l => l.Revision + 1)
            .Keep(figures, nameof(Lead.Source)),
    ];

    private static IEnumerable<ErasedEntity> Customers() =>
    [
        new ErasedEntity<CustomerNote>().Put(n => n.Text, Gone),
        new ErasedEntity<SegmentMembership>().Delete("A profile; nobody is addressed by it any more."),
        new ErasedEntity<SyncRun>().Put(s => s.Errors, []),
        new ErasedEntity<Integration>().Put(i => i.Account, null).Put(i => i.ConflictRules, new Dictionary<string, string>()).Put(i => i.Status, IntegrationStatus.Disconnected).Keep(code, nameof(Integration.Type)),
        new ErasedEntity<Consent>().Keep("what was allowed must be shown later", nameof(Consent.Purpose), nameof(Consent.TextVersion)),
        new ErasedEntity<LoginEvent>().Put(e => e.FailureReason, null).Put(e => e.Ip, null).Put(e => e.UserAgent, null).Put(e => e.Country, null).Put(e => e.Device, null),
        new ErasedEntity<ContactSession>().Put(s => s.Device, Gone).Put(s => s.Country, null),
        new ErasedEntity<ProofCode>().Delete("Codes that are over after ten minutes."),
        new ErasedEntity<Invitation>(),
        new ErasedEntity<SsoConnection>().Put(s => s.Domain, "").Put(s => s.DomainVerified, false).Put(s => s.LastTestFault, null).Put(s => s.State, SsoState.Disabled).Keep(code, nameof(SsoConnection.Provider), nameof(SsoConnection.Protocol)),
        new ErasedEntity<Conversation>()
            .Put(c => c.Subject, Gone).Put(c => c.ReplyEmail, null).Put(c => c.Tags, []).Put(c => c.VisitorId, null).Put(c => c.SnoozedUntil, null)
            .Put(c => c.Status, ConversationStatus.Closed).Put(c => c.Owner, ConversationOwner.None).Follow(c => c.ClosedAt, c => c.ClosedAt ?? c.LastActivityAt)
            .Keep(code, nameof(Conversation.Team), nameof(Conversation.AgentsInvolved))
            .Keep(figures, nameof(Conversation.PrimaryIntent), nameof(Conversation.Complexity), nameof(Conversation.Language), nameof(Conversation.Pauses)),
        new ErasedEntity<Contact>()
            .PutEach(c => c.Email, id => $"{id:N}{reserved}").Put(c => c.Name, nobody).Put(c => c.Title, null).Put(c => c.Phone, null).Put(c => c.ExternalRef, null).Put(c => c.Language, null)
            .Put(c => c.TimeZone, null).Put(c => c.Preferences, new ContactPreferences()).Put(c => c.ChampionScore, null).Put(c => c.LockedUntil, null).Put(c => c.LastSignInAt, null)
            .Put(c => c.Status, ContactStatus.Suspended).Stamp(c => c.AnonymisedAt).Follow(c => c.Revision, c => c.Revision + 1),
        new ErasedEntity<Customer>()
            .Put(c => c.Name, "Erased customer").Put(c => c.ExternalRef, null).Put(c => c.Domain, null).Put(c => c.Industry, null).Put(c => c.Employees, null).Put(c => c.Country, null).Put(c => c.Language, null)
            .Put(c => c.TimeZone, null).Put(c => c.Source, null).Put(c => c.Tags, []).Put(c => c.Attributes, new Dictionary<string, string>()).Put(c => c.BlockedReason, null)
            .Follow(c => c.DeletedAt, c => c.DeletedAt ?? c.ErasureBegunAt).Stamp(c => c.AnonymisedAt).Follow(c => c.Revision, c => c.Revision + 1)
            .Keep(figures, nameof(Customer.Plan)),
    ];
}
