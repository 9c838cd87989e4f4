using System.Collections.Frozen;
using System.Reflection;
using Switchboard.Core.Agents;

namespace Switchboard.Core.Context;

/// <summary>Whose context, and how much of it.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="CustomerId">The customer; null for what anybody may know.</param>
/// <param name="ContactId">The contact it is read for: their own conversations, role and preferences. Null for the staff.</param>
/// <param name="WithDetails">Whether what the staff is shown is read too.</param>
public sealed record ContextAsk(Guid TenantId, Guid? CustomerId, Guid? ContactId, bool WithDetails = false);

/// <summary>What one load read of a customer.</summary>
/// <param name="CustomerId">The customer; null when nobody is proven.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Account">The facts of a turn.</param>
/// <param name="Details">What the staff is shown beyond; null when it was not asked for.</param>
/// <param name="Missing">The parts that could not be read, by their names.</param>
public sealed record CustomerContext(Guid? CustomerId, DateTimeOffset ReadAt, AccountFacts Account, CustomerDetails? Details, IReadOnlyList<string> Missing)
{
    /// <summary>The name of the turn's step that holds it.</summary>
    public const string StepName = "read:context";
}

/// <summary>Reads the context of customers: the port whose home is the storage. It reads for the desk itself; who shows it to somebody limits it by <see cref="ContextFields"/> first.</summary>
public interface ICustomerContext
{
    /// <summary>The context; null when there is no such customer. It comes within its time limit, with the parts that did not come named.</summary>
    Task<CustomerContext?> ReadAsync(ContextAsk ask, CancellationToken cancellationToken);
}

/// <summary>Where a field of the context stands, and who may see it.</summary>
/// <param name="Name">The fact's name: lower_snake.</param>
/// <param name="Table">The table it is read from.</param>
/// <param name="Entity">The kind of row, whose rule in <see cref="EntityAccess"/> holds for it.</param>
/// <param name="Part">The part of the load that brings it.</param>
/// <param name="Provider">The provider that shows it.</param>
/// <param name="DataClass">Which class of data it is, where some may not reach a model.</param>
/// <param name="IsPersonal">Whether it tells who a person is.</param>
/// <param name="Property">The property that holds it.</param>
public sealed record ContextField(string Name, string Table, string Entity, string Part, ContextProvider Provider, string DataClass, bool IsPersonal, PropertyInfo Property)
{
    /// <summary>Whether the customer wrote it.</summary>
    public bool IsWritten => Name == "preferences";

    /// <summary>Who may read the rows.</summary>
    public EntityRule Rule { get; } = EntityAccess.Find(Entity) ?? throw new InvalidOperationException($"{Entity} is in no rule.");
}

/// <summary>The eight providers.</summary>
public enum ContextProvider
{
    /// <summary>Who the customer is.</summary>
    Customer,

    /// <summary>What it pays for.</summary>
    Subscription,

    /// <summary>What it asked and what became of it.</summary>
    Support,

    /// <summary>How often it comes.</summary>
    Engagement,

    /// <summary>How it stands.</summary>
    Health,

    /// <summary>What it may buy.</summary>
    Sales,

    /// <summary>What it uses.</summary>
    Usage,

    /// <summary>How its people sign in.</summary>
    Security,
}

/// <summary>The one table of the context: each fact with its source, its provider and who may see it. The facts of a turn come first, in the order in which they are told.</summary>
public static class ContextFields
{
    /// <summary>Of the account: plan, dates, status.</summary>
    public const string AccountClass = "account";

    /// <summary>Money.</summary>
    public const string BillingClass = "billing";

    /// <summary>About the person.</summary>
    public const string ContactClass = "contact";

    /// <summary>Scores and predictions.</summary>
    public const string HealthClass = "health";

    /// <summary>Sign-ins and use.</summary>
    public const string UsageClass = "usage";

    /// <summary>Conversations, tickets, incidents.</summary>
    public const string SupportClass = "support";

    /// <summary>The facts of a turn.</summary>
    public static IReadOnlyList<ContextField> OfTurn { get; } =
    [
        Turn("plan", "customers", "customer", "account", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.Plan)),
        Turn("cycle", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.Cycle)),
        Turn("customer_since", "customers", "customer", "account", ContextProvider.Customer, AccountClass, nameof(AccountFacts.CustomerSince)),
        Turn("seats_used", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.SeatsUsed)),
        Turn("seats_total", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.SeatsTotal)),
        Turn("status", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.Status)),
        Turn("cancel_at_period_end", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.CancelAtPeriodEnd)),
        Turn("mrr", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, BillingClass, nameof(AccountFacts.Mrr)),
        Turn("arr", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, BillingClass, nameof(AccountFacts.Arr)),
        Turn("period_end", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, AccountClass, nameof(AccountFacts.PeriodEnd)),
        Turn("role", "contacts", "contact", "contact", ContextProvider.Customer, AccountClass, nameof(AccountFacts.Role)),
        Turn("health", "health_snapshots", "health_snapshot", "health", ContextProvider.Health, HealthClass, nameof(AccountFacts.Health)),
        Turn("churn", "predictions", "prediction", "churn", ContextProvider.Health, HealthClass, nameof(AccountFacts.Churn)),
        Turn("last_login", "login_events", "login_event", "logins", ContextProvider.Engagement, UsageClass, nameof(AccountFacts.LastLogin)),
        Turn("active_days_30", "login_events", "login_event", "logins", ContextProvider.Engagement, UsageClass, nameof(AccountFacts.ActiveDays)),
        Turn("open_s1s2", "tickets", "ticket", "tickets", ContextProvider.Support, SupportClass, nameof(AccountFacts.OpenS1S2)),
        Turn("open_conversations", "conversations", "conversation", "conversations", ContextProvider.Support, SupportClass, nameof(AccountFacts.OpenConversations)),
        Turn("last_intents", "conversations", "conversation", "conversations", ContextProvider.Support, SupportClass, nameof(AccountFacts.LastIntents)),
        Turn("overdue_invoices", "invoices", "invoice", "invoices", ContextProvider.Subscription, BillingClass, nameof(AccountFacts.OverdueInvoices)),
        Turn("failed_payments_90d", "payments", "payment", "payments", ContextProvider.Subscription, BillingClass, nameof(AccountFacts.FailedPayments)),
        Turn("open_disputes", "conversations", "conversation", "conversations", ContextProvider.Support, BillingClass, nameof(AccountFacts.OpenDisputes)),
        Turn("integrations_in_error", "integrations", "integration", "integrations", ContextProvider.Usage, SupportClass, nameof(AccountFacts.IntegrationsInError)),
        Turn("language", "contacts", "contact", "contact", ContextProvider.Customer, ContactClass, nameof(AccountFacts.Language)),
        Turn("time_zone", "contacts", "contact", "contact", ContextProvider.Customer, ContactClass, nameof(AccountFacts.TimeZone)),
        Turn("preferences", "contacts", "contact", "contact", ContextProvider.Customer, ContactClass, nameof(AccountFacts.Preferences), isPersonal: true),
        Turn("open_approvals", "approvals", "approval", "approvals", ContextProvider.Support, SupportClass, nameof(AccountFacts.OpenApprovals)),
        Turn("open_incidents", "incidents", "incident", "incidents", ContextProvider.Support, SupportClass, nameof(AccountFacts.OpenIncidents)),
    ];

    /// <summary>What the staff is shown beyond.</summary>
    public static IReadOnlyList<ContextField> OfDetails { get; } =
    [
        Detail("name", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Name)),
        Detail("industry", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Industry)),
        Detail("employees", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Employees)),
        Detail("country", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Country)),
        Detail("lifecycle", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Lifecycle)),
        Detail("csm", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Csm)),
        Detail("tags", "customers", "customer", "account", ContextProvider.Customer, nameof(CustomerDetails.Tags)),
        Detail("segments", "segment_memberships", "segment", "segments", ContextProvider.Customer, nameof(CustomerDetails.Segments)),
        Detail("primary_contact", "contacts", "contact", "people", ContextProvider.Customer, nameof(CustomerDetails.PrimaryContact), isPersonal: true),
        Detail("primary_email", "contacts", "contact", "people", ContextProvider.Customer, nameof(CustomerDetails.PrimaryEmail), isPersonal: true),
        Detail("discount", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, nameof(CustomerDetails.Discount)),
        Detail("add_ons", "subscriptions", "subscription", "subscription", ContextProvider.Subscription, nameof(CustomerDetails.AddOns)),
        Detail("csat_90d", "csat_ratings", "csat_rating", "csat", ContextProvider.Support, nameof(CustomerDetails.Csat)),
        Detail("open_tickets", "tickets", "ticket", "tickets", ContextProvider.Support, nameof(CustomerDetails.OpenTickets)),
        Detail("nps", "nps_responses", "nps_response", "nps", ContextProvider.Engagement, nameof(CustomerDetails.Nps)),
        Detail("last_meeting", "meetings", "meeting", "meetings", ContextProvider.Engagement, nameof(CustomerDetails.LastMeeting)),
        Detail("success_plan", "success_plans", "success_plan", "success_plan", ContextProvider.Health, nameof(CustomerDetails.SuccessPlan)),
        Detail("open_deals", "deals", "deal", "deals", ContextProvider.Sales, nameof(CustomerDetails.OpenDeals)),
        Detail("pipeline_value", "deals", "deal", "deals", ContextProvider.Sales, nameof(CustomerDetails.PipelineValue)),
        Detail("next_close", "deals", "deal", "deals", ContextProvider.Sales, nameof(CustomerDetails.NextClose)),
        Detail("open_quotes", "quotes", "quote", "quotes", ContextProvider.Sales, nameof(CustomerDetails.OpenQuotes)),
        Detail("contract_until", "contracts", "contract", "contracts", ContextProvider.Sales, nameof(CustomerDetails.ContractUntil)),
        Detail("features_used_30d", "feature_usage", "feature_usage", "use", ContextProvider.Usage, nameof(CustomerDetails.FeaturesUsed)),
        Detail("top_features", "feature_usage", "feature_usage", "use", ContextProvider.Usage, nameof(CustomerDetails.TopFeatures)),
        Detail("api_calls", "usage_events", "usage_event", "meters", ContextProvider.Usage, nameof(CustomerDetails.ApiCalls)),
        Detail("storage_gb", "usage_events", "usage_event", "meters", ContextProvider.Usage, nameof(CustomerDetails.StorageGb)),
        Detail("automations", "usage_events", "usage_event", "meters", ContextProvider.Usage, nameof(CustomerDetails.Automations)),
        Detail("blocked", "customers", "customer", "account", ContextProvider.Security, nameof(CustomerDetails.Blocked)),
        Detail("people", "contacts", "contact", "people", ContextProvider.Security, nameof(CustomerDetails.People)),
        Detail("people_with_mfa", "contacts", "contact", "people", ContextProvider.Security, nameof(CustomerDetails.PeopleWithMfa)),
        Detail("locked_people", "contacts", "contact", "people", ContextProvider.Security, nameof(CustomerDetails.LockedPeople)),
        Detail("failed_logins_7d", "login_events", "login_event", "failed_logins", ContextProvider.Security, nameof(CustomerDetails.FailedLogins)),
        Detail("sso", "sso_connections", "sso_connection", "sso", ContextProvider.Security, nameof(CustomerDetails.Sso)),
        Detail("open_sessions", "contact_sessions", "contact_session", "sessions", ContextProvider.Security, nameof(CustomerDetails.OpenSessions)),
    ];

    /// <summary>All classes of data.</summary>
    public static IReadOnlyList<string> Classes { get; } = [AccountClass, BillingClass, UsageClass, SupportClass, HealthClass, ContactClass];

    private static readonly FrozenDictionary<string, ContextField> byName = OfTurn.Concat(OfDetails).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The field of a name; null when no fact is called so.</summary>
    public static ContextField? Find(string name) => byName.GetValueOrDefault(name);

    private static ContextField Turn(string name, string table, string entity, string part, ContextProvider provider, string dataClass, string property, bool isPersonal = false) =>
        new(name, table, entity, part, provider, dataClass, isPersonal, typeof(AccountFacts).GetProperty(property)!);

    private static ContextField Detail(string name, string table, string entity, string part, ContextProvider provider, string property, bool isPersonal = false) =>
        new(name, table, entity, part, provider, AccountClass, isPersonal, typeof(CustomerDetails).GetProperty(property)!);
}
