using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>conversations</c>.</summary>
internal sealed class ConversationTable() : TenantTable<Conversation>("conversations")
{
    protected override void Map(EntityTypeBuilder<Conversation> builder)
    {
        builder.Property(c => c.Tags).HasDefaultValueSql("'[]'");
        builder.Property(c => c.AgentsInvolved).HasDefaultValueSql("'[]'");
        builder.Property(c => c.Pauses).HasDefaultValueSql("'[]'");
        builder.Property(c => c.HumanMessages).HasDefaultValue(0);
        builder.HasIndex(c => new { c.TenantId, c.LastActivityAt, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Status, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.Owner, c.Id });
        builder.HasIndex(c => new { c.TenantId, c.AssigneeId, c.LastActivityAt });
        builder.HasIndex(c => new { c.TenantId, c.CustomerId, c.CreatedAt });
        builder.HasIndex(c => new { c.TenantId, c.ContactId, c.LastActivityAt });
        builder.HasIndex(c => new { c.TenantId, c.VisitorId, c.LastActivityAt });
        builder.HasIndex(c => new { c.TenantId, c.CreatedAt });
        builder.HasOne<Conversation>().WithMany().HasForeignKey(c => new { c.TenantId, c.ContinuesId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(c => new { c.TenantId, c.MergedIntoId }).HasFilter("merged_into_id is not null");
    }
}

/// <summary>Table <c>messages</c>: written by prepared statements.</summary>
internal sealed class MessageTable() : TenantTable<Message>("messages")
{
    protected override void Map(EntityTypeBuilder<Message> builder)
    {
        builder.Property(m => m.Tokens).HasDefaultValue(0);
        builder.Property(m => m.Cost).HasDefaultValue(0m);
        builder.Property(m => m.Attachments).HasDefaultValueSql("'[]'");
        builder.HasIndex(m => new { m.TenantId, m.ConversationId, m.Sequence }).IsUnique();
    }
}

/// <summary>Table <c>handoffs</c>.</summary>
internal sealed class HandoffTable() : TenantTable<Handoff>("handoffs");

/// <summary>Table <c>csat_ratings</c>.</summary>
internal sealed class CsatRatingTable() : TenantTable<CsatRating>("csat_ratings")
{
    protected override void Map(EntityTypeBuilder<CsatRating> builder)
    {
        builder.HasIndex(r => new { r.TenantId, r.At });
        builder.HasIndex(r => new { r.TenantId, r.CustomerId, r.At });
    }
}

/// <summary>Table <c>sla_marks</c>.</summary>
internal sealed class SlaMarkTable() : TenantTable<SlaMark>("sla_marks")
{
    protected override void Map(EntityTypeBuilder<SlaMark> builder)
    {
        builder.HasIndex(m => new { m.TenantId, m.ConversationId, m.Clock, m.Kind, m.Cycle }).IsUnique();
        builder.HasIndex(m => new { m.TenantId, m.At });
    }
}

/// <summary>Table <c>tickets</c>.</summary>
internal sealed class TicketTable() : TenantTable<Ticket>("tickets")
{
    protected override void Map(EntityTypeBuilder<Ticket> builder)
    {
        builder.Ignore(t => t.IsOpen);
        builder.HasIndex(t => new { t.TenantId, t.CustomerId, t.CreatedAt });
        builder.HasIndex(t => new { t.TenantId, t.Status, t.CreatedAt });
    }
}

/// <summary>Table <c>incidents</c>.</summary>
internal sealed class IncidentTable() : TenantTable<Incident>("incidents")
{
    protected override void Map(EntityTypeBuilder<Incident> builder) => builder.HasIndex(i => new { i.TenantId, i.StartedAt });
}

/// <summary>Table <c>kb_articles</c>.</summary>
internal sealed class KbArticleTable() : TenantTable<KbArticle>("kb_articles")
{
    protected override void Map(EntityTypeBuilder<KbArticle> builder)
    {
        builder.Property(a => a.Audience).HasDefaultValue("public");
        builder.Property(a => a.Tags).HasDefaultValueSql("'[]'");
        builder.HasIndex(a => new { a.TenantId, a.ExternalId }).IsUnique().HasFilter("external_id is not null");
        builder.HasIndex(a => new { a.TenantId, a.SourcePath }).IsUnique().HasFilter("source_path is not null");
        builder.HasIndex(a => new { a.TenantId, a.Status });
    }
}

/// <summary>Table <c>kb_article_versions</c>: what a new version took the place of.</summary>
internal sealed class KbArticleVersionTable() : TenantTable<KbArticleVersion>("kb_article_versions")
{
    protected override void Map(EntityTypeBuilder<KbArticleVersion> builder) => builder.HasIndex(v => new { v.TenantId, v.ArticleId, v.Version }).IsUnique();
}

/// <summary>Table <c>kb_uses</c>.</summary>
internal sealed class KbUseTable() : TenantTable<KbUse>("kb_uses")
{
    protected override void Map(EntityTypeBuilder<KbUse> builder)
    {
        builder.HasIndex(u => new { u.TenantId, u.ArticleId, u.At });
        builder.HasIndex(u => new { u.TenantId, u.ConversationId });
        builder.HasIndex(u => new { u.TenantId, u.IdempotencyKey }).IsUnique();
    }
}

/// <summary>Table <c>search_logs</c>.</summary>
internal sealed class SearchLogTable() : TenantTable<SearchLog>("search_logs")
{
    protected override void Map(EntityTypeBuilder<SearchLog> builder) => builder.HasIndex(l => new { l.TenantId, l.At });
}

/// <summary>Table <c>synonyms</c>.</summary>
internal sealed class SynonymTable() : TenantTable<Synonym>("synonyms")
{
    protected override void Map(EntityTypeBuilder<Synonym> builder) => builder.HasIndex(s => new { s.TenantId, s.Language, s.Term }).IsUnique();
}

/// <summary>Table <c>embedding_models</c>.</summary>
internal sealed class EmbeddingModelTable() : TenantTable<EmbeddingModel>("embedding_models");

/// <summary>Table <c>passage_vectors</c>.</summary>
internal sealed class PassageVectorTable() : TenantTable<PassageVector>("passage_vectors")
{
    protected override void Map(EntityTypeBuilder<PassageVector> builder)
    {
        builder.HasIndex(v => new { v.TenantId, v.ModelId, v.ArticleId, v.PassageHash }).IsUnique();
        builder.HasOne<EmbeddingModel>().WithMany().HasForeignKey(v => new { v.TenantId, v.ModelId }).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Table <c>link_statuses</c>.</summary>
internal sealed class LinkStatusTable() : TenantTable<LinkStatus>("link_statuses")
{
    protected override void Map(EntityTypeBuilder<LinkStatus> builder) => builder.HasIndex(l => new { l.TenantId, l.Url }).IsUnique();
}

/// <summary>Table <c>kb_gaps</c>.</summary>
internal sealed class KbGapTable() : TenantTable<KbGap>("kb_gaps");

/// <summary>Table <c>quality_reports</c>.</summary>
internal sealed class QualityReportTable() : TenantTable<QualityReport>("quality_reports")
{
    protected override void Map(EntityTypeBuilder<QualityReport> builder) => builder.HasIndex(q => new { q.TenantId, q.ArticleId, q.At });
}

/// <summary>Table <c>article_briefs</c>.</summary>
internal sealed class ArticleBriefTable() : TenantTable<ArticleBrief>("article_briefs");

/// <summary>Table <c>intent_corrections</c>.</summary>
internal sealed class IntentCorrectionTable() : TenantTable<IntentCorrection>("intent_corrections")
{
    protected override void Map(EntityTypeBuilder<IntentCorrection> builder) => builder.HasIndex(c => new { c.TenantId, c.MessageId }).IsUnique();
}

/// <summary>Table <c>intent_model_versions</c>.</summary>
internal sealed class IntentModelVersionTable() : TenantTable<IntentModelVersion>("intent_model_versions")
{
    protected override void Map(EntityTypeBuilder<IntentModelVersion> builder) => builder.HasIndex(v => new { v.TenantId, v.TrainedAt });
}
