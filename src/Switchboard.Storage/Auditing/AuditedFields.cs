using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Auditing;

/// <summary>What the audit keeps of a row: the fields that changed, in the house's JSON. Fields without a value are left out of rows that are made or deleted.</summary>
internal static class AuditedFields
{
    /// <summary>Stands for a value nobody may read.</summary>
    public const string Masked = "***";

    /// <summary>
    /// These are journals themselves, written once (a session is entered when it begins and ends, not each time it is carried on), or follow from other rows as vectors and
    /// classifiers do; the words of a search may not outlive its retention in the audit either.
    /// </summary>
    private static readonly FrozenSet<Type> journals = new[]
    {
        typeof(Run), typeof(RunStep), typeof(RunEvent), typeof(Message), typeof(AuditEntry), typeof(SearchLog), typeof(EmbeddingModel), typeof(PassageVector), typeof(IntentModelVersion), typeof(KbArticleVersion),
        typeof(AnsweredCall), typeof(RefreshToken), typeof(SpentSignIn), typeof(WebhookDelivery), typeof(OutboxAttempt),
    }.ToFrozenSet();

    /// <summary>Values that would let who reads them act for another.</summary>
    private static readonly FrozenSet<(Type, string)> secrets = new[]
    {
        (typeof(ApiKey), nameof(ApiKey.Hash)),
        (typeof(UserCredential), nameof(UserCredential.PasswordHash)), (typeof(UserCredential), nameof(UserCredential.TotpSecret)),
        (typeof(UserCredential), nameof(UserCredential.PendingTotpSecret)), (typeof(UserCredential), nameof(UserCredential.RecoveryCodes)),
        (typeof(AccountToken), nameof(AccountToken.Hash)), (typeof(ProofCode), nameof(ProofCode.Hash)), (typeof(SigningKey), nameof(SigningKey.PrivateKey)), (typeof(WidgetKey), nameof(WidgetKey.Secret)),
        (typeof(WebhookEndpoint), nameof(WebhookEndpoint.Secret)), (typeof(WebhookEndpoint), nameof(WebhookEndpoint.EarlierSecret)),
    }.ToFrozenSet();

    /// <summary>What every message or use changes: by itself it is no reason for an entry.</summary>
    private static readonly FrozenSet<(Type, string)> passing = new[]
    {
        (typeof(Conversation), nameof(Conversation.LastActivityAt)), (typeof(Conversation), nameof(Conversation.HumanMessages)),
        (typeof(ApiKey), nameof(ApiKey.LastUsedAt)), (typeof(UserSession), nameof(UserSession.LastUsedAt)), (typeof(UserCredential), nameof(UserCredential.TotpLastStep)), (typeof(ExternalIdentity), nameof(ExternalIdentity.LastUsedAt)),
    }.ToFrozenSet();

    /// <summary>The place of the entry says it already.</summary>
    private static readonly FrozenSet<string> left = new[] { nameof(ITenantOwned.TenantId), nameof(TenantRow.Id) }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether changes of the entity are entered.</summary>
    public static bool IsAudited(Type entity) => !journals.Contains(entity);

    /// <summary>Whether a value of the entity must not be shown.</summary>
    public static bool IsSecret(Type entity, string property) => secrets.Contains((entity, property));

    /// <summary>What an entity is called.</summary>
    public static string NameOf(Type entity) => entity == typeof(Tenant) ? "tenant" : EntityAccess.Of(entity).Name;

    /// <summary>What is about to be saved.</summary>
    public static List<AuditChange> Of(ChangeTracker tracker)
    {
        var changes = new List<AuditChange>();
        foreach (EntityEntry entry in tracker.Entries())
        {
            if (IsAudited(entry.Metadata.ClrType) && Of(entry) is { } change) changes.Add(change);
        }

        return changes;
    }

    /// <summary>Fields as JSON, from names and values.</summary>
    public static string Json(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (Utf8JsonWriter writer = Writer(buffer))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in fields)
            {
                writer.WritePropertyName(name);
                Write(writer, value, value?.GetType() ?? typeof(object));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static AuditChange? Of(EntityEntry entry)
    {
        string name = NameOf(entry.Metadata.ClrType);
        switch (entry.State)
        {
            case EntityState.Added:
                return new AuditChange(AuditChange.Created, name, IdOf(entry), null, Json(entry, p => entry.CurrentValues[p] is not null, p => entry.CurrentValues[p]));
            case EntityState.Deleted:
                return new AuditChange(AuditChange.Deleted, name, IdOf(entry), Json(entry, p => entry.OriginalValues[p] is not null, p => entry.OriginalValues[p]), null);
            case EntityState.Modified:
                return Changed(entry, name);
            default:
                return null;
        }
    }

    private static AuditChange? Changed(EntityEntry entry, string name)
    {
        // A row that was read elsewhere and is written as a whole brings no earlier values with it; those are in the database.
        PropertyValues? before = entry.Properties.Any(p => p.IsModified && AreEqual(p.Metadata, p.OriginalValue, p.CurrentValue)) ? entry.GetDatabaseValues() : entry.OriginalValues;
        if (before is null) return null;
        HashSet<IProperty> changed = [.. entry.Properties.Where(p => p.IsModified && !AreEqual(p.Metadata, before[p.Metadata], p.CurrentValue) && !passing.Contains((entry.Metadata.ClrType, p.Metadata.Name))).Select(p => p.Metadata)];
        return changed.Count == 0
            ? null
            : new AuditChange(AuditChange.Changed, name, IdOf(entry), Json(entry, changed.Contains, p => before[p]), Json(entry, changed.Contains, p => entry.CurrentValues[p]));
    }

    private static bool AreEqual(IProperty property, object? a, object? b) => property.GetValueComparer().Equals(a, b);

    private static Guid? IdOf(EntityEntry entry) => entry.Entity switch
    {
        TenantRow row => row.Id,
        Tenant tenant => tenant.Id,
        _ => null,
    };

    private static string Json(EntityEntry entry, Func<IProperty, bool> isTaken, Func<IProperty, object?> valueOf)
    {
        using var buffer = new MemoryStream();
        using (Utf8JsonWriter writer = Writer(buffer))
        {
            writer.WriteStartObject();
            foreach (IProperty field in entry.Metadata.GetProperties())
            {
                if (left.Contains(field.Name) || field.IsShadowProperty() || !isTaken(field)) continue;
                writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(field.Name));
                if (IsSecret(entry.Metadata.ClrType, field.Name)) writer.WriteStringValue(Masked);
                else Write(writer, valueOf(field), field.ClrType);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, object? value, Type type)
    {
        if (value is ScopeSet scopes) writer.WriteStringValue(scopes.ToString());
        else JsonSerializer.Serialize(writer, value, type, Core.Json.Options);
    }

    private static Utf8JsonWriter Writer(Stream buffer) => new(buffer, new JsonWriterOptions { Encoder = Core.Json.Options.Encoder });
}
