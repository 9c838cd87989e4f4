using System.Collections.Frozen;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Market;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Product;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Agents;

/// <summary>Whose rows of an entity an agent sees in the turn of a customer's contact.</summary>
public enum Reach
{
    /// <summary>The rows of the proven customer, no others; without proof none.</summary>
    Customer,

    /// <summary>The rows of the proven contact's own conversations; a visitor's those of the visitor.</summary>
    Conversation,

    /// <summary>All rows: they hold nothing about anybody.</summary>
    Everybody,

    /// <summary>Published articles of the customer's audience.</summary>
    Published,

    /// <summary>None: they are for the staff.</summary>
    Staff,
}

/// <summary>Who may read an entity.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Name">Its name in capabilities, in the audit and in exports: singular, lower_snake.</param>
/// <param name="Scope">The scope a user or key needs.</param>
/// <param name="Reach">What is seen in a contact's turn.</param>
public sealed record EntityRule(Type Entity, string Name, string Scope, Reach Reach)
{
    /// <summary>What a card must declare to read it.</summary>
    public string Capability => $"read:{Name}";
}

/// <summary>The one table of who may read what. An entity that is not in it is read by no agent.</summary>
public static class EntityAccess
{
    private const string customers = "read:customers";
    private const string conversations = Scopes.ReadConversations;
    private const string knowledge = Scopes.ReadKnowledge;
    private const string analytics = "read:analytics";
    private const string audit = "read:audit";
    private const string security = "admin:security";

    /// <summary>All rules.</summary>
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        Rule<User>("user", Scopes.ReadUsers, Reach.Staff),
        Rule<ApiKey>("api_key", Scopes.ReadApiKeys, Reach.Staff),
        Rule<AnsweredCall>("answered_call", security, Reach.Staff),
        Rule<UserCredential>("user_credential", security, Reach.Staff),
        Rule<AccountToken>("account_token", security, Reach.Staff),
        Rule<UserSession>("user_session", security, Reach.Staff),
        Rule<RefreshToken>("refresh_token", security, Reach.Staff),
        Rule<SigningKey>("signing_key", security, Reach.Staff),
        Rule<ExternalIdentity>("external_identity", security, Reach.Staff),
        Rule<SpentSignIn>("spent_sign_in", security, Reach.Staff),
        Rule<WidgetKey>("widget_key", security, Reach.Staff),
        Rule<ProofCode>("proof_code", security, Reach.Staff),
        Rule<RoleScopes>("role_scopes", Scopes.ManageRoles, Reach.Staff),
        Rule<PolicyDocument>("policy", Scopes.ReadAgents, Reach.Everybody),
        Rule<Customer>("customer", customers, Reach.Customer),
        Rule<Contact>("contact", customers, Reach.Customer),
        Rule<CustomerNote>("customer_note", customers, Reach.Staff),
        Rule<SegmentMembership>("segment", customers, Reach.Staff),
        Rule<Integration>("integration", customers, Reach.Customer),
        Rule<SyncRun>("sync_run", customers, Reach.Customer),
        Rule<Consent>("consent", customers, Reach.Customer),
        Rule<LoginEvent>("login_event", customers, Reach.Customer),
        Rule<ContactSession>("contact_session", customers, Reach.Customer),
        Rule<Invitation>("invitation", customers, Reach.Customer),
        Rule<SsoConnection>("sso_connection", customers, Reach.Customer),
        Rule<Subscription>("subscription", customers, Reach.Customer),
        Rule<SubscriptionChange>("subscription_change", customers, Reach.Customer),
        Rule<DiscountGrant>("discount_grant", customers, Reach.Customer),
        Rule<Invoice>("invoice", customers, Reach.Customer),
        Rule<InvoiceCounter>("invoice_counter", customers, Reach.Staff),
        Rule<Payment>("payment", customers, Reach.Customer),
        Rule<Refund>("refund", customers, Reach.Customer),
        Rule<Credit>("credit", customers, Reach.Customer),
        Rule<BillingStatement>("billing_statement", customers, Reach.Customer),
        Rule<UsageEvent>("usage_event", customers, Reach.Customer),
        Rule<FeatureUsage>("feature_usage", customers, Reach.Customer),
        Rule<Conversation>("conversation", conversations, Reach.Conversation),
        Rule<Message>("message", conversations, Reach.Conversation),
        Rule<Handoff>("handoff", conversations, Reach.Staff),
        Rule<CsatRating>("csat_rating", conversations, Reach.Customer),
        Rule<SlaMark>("sla_mark", conversations, Reach.Staff),
        Rule<IntentCorrection>("intent_correction", conversations, Reach.Staff),
        Rule<IntentModelVersion>("intent_model_version", conversations, Reach.Staff),
        Rule<Ticket>("ticket", conversations, Reach.Customer),
        Rule<Incident>("incident", conversations, Reach.Everybody),
        Rule<KbArticle>("kb_article", knowledge, Reach.Published),
        Rule<KbArticleVersion>("kb_article_version", knowledge, Reach.Staff),
        Rule<KbUse>("kb_use", knowledge, Reach.Staff),
        Rule<SearchLog>("search_log", knowledge, Reach.Staff),
        Rule<Synonym>("synonym", knowledge, Reach.Everybody),
        Rule<EmbeddingModel>("embedding_model", knowledge, Reach.Staff),
        Rule<PassageVector>("passage_vector", knowledge, Reach.Staff),
        Rule<LinkStatus>("link_status", knowledge, Reach.Everybody),
        Rule<KbGap>("kb_gap", knowledge, Reach.Staff),
        Rule<QualityReport>("quality_report", knowledge, Reach.Staff),
        Rule<ArticleBrief>("article_brief", knowledge, Reach.Staff),
        Rule<HealthSnapshot>("health_snapshot", customers, Reach.Staff),
        Rule<NpsResponse>("nps_response", customers, Reach.Customer),
        Rule<SuccessPlan>("success_plan", customers, Reach.Customer),
        Rule<OnboardingTask>("onboarding_task", customers, Reach.Customer),
        Rule<TrainingSession>("training_session", customers, Reach.Customer),
        Rule<Meeting>("meeting", customers, Reach.Customer),
        Rule<AdvocacyAct>("advocacy_act", customers, Reach.Customer),
        Rule<Lead>("lead", customers, Reach.Staff),
        Rule<Deal>("deal", customers, Reach.Staff),
        Rule<DealActivity>("deal_activity", customers, Reach.Staff),
        Rule<Quote>("quote", customers, Reach.Customer),
        Rule<Contract>("contract", customers, Reach.Customer),
        Rule<Competitor>("competitor", analytics, Reach.Everybody),
        Rule<CompetitorChange>("competitor_change", analytics, Reach.Staff),
        Rule<CompetitorReview>("competitor_review", analytics, Reach.Staff),
        Rule<FeatureMatrixCell>("feature_matrix", analytics, Reach.Everybody),
        Rule<WinLoss>("win_loss", analytics, Reach.Staff),
        Rule<Battlecard>("battlecard", analytics, Reach.Staff),
        Rule<ProductFeature>("product_feature", knowledge, Reach.Everybody),
        Rule<RoadmapItem>("roadmap_item", knowledge, Reach.Staff),
        Rule<FeatureRequest>("feature_request", customers, Reach.Customer),
        Rule<OauthClient>("oauth_client", customers, Reach.Customer),
        Rule<SdkRelease>("sdk_release", knowledge, Reach.Everybody),
        Rule<ApiCallLog>("api_call_log", customers, Reach.Customer),
        Rule<WorkItem>("work_item", customers, Reach.Customer),
        Rule<ShareGrant>("share_grant", customers, Reach.Customer),
        Rule<TrashItem>("trash_item", customers, Reach.Customer),
        Rule<ProductBackup>("product_backup", customers, Reach.Customer),
        Rule<DataJob>("data_job", customers, Reach.Customer),
        Rule<AuditEntry>("audit_entry", audit, Reach.Staff),
        Rule<Approval>("approval", Scopes.ReadAgents, Reach.Customer),
        Rule<OutboxEntry>("outbox_entry", Scopes.ReadAgents, Reach.Staff),
        Rule<OutboxAttempt>("outbox_attempt", Scopes.ReadAgents, Reach.Staff),
        Rule<WebhookEndpoint>("webhook_endpoint", Scopes.ReadWebhooks, Reach.Staff),
        Rule<WebhookDelivery>("webhook_delivery", Scopes.ReadWebhooks, Reach.Staff),
        Rule<RetentionPolicy>("retention_policy", Scopes.AdminConfig, Reach.Everybody),
        Rule<PrivacyRequest>("privacy_request", customers, Reach.Customer),
        Rule<SecurityFinding>("security_finding", security, Reach.Staff),
        Rule<Prediction>("prediction", analytics, Reach.Staff),
        Rule<Experiment>("experiment", analytics, Reach.Staff),
        Rule<MetricPoint>("metric", analytics, Reach.Staff),
        Rule<Anomaly>("anomaly", analytics, Reach.Staff),
        Rule<ContentDraft>("content_draft", knowledge, Reach.Staff),
        Rule<Run>("run", conversations, Reach.Staff),
        Rule<RunStep>("run_step", conversations, Reach.Staff),
        Rule<RunEvent>("run_event", conversations, Reach.Staff),
    ];

    private static readonly FrozenDictionary<Type, EntityRule> byType = All.ToFrozenDictionary(r => r.Entity);
    private static readonly FrozenDictionary<string, EntityRule> byName = All.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>The rule of an entity.</summary>
    /// <exception cref="KeyNotFoundException">The entity is in no rule.</exception>
    public static EntityRule Of(Type entity) => byType.TryGetValue(entity, out EntityRule? rule) ? rule : throw new KeyNotFoundException($"{entity.Name} is in no rule of {nameof(EntityAccess)}; add a line that says who may read it.");

    /// <summary>The rule of a name; null when nothing is called so.</summary>
    public static EntityRule? Find(string name) => byName.GetValueOrDefault(name);

    private static EntityRule Rule<T>(string name, string scope, Reach reach) where T : ITenantOwned => new(typeof(T), name, scope, reach);
}
