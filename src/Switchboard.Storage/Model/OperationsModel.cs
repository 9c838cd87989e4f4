using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>audit_entries</c>: written with what it tells of, never changed but by the seal.</summary>
internal sealed class AuditEntryTable() : TenantTable<AuditEntry>("audit_entries")
{
    protected override void Map(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasIndex(e => new { e.TenantId, e.Position }).IsUnique().HasFilter("position is not null");
        builder.HasIndex(e => e.At, "IX_audit_entries_unsealed").HasFilter("position is null");
        builder.HasIndex(e => new { e.TenantId, e.Entity, e.EntityId });
    }
}

/// <summary>Table <c>approvals</c>.</summary>
internal sealed class ApprovalTable() : TenantTable<Approval>("approvals")
{
    protected override void Map(EntityTypeBuilder<Approval> builder)
    {
        builder.HasIndex(a => new { a.TenantId, a.Status, a.CreatedAt });
        builder.Property(a => a.Digest).HasDefaultValue(string.Empty);
    }
}

/// <summary>Table <c>outbox</c>: effects on the outside.</summary>
internal sealed class OutboxTable() : TenantTable<OutboxEntry>("outbox")
{
    protected override void Map(EntityTypeBuilder<OutboxEntry> builder)
    {
        builder.HasIndex(o => new { o.TenantId, o.Key }).IsUnique();
        builder.HasIndex(o => new { o.TenantId, o.Status, o.CreatedAt });
    }
}

/// <summary>Table <c>outbox_attempts</c>: what each sending came to. They go with their entry when retention takes it.</summary>
internal sealed class OutboxAttemptTable() : TenantTable<OutboxAttempt>("outbox_attempts")
{
    protected override void Map(EntityTypeBuilder<OutboxAttempt> builder)
    {
        builder.HasIndex(a => new { a.TenantId, a.EntryId, a.Number }).IsUnique();
        builder.HasOne<OutboxEntry>().WithMany().HasForeignKey(a => new { a.TenantId, a.EntryId }).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Table <c>webhook_endpoints</c>: receivers. Each commit that has something to tell asks for its tenant's by the key alone.</summary>
internal sealed class WebhookEndpointTable() : TenantTable<WebhookEndpoint>("webhook_endpoints")
{
    protected override void Map(EntityTypeBuilder<WebhookEndpoint> builder) => builder.Ignore(e => e.IsTold);
}

/// <summary>Table <c>webhook_deliveries</c>: which entry of the outbox carries what to whom. They go with that entry when retention takes it.</summary>
internal sealed class WebhookDeliveryTable() : TenantTable<WebhookDelivery>("webhook_deliveries")
{
    protected override void Map(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.HasIndex(d => new { d.TenantId, d.EndpointId, d.Id });
        builder.HasIndex(d => new { d.TenantId, d.EndpointId, d.EventId }).IsUnique().HasFilter("repeats_id is null");
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(d => new { d.TenantId, d.EndpointId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<OutboxEntry>().WithMany().HasForeignKey(d => new { d.TenantId, d.OutboxId }).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Table <c>retention_policies</c>.</summary>
internal sealed class RetentionPolicyTable() : TenantTable<RetentionPolicy>("retention_policies")
{
    protected override void Map(EntityTypeBuilder<RetentionPolicy> builder) => builder.HasIndex(p => new { p.TenantId, p.Entity }).IsUnique();
}

/// <summary>Table <c>privacy_requests</c>.</summary>
internal sealed class PrivacyRequestTable() : TenantTable<PrivacyRequest>("privacy_requests");

/// <summary>Table <c>security_findings</c>.</summary>
internal sealed class SecurityFindingTable() : TenantTable<SecurityFinding>("security_findings");

/// <summary>Table <c>predictions</c>.</summary>
internal sealed class PredictionTable() : TenantTable<Prediction>("predictions")
{
    protected override void Map(EntityTypeBuilder<Prediction> builder) => builder.HasIndex(p => new { p.TenantId, p.Kind, p.EntityId, p.MadeAt });
}

/// <summary>Table <c>experiments</c>.</summary>
internal sealed class ExperimentTable() : TenantTable<Experiment>("experiments");

/// <summary>Table <c>metric_points</c>.</summary>
internal sealed class MetricPointTable() : TenantTable<MetricPoint>("metric_points")
{
    protected override void Map(EntityTypeBuilder<MetricPoint> builder) => builder.HasIndex(p => new { p.TenantId, p.Metric, p.Dimension, p.Day }).IsUnique();
}

/// <summary>Table <c>anomalies</c>.</summary>
internal sealed class AnomalyTable() : TenantTable<Anomaly>("anomalies");

/// <summary>Table <c>content_drafts</c>.</summary>
internal sealed class ContentDraftTable() : TenantTable<ContentDraft>("content_drafts");
