using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
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
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Model;

/// <summary>What holds for every table in every home: names, enums, scopes, ids that the program gives, foreign keys that follow from a name, and the tenant's filter.</summary>
internal static class StorageConventions
{
    /// <summary>Name of the query filter that limits each read to the context's tenant.</summary>
    public const string TenantFilter = "tenant";

    /// <summary>What a property of this name points to, wherever it stands.</summary>
    private static readonly FrozenDictionary<string, Type> references = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["CustomerId"] = typeof(Customer),
        ["ContactId"] = typeof(Contact),
        ["BreakGlassContactId"] = typeof(Contact),
        ["CsmId"] = typeof(User),
        ["OwnerId"] = typeof(User),
        ["AssigneeId"] = typeof(User),
        ["AuthorId"] = typeof(User),
        ["UserId"] = typeof(User),
        ["SessionId"] = typeof(UserSession),
        ["ToUserId"] = typeof(User),
        ["ConversationId"] = typeof(Conversation),
        ["RunId"] = typeof(Run),
        ["IntegrationId"] = typeof(Integration),
        ["SubscriptionId"] = typeof(Subscription),
        ["InvoiceId"] = typeof(Invoice),
        ["PaymentId"] = typeof(Payment),
        ["ArticleId"] = typeof(KbArticle),
        ["GapId"] = typeof(KbGap),
        ["LeadId"] = typeof(Lead),
        ["DealId"] = typeof(Deal),
        ["CompetitorId"] = typeof(Competitor),
        ["WorkItemId"] = typeof(WorkItem),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What turns write without a pause: the run each of them is, the conversation it changes, what it sends outside with each attempt at that, and who did it. A reference of theirs to the
    /// tenant would lock its one row for each of them, and on PostgreSQL those who hold it together queue for each other's list (decision 14). Who writes them is a
    /// principal of the tenant, and a tenant's row is never removed. What is numbered in one of them (<see cref="IsNumberedIn"/>) has its tenant from it.
    /// </summary>
    private static readonly FrozenSet<Type> written = new[] { typeof(Run), typeof(Conversation), typeof(OutboxEntry), typeof(OutboxAttempt), typeof(WebhookDelivery), typeof(AuditEntry) }.ToFrozenSet();

    /// <summary>Puts the conventions on all entities that are configured so far.</summary>
    public static void Apply(ModelBuilder modelBuilder, SwitchboardDb context)
    {
        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(LowerSnake(property.Name));
                property.ValueGenerated = ValueGenerated.Never;
                Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum) property.SetValueConverter(typeof(LowerSnakeEnumConverter<>).MakeGenericType(type));
                else if (type == typeof(ScopeSet)) property.SetValueConverter(typeof(ScopeSetConverter));
            }

            if (!typeof(ITenantOwned).IsAssignableFrom(entity.ClrType)) continue;
            entity.SetQueryFilter(TenantFilter, OwnedBy(entity.ClrType, context));
            Refer(modelBuilder, entity);
        }
    }

    /// <summary>How names of columns and values of enums are spelt: the same as in JSON.</summary>
    public static string LowerSnake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>Foreign keys stay inside the tenant, so a row of one can never point to a row of another.</summary>
    private static void Refer(ModelBuilder modelBuilder, IMutableEntityType entity)
    {
        if (!written.Contains(entity.ClrType) && !IsNumberedIn(entity, written)) modelBuilder.Entity(entity.ClrType).HasOne(typeof(Tenant)).WithMany().HasForeignKey(nameof(ITenantOwned.TenantId)).OnDelete(DeleteBehavior.Restrict);
        foreach (IMutableProperty property in entity.GetProperties().ToList())
        {
            if (!references.TryGetValue(property.Name, out Type? principal) || entity.GetForeignKeys().Any(k => k.Properties.Contains(property))) continue;
            modelBuilder.Entity(entity.ClrType).HasOne(principal).WithMany().HasForeignKey(nameof(ITenantOwned.TenantId), property.Name).OnDelete(DeleteBehavior.Restrict);
        }
    }

    /// <summary>
    /// Whether rows of a type are the numbered parts of one of the others, as steps and events of a run and messages of a conversation are: each must have such a
    /// parent, and a number of its own among what its key or a unique index counts together. They are written as often as their parent and more.
    /// </summary>
    private static bool IsNumberedIn(IMutableEntityType entity, FrozenSet<Type> parents) =>
        entity.GetProperties().Any(p => !p.IsNullable && references.TryGetValue(p.Name, out Type? parent) && parents.Contains(parent))
        && entity.GetKeys().Select(k => k.Properties).Concat(entity.GetIndexes().Where(i => i.IsUnique).Select(i => i.Properties))
            .Any(columns => columns is [{ Name: nameof(ITenantOwned.TenantId) }, _, { } last] && (last.ClrType == typeof(int) || last.ClrType == typeof(long)));

    /// <summary>row => row.TenantId == context.TenantId; the framework puts the context of the query in the place of this one.</summary>
    private static LambdaExpression OwnedBy(Type entity, SwitchboardDb context)
    {
        ParameterExpression row = Expression.Parameter(entity, "row");
        return Expression.Lambda(
            Expression.Equal(
                Expression.Property(row, nameof(ITenantOwned.TenantId)),
                Expression.Property(Expression.Constant(context, typeof(SwitchboardDb)), nameof(SwitchboardDb.TenantId))),
            row);
    }
}
