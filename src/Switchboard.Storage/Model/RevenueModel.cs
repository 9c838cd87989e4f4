using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Market;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>health_snapshots</c>.</summary>
internal sealed class HealthSnapshotTable() : TenantTable<HealthSnapshot>("health_snapshots")
{
    protected override void Map(EntityTypeBuilder<HealthSnapshot> builder) => builder.HasIndex(h => new { h.TenantId, h.CustomerId, h.Day }).IsUnique();
}

/// <summary>Table <c>nps_responses</c>.</summary>
internal sealed class NpsResponseTable() : TenantTable<NpsResponse>("nps_responses")
{
    protected override void Map(EntityTypeBuilder<NpsResponse> builder)
    {
        builder.HasIndex(n => new { n.TenantId, n.At });
        builder.HasIndex(n => new { n.TenantId, n.CustomerId, n.At });
    }
}

/// <summary>Table <c>success_plans</c>.</summary>
internal sealed class SuccessPlanTable() : TenantTable<SuccessPlan>("success_plans");

/// <summary>Table <c>onboarding_tasks</c>.</summary>
internal sealed class OnboardingTaskTable() : TenantTable<OnboardingTask>("onboarding_tasks")
{
    protected override void Map(EntityTypeBuilder<OnboardingTask> builder) =>
        builder.HasOne<OnboardingTask>().WithMany().HasForeignKey(t => new { t.TenantId, t.BlockedById }).OnDelete(DeleteBehavior.Restrict);
}

/// <summary>Table <c>training_sessions</c>.</summary>
internal sealed class TrainingSessionTable() : TenantTable<TrainingSession>("training_sessions");

/// <summary>Table <c>meetings</c>.</summary>
internal sealed class MeetingTable() : TenantTable<Meeting>("meetings")
{
    protected override void Map(EntityTypeBuilder<Meeting> builder) => builder.HasIndex(m => new { m.TenantId, m.CustomerId, m.StartsAt });
}

/// <summary>Table <c>advocacy_acts</c>.</summary>
internal sealed class AdvocacyActTable() : TenantTable<AdvocacyAct>("advocacy_acts");

/// <summary>Table <c>leads</c>.</summary>
internal sealed class LeadTable() : TenantTable<Lead>("leads")
{
    protected override void Map(EntityTypeBuilder<Lead> builder) => builder.HasIndex(l => new { l.TenantId, l.Status, l.CreatedAt });
}

/// <summary>Table <c>deals</c>.</summary>
internal sealed class DealTable() : TenantTable<Deal>("deals")
{
    protected override void Map(EntityTypeBuilder<Deal> builder)
    {
        builder.HasIndex(d => new { d.TenantId, d.Stage, d.CreatedAt });
        builder.HasIndex(d => new { d.TenantId, d.ClosedAt });
    }
}

/// <summary>Table <c>deal_activities</c>.</summary>
internal sealed class DealActivityTable() : TenantTable<DealActivity>("deal_activities")
{
    protected override void Map(EntityTypeBuilder<DealActivity> builder) => builder.HasIndex(a => new { a.TenantId, a.DealId, a.At });
}

/// <summary>Table <c>quotes</c>.</summary>
internal sealed class QuoteTable() : TenantTable<Quote>("quotes")
{
    protected override void Map(EntityTypeBuilder<Quote> builder) => builder.HasIndex(q => new { q.TenantId, q.Number }).IsUnique();
}

/// <summary>Table <c>contracts</c>.</summary>
internal sealed class ContractTable() : TenantTable<Contract>("contracts");

/// <summary>Table <c>competitors</c>.</summary>
internal sealed class CompetitorTable() : TenantTable<Competitor>("competitors")
{
    protected override void Map(EntityTypeBuilder<Competitor> builder) => builder.HasIndex(c => new { c.TenantId, c.Name }).IsUnique();
}

/// <summary>Table <c>competitor_changes</c>.</summary>
internal sealed class CompetitorChangeTable() : TenantTable<CompetitorChange>("competitor_changes")
{
    protected override void Map(EntityTypeBuilder<CompetitorChange> builder) => builder.HasIndex(c => new { c.TenantId, c.CompetitorId, c.At });
}

/// <summary>Table <c>competitor_reviews</c>.</summary>
internal sealed class CompetitorReviewTable() : TenantTable<CompetitorReview>("competitor_reviews")
{
    protected override void Map(EntityTypeBuilder<CompetitorReview> builder) => builder.HasIndex(r => new { r.TenantId, r.CompetitorId, r.At });
}

/// <summary>Table <c>feature_matrix_cells</c>.</summary>
internal sealed class FeatureMatrixCellTable() : TenantTable<FeatureMatrixCell>("feature_matrix_cells")
{
    protected override void Map(EntityTypeBuilder<FeatureMatrixCell> builder) => builder.HasIndex(c => new { c.TenantId, c.CompetitorId, c.Feature }).IsUnique();
}

/// <summary>Table <c>win_losses</c>.</summary>
internal sealed class WinLossTable() : TenantTable<WinLoss>("win_losses");

/// <summary>Table <c>battlecards</c>.</summary>
internal sealed class BattlecardTable() : TenantTable<Battlecard>("battlecards")
{
    protected override void Map(EntityTypeBuilder<Battlecard> builder) => builder.HasIndex(b => new { b.TenantId, b.CompetitorId, b.Version }).IsUnique();
}
