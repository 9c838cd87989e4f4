using Switchboard.Core.Transfer.Kinds;

namespace Switchboard.Core.Transfer;

/// <summary>Every kind of row that can be imported, those that others refer to first.</summary>
public static class ImportKinds
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ImportKind> All { get; } =
    [
        CustomerKinds.Users, CustomerKinds.Customers, CustomerKinds.Contacts, CustomerKinds.Segments, CustomerKinds.Integrations,
        BillingKinds.Subscriptions, BillingKinds.Invoices, BillingKinds.Payments, BillingKinds.Credits,
        UsageKinds.Usage, UsageKinds.Logins,
        RevenueKinds.Leads, RevenueKinds.Deals, RevenueKinds.Quotes, RevenueKinds.Activities,
        SupportKinds.Conversations, SupportKinds.Messages, SupportKinds.Handoffs,
    ];

    /// <summary>The kind of a name; null when nothing is called so.</summary>
    public static ImportKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);

    /// <summary>The kind that rows of a table are; null when none is.</summary>
    public static ImportKind? OfTable(string table)
    {
        string key = FieldText.ColumnKey(table);
        return All.FirstOrDefault(k => k.Name == key || k.Tables.Contains(key));
    }

    /// <summary>Where a kind stands in the order of <see cref="All"/>.</summary>
    public static int PlaceOf(ImportKind kind) => All.ToList().IndexOf(kind);
}
