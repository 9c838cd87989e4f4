using System.Globalization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;

namespace Switchboard.Core.Transfer.Kinds;

/// <summary>What customers do with the product.</summary>
internal static class UsageKinds
{
    private static readonly string[] megabytes = ["mb", "megabyte", "megabytes"];

    public static ImportKind Usage { get; } = new ImportKind<UsageEvent>(v => new UsageEvent
    {
        TenantId = v.TenantId,
        Id = v.Id,
        CustomerId = v.Must<Guid?>("customer", u => u.CustomerId),
        Meter = v.Must("meter", u => u.Meter),
        // A source that counts megabytes means a thousandth of a gigabyte.
        Quantity = v.Must("quantity", u => u.Quantity) * (megabytes.Contains(v.Maybe<string>("unit", _ => null), StringComparer.Ordinal) ? 0.001m : 1m),
        At = v.Must("at", u => u.At),
        IdempotencyKey = v.ExternalRef ?? throw RowValues<UsageEvent>.Missing("externalRef"),
    })
    {
        Name = "usage",
        Tables = ["usage_events", "usage_records", "events"],
        RefSynonyms = ["idempotency_key", "event_id", "key"],
        Scope = "write:customers",
        RefProperty = nameof(UsageEvent.IdempotencyKey),
        Born = ["at"],
        Covers = [nameof(UsageEvent.CustomerId), nameof(UsageEvent.Meter), nameof(UsageEvent.Quantity), nameof(UsageEvent.At)],
        Elsewhere = Other,
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref", "account_id").Needed(),
            Field.Choice<Meter>("meter", "event_type", "metric", "type").Needed().Words(
                ("api_call", Meter.ApiCalls), ("file_uploaded", Meter.StorageGb), ("storage", Meter.StorageGb), ("automation_run", Meter.Automations), ("automation", Meter.Automations), ("message", Meter.Messages)),
            Field.Money("quantity", "amount", "count", "value").Needed(),
            Field.Code("unit"),
            Field.Instant("at", "timestamp", "occurred_at", "date", "created_at").Needed(),
        ],
    };

    /// <summary>Sign-ins, which some sources keep among the events of use.</summary>
    public static ImportKind Logins { get; } = new ImportKind<LoginEvent>(v => new LoginEvent
    {
        TenantId = v.TenantId,
        Id = v.Id,
        CustomerId = v.Maybe<Guid?>("customer", l => l.CustomerId),
        ContactId = v.Must("contact", l => l.ContactId),
        At = v.Must("at", l => l.At),
        Success = v.Of("success", l => l.Success, true),
        FailureReason = v.Maybe("failureReason", l => l.FailureReason),
        Ip = v.Maybe("ip", l => l.Ip),
        UserAgent = v.Maybe("userAgent", l => l.UserAgent),
        Country = v.Maybe("country", l => l.Country),
        Device = v.Maybe("device", l => l.Device),
    })
    {
        Name = "logins",
        Tables = ["login_events", "sign_ins"],
        Scope = "write:customers",
        Born = ["at"],
        Covers = [nameof(LoginEvent.CustomerId), nameof(LoginEvent.ContactId), nameof(LoginEvent.At), nameof(LoginEvent.Success), nameof(LoginEvent.FailureReason), nameof(LoginEvent.Ip), nameof(LoginEvent.UserAgent), nameof(LoginEvent.Country), nameof(LoginEvent.Device)],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id"),
            Field.Reference("contact", "contacts", "contact_id", "user_id").Needed(),
            Field.Instant("at", "timestamp").Needed(),
            Field.Boolean("success"),
            Field.Code("failureReason"),
            Field.Personal("ip", "ip_address"),
            Field.Personal("userAgent"),
            Field.Text("country"),
            Field.Text("device"),
        ],
    };

    /// <summary>
    /// Events of use that are no meter but have another home: sign-ins of the customer's person. Others, such as <c>project_created</c>, would need
    /// a person and a count of a whole day, which single events of a customer do not say.
    /// </summary>
    private static ElsewhereRow? Other(string externalRef, IReadOnlyDictionary<string, string?> fields)
    {
        string what = FieldText.ColumnKey(fields.GetValueOrDefault("meter") ?? "");
        if (what is "login" or "sign_in" && fields.GetValueOrDefault("customer") is { } customer && FieldText.Read(Field.Instant("at"), fields.GetValueOrDefault("at") ?? "", new ImportOptions()).Value is DateTimeOffset at)
        {
            return new ElsewhereRow(null, new DerivedRow("logins", externalRef, new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["customer"] = customer,
                ["contact"] = customer,
                ["at"] = at,
                ["success"] = true,
            }));
        }

        return what.Length == 0 || Usage.Field("meter") is not { } meter || FieldText.Read(meter, what, new ImportOptions()).Problem is null
            ? null
            : new ElsewhereRow(string.Create(CultureInfo.InvariantCulture, $"\"{what}\" is none of the meters, and a use of a feature belongs to a person and a day, which this event does not name."), null);
    }
}
