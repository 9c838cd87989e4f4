using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>conversations</c>.</summary>
internal sealed class ConversationConfiguration : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.ToTable("conversations").HasKey(c => new { c.TenantId, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.LastActivityAt, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.ContactId, c.LastActivityAt });
        builder.HasIndex(c => new { c.TenantId, c.VisitorId, c.LastActivityAt });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(c => c.TenantId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Contact>().WithMany().HasForeignKey(c => new { c.TenantId, c.ContactId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Conversation>().WithMany().HasForeignKey(c => new { c.TenantId, c.ContinuesId }).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Table <c>messages</c>: written by prepared statements.</summary>
internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.ToTable("messages").HasKey(m => new { m.TenantId, m.Id });
        builder.Property(m => m.Citations).HasConversion<JsonTextConverter<IReadOnlyList<Citation>>, JsonTextComparer<IReadOnlyList<Citation>>>();
        builder.HasIndex(m => new { m.TenantId, m.ConversationId, m.Sequence }).IsUnique();
        builder.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Conversation>().WithMany().HasForeignKey(m => new { m.TenantId, m.ConversationId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Run>().WithMany().HasForeignKey(m => new { m.TenantId, m.RunId }).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Table <c>handoffs</c>.</summary>
internal sealed class HandoffConfiguration : IEntityTypeConfiguration<Handoff>
{
    public void Configure(EntityTypeBuilder<Handoff> builder)
    {
        builder.ToTable("handoffs").HasKey(h => new { h.TenantId, h.Id });
        builder.Property(h => h.CaseFile).HasConversion<JsonTextConverter<CaseFile>, JsonTextComparer<CaseFile>>();
        builder.HasOne<Tenant>().WithMany().HasForeignKey(h => h.TenantId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Conversation>().WithMany().HasForeignKey(h => new { h.TenantId, h.ConversationId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Run>().WithMany().HasForeignKey(h => new { h.TenantId, h.RunId }).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Table <c>kb_articles</c>.</summary>
internal sealed class KbArticleConfiguration : IEntityTypeConfiguration<KbArticle>
{
    public void Configure(EntityTypeBuilder<KbArticle> builder)
    {
        builder.ToTable("kb_articles").HasKey(a => new { a.TenantId, a.Id });
        builder.HasIndex(a => new { a.TenantId, a.ExternalId }).IsUnique().HasFilter("external_id is not null");
        builder.HasIndex(a => new { a.TenantId, a.SourcePath }).IsUnique().HasFilter("source_path is not null");
        builder.HasIndex(a => new { a.TenantId, a.Status });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(a => a.TenantId).OnDelete(DeleteBehavior.Restrict);
    }
}
