using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Billing;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>subscriptions</c>.</summary>
internal sealed class SubscriptionTable() : TenantTable<Subscription>("subscriptions")
{
    protected override void Map(EntityTypeBuilder<Subscription> builder)
    {
        builder.Ignore(s => s.Arr);
        builder.Ignore(s => s.HasChangeAhead);
        builder.HasIndex(s => new { s.TenantId, s.CustomerId, s.Id });
        builder.HasIndex(s => new { s.TenantId, s.Status, s.PeriodEnd });
    }
}

/// <summary>Table <c>subscription_changes</c>.</summary>
internal sealed class SubscriptionChangeTable() : TenantTable<SubscriptionChange>("subscription_changes")
{
    protected override void Map(EntityTypeBuilder<SubscriptionChange> builder)
    {
        builder.HasIndex(c => new { c.TenantId, c.At });
        builder.HasIndex(c => new { c.TenantId, c.CustomerId, c.At });
    }
}

/// <summary>Table <c>discount_grants</c>.</summary>
internal sealed class DiscountGrantTable() : TenantTable<DiscountGrant>("discount_grants");

/// <summary>Table <c>invoices</c>.</summary>
internal sealed class InvoiceTable() : TenantTable<Invoice>("invoices")
{
    protected override void Map(EntityTypeBuilder<Invoice> builder)
    {
        builder.HasIndex(i => new { i.TenantId, i.Number }).IsUnique().HasFilter("number is not null");
        builder.HasIndex(i => new { i.TenantId, i.CustomerId, i.CreatedAt });
        builder.HasIndex(i => new { i.TenantId, i.Status, i.DueAt });
    }
}

/// <summary>Table <c>invoice_counters</c>.</summary>
internal sealed class InvoiceCounterTable() : TenantTable<InvoiceCounter>("invoice_counters")
{
    protected override void Map(EntityTypeBuilder<InvoiceCounter> builder)
    {
        builder.Property(c => c.Last).IsConcurrencyToken();
        builder.HasIndex(c => new { c.TenantId, c.Year }).IsUnique();
    }
}

/// <summary>Table <c>payments</c>.</summary>
internal sealed class PaymentTable() : TenantTable<Payment>("payments")
{
    protected override void Map(EntityTypeBuilder<Payment> builder)
    {
        builder.HasIndex(p => new { p.TenantId, p.CustomerId, p.CreatedAt });
        builder.HasIndex(p => new { p.TenantId, p.InvoiceId });
    }
}

/// <summary>Table <c>refunds</c>.</summary>
internal sealed class RefundTable() : TenantTable<Refund>("refunds")
{
    protected override void Map(EntityTypeBuilder<Refund> builder)
    {
        builder.HasIndex(r => new { r.TenantId, r.PaymentId });
        builder.HasIndex(r => new { r.TenantId, r.CustomerId, r.CreatedAt });
    }
}

/// <summary>Table <c>billing_statements</c>.</summary>
internal sealed class BillingStatementTable() : TenantTable<BillingStatement>("billing_statements")
{
    protected override void Map(EntityTypeBuilder<BillingStatement> builder) => builder.HasIndex(s => new { s.TenantId, s.CustomerId, s.Number }).IsUnique();
}

/// <summary>Table <c>credits</c>.</summary>
internal sealed class CreditTable() : TenantTable<Credit>("credits");

/// <summary>Table <c>usage_events</c>.</summary>
internal sealed class UsageEventTable() : TenantTable<UsageEvent>("usage_events")
{
    protected override void Map(EntityTypeBuilder<UsageEvent> builder)
    {
        builder.HasIndex(e => new { e.TenantId, e.IdempotencyKey }).IsUnique();
        builder.HasIndex(e => new { e.TenantId, e.CustomerId, e.At });
    }
}

/// <summary>Table <c>feature_usage</c>.</summary>
internal sealed class FeatureUsageTable() : TenantTable<FeatureUsage>("feature_usage")
{
    protected override void Map(EntityTypeBuilder<FeatureUsage> builder)
    {
        builder.HasIndex(u => new { u.TenantId, u.CustomerId, u.Day });
        builder.HasIndex(u => new { u.TenantId, u.ContactId, u.Feature, u.Day }).IsUnique();
    }
}
