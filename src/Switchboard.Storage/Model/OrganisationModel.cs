using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>tenants</c>: the only one without a tenant of its own.</summary>
internal sealed class TenantConfiguration : IEntityTypeConfiguration<Tenant>
{
    /// <summary>True for the tenant of who registered first on a fresh installation, and for no other: of two who do so in the same instant on two nodes the index takes one.</summary>
    internal const string IsFirst = nameof(IsFirst);

    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.ToTable("tenants").HasKey(t => t.Id);
        builder.HasIndex(t => t.Slug).IsUnique();
        builder.Property<bool?>(IsFirst);
        builder.HasIndex(IsFirst).IsUnique();
    }
}

/// <summary>Table <c>users</c>.</summary>
internal sealed class UserTable() : TenantTable<User>("users")
{
    protected override void Map(EntityTypeBuilder<User> builder)
    {
        builder.Property(u => u.Skills).HasDefaultValueSql("'[]'");
        builder.Property(u => u.Languages).HasDefaultValueSql("'[]'");
        builder.Property(u => u.Capacity).HasDefaultValue(10);
        builder.Property(u => u.Availability).HasDefaultValue(Availability.Offline);
        builder.Property(u => u.IsVerified).HasDefaultValue(false);
        builder.Property(u => u.MfaEnabled).HasDefaultValue(false);
        builder.HasIndex(u => new { u.TenantId, u.Email }).IsUnique();
    }
}

/// <summary>Table <c>api_keys</c>.</summary>
internal sealed class ApiKeyTable() : TenantTable<ApiKey>("api_keys")
{
    protected override void Map(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(k => k.Scopes);
        builder.HasIndex(k => new { k.TenantId, k.Hash }).IsUnique();
        // A caller shows nothing but the key: its tenant follows from the row.
        builder.HasIndex(k => k.Hash);
    }
}

/// <summary>Table <c>answered_calls</c>.</summary>
internal sealed class AnsweredCallTable() : TenantTable<AnsweredCall>("answered_calls")
{
    protected override void Map(EntityTypeBuilder<AnsweredCall> builder)
    {
        builder.HasIndex(c => new { c.TenantId, c.Key }).IsUnique();
        builder.HasIndex(c => new { c.TenantId, c.At });
    }
}

/// <summary>Table <c>user_credentials</c>.</summary>
internal sealed class UserCredentialTable() : TenantTable<UserCredential>("user_credentials")
{
    protected override void Map(EntityTypeBuilder<UserCredential> builder) => builder.HasIndex(c => new { c.TenantId, c.UserId }).IsUnique();
}

/// <summary>Table <c>account_tokens</c>.</summary>
internal sealed class AccountTokenTable() : TenantTable<AccountToken>("account_tokens")
{
    protected override void Map(EntityTypeBuilder<AccountToken> builder)
    {
        builder.HasIndex(t => new { t.TenantId, t.Hash }).IsUnique();
        builder.HasIndex(t => new { t.TenantId, t.UserId, t.Purpose });
    }
}

/// <summary>Table <c>user_sessions</c>.</summary>
internal sealed class UserSessionTable() : TenantTable<UserSession>("user_sessions")
{
    protected override void Map(EntityTypeBuilder<UserSession> builder)
    {
        builder.HasIndex(s => new { s.TenantId, s.UserId });
        builder.Property(s => s.IsProvenTwice).HasDefaultValue(false);
    }
}

/// <summary>Table <c>refresh_tokens</c>.</summary>
internal sealed class RefreshTokenTable() : TenantTable<RefreshToken>("refresh_tokens")
{
    protected override void Map(EntityTypeBuilder<RefreshToken> builder) => builder.HasIndex(t => new { t.TenantId, t.Hash }).IsUnique();
}

/// <summary>Table <c>signing_keys</c>.</summary>
internal sealed class SigningKeyTable() : TenantTable<SigningKey>("signing_keys");

/// <summary>Table <c>external_identities</c>.</summary>
internal sealed class ExternalIdentityTable() : TenantTable<ExternalIdentity>("external_identities")
{
    protected override void Map(EntityTypeBuilder<ExternalIdentity> builder)
    {
        builder.HasIndex(i => new { i.TenantId, i.Issuer, i.Subject }).IsUnique();
        builder.HasIndex(i => new { i.TenantId, i.UserId });
    }
}

/// <summary>Table <c>widget_keys</c>.</summary>
internal sealed class WidgetKeyTable() : TenantTable<WidgetKey>("widget_keys");

/// <summary>Table <c>spent_sign_ins</c>.</summary>
internal sealed class SpentSignInTable() : TenantTable<SpentSignIn>("spent_sign_ins")
{
    protected override void Map(EntityTypeBuilder<SpentSignIn> builder)
    {
        builder.HasIndex(s => new { s.TenantId, s.Hash }).IsUnique();
        builder.HasIndex(s => new { s.TenantId, s.ExpiresAt });
    }
}

/// <summary>Table <c>role_scopes</c>.</summary>
internal sealed class RoleScopesTable() : TenantTable<RoleScopes>("role_scopes")
{
    protected override void Map(EntityTypeBuilder<RoleScopes> builder)
    {
        builder.Property(r => r.Scopes);
        builder.HasIndex(r => new { r.TenantId, r.Role }).IsUnique();
    }
}

/// <summary>Table <c>policy_documents</c>.</summary>
internal sealed class PolicyDocumentTable() : TenantTable<PolicyDocument>("policy_documents")
{
    protected override void Map(EntityTypeBuilder<PolicyDocument> builder) => builder.HasIndex(p => new { p.TenantId, p.Version }).IsUnique();
}
