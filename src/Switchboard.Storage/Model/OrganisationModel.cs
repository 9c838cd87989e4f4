using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>tenants</c>: the only one without a tenant of its own.</summary>
internal sealed class TenantConfiguration : IEntityTypeConfiguration<Tenant>
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.ToTable("tenants").HasKey(t => t.Id);
        builder.HasIndex(t => t.Slug).IsUnique();
    }
}

/// <summary>Table <c>users</c>.</summary>
internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users").HasKey(u => new { u.TenantId, u.Id });
        builder.HasIndex(u => new { u.TenantId, u.Email }).IsUnique();
        builder.HasOne<Tenant>().WithMany().HasForeignKey(u => u.TenantId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Table <c>api_keys</c>.</summary>
internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys").HasKey(k => new { k.TenantId, k.Id });
        builder.HasIndex(k => new { k.TenantId, k.Hash }).IsUnique();
        // A caller shows nothing but the key: its tenant follows from the row.
        builder.HasIndex(k => k.Hash);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<User>().WithMany().HasForeignKey(k => new { k.TenantId, k.OwnerId }).OnDelete(DeleteBehavior.Restrict);
        builder.Property(k => k.Scopes);
    }
}
