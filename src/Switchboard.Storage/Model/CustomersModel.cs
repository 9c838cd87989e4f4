using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Customers;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>customers</c>.</summary>
internal sealed class CustomerTable() : TenantTable<Customer>("customers")
{
    protected override void Map(EntityTypeBuilder<Customer> builder)
    {
        builder.Property(c => c.Lifecycle).HasDefaultValue(CustomerLifecycle.Active);
        builder.Property(c => c.Tags).HasDefaultValueSql("'[]'");
        builder.Property(c => c.Attributes).HasDefaultValueSql("'{}'");
        builder.Property(c => c.LegalHold).HasDefaultValue(false);
        builder.HasIndex(c => new { c.TenantId, c.Name, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Plan, c.Since, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Lifecycle, c.Since, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Since, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Domain });
    }
}

/// <summary>Table <c>contacts</c>.</summary>
internal sealed class ContactTable() : TenantTable<Contact>("contacts")
{
    protected override void Map(EntityTypeBuilder<Contact> builder)
    {
        builder.Property(c => c.Status).HasDefaultValue(ContactStatus.Active);
        builder.Property(c => c.IsPrimary).HasDefaultValue(false);
        builder.Property(c => c.MfaEnabled).HasDefaultValue(false);
        builder.Property(c => c.Preferences).HasDefaultValueSql("'{}'");
        builder.HasIndex(c => new { c.TenantId, c.Email }).IsUnique();
        builder.HasIndex(c => new { c.TenantId, c.CustomerId, c.Id });
    }
}

/// <summary>Table <c>customer_notes</c>.</summary>
internal sealed class CustomerNoteTable() : TenantTable<CustomerNote>("customer_notes")
{
    protected override void Map(EntityTypeBuilder<CustomerNote> builder) => builder.HasIndex(n => new { n.TenantId, n.CustomerId, n.CreatedAt });
}

/// <summary>Table <c>segment_memberships</c>.</summary>
internal sealed class SegmentMembershipTable() : TenantTable<SegmentMembership>("segment_memberships")
{
    protected override void Map(EntityTypeBuilder<SegmentMembership> builder)
    {
        builder.HasIndex(s => new { s.TenantId, s.CustomerId, s.Type });
        builder.HasIndex(s => new { s.TenantId, s.Name });
    }
}

/// <summary>Table <c>integrations</c>.</summary>
internal sealed class IntegrationTable() : TenantTable<Integration>("integrations");

/// <summary>Table <c>sync_runs</c>.</summary>
internal sealed class SyncRunTable() : TenantTable<SyncRun>("sync_runs")
{
    protected override void Map(EntityTypeBuilder<SyncRun> builder) => builder.HasIndex(s => new { s.TenantId, s.IntegrationId, s.StartedAt });
}

/// <summary>Table <c>consents</c>.</summary>
internal sealed class ConsentTable() : TenantTable<Consent>("consents")
{
    protected override void Map(EntityTypeBuilder<Consent> builder)
    {
        builder.HasIndex(c => new { c.TenantId, c.ContactId, c.Purpose, c.At });
        builder.HasIndex(c => new { c.TenantId, c.CustomerId, c.Id });
    }
}

/// <summary>Table <c>login_events</c>.</summary>
internal sealed class LoginEventTable() : TenantTable<LoginEvent>("login_events")
{
    protected override void Map(EntityTypeBuilder<LoginEvent> builder)
    {
        builder.HasIndex(e => new { e.TenantId, e.CustomerId, e.At });
        builder.HasIndex(e => new { e.TenantId, e.ContactId, e.At });
    }
}

/// <summary>Table <c>contact_sessions</c>.</summary>
internal sealed class ContactSessionTable() : TenantTable<ContactSession>("contact_sessions");

/// <summary>Table <c>proof_codes</c>.</summary>
internal sealed class ProofCodeTable() : TenantTable<ProofCode>("proof_codes")
{
    protected override void Map(EntityTypeBuilder<ProofCode> builder)
    {
        builder.HasIndex(c => new { c.TenantId, c.VisitorId, c.CreatedAt });
        builder.HasIndex(c => new { c.TenantId, c.ContactId, c.CreatedAt });
        builder.HasIndex(c => new { c.TenantId, c.CreatedAt });
    }
}

/// <summary>Table <c>invitations</c>.</summary>
internal sealed class InvitationTable() : TenantTable<Invitation>("invitations");

/// <summary>Table <c>sso_connections</c>.</summary>
internal sealed class SsoConnectionTable() : TenantTable<SsoConnection>("sso_connections")
{
    protected override void Map(EntityTypeBuilder<SsoConnection> builder) => builder.HasIndex(s => new { s.TenantId, s.Domain });
}
