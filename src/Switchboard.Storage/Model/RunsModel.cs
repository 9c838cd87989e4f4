using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>runs</c>: written by prepared statements.</summary>
internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("runs").HasKey(r => new { r.TenantId, r.Id });
        // The subject stands first: an index that begins with the tenant looks to PostgreSQL, as long as it knows nothing of the rows, as good for finding a run by
        // its id as the key does, and then every step reads all runs of the tenant.
        builder.HasIndex(r => new { r.Subject, r.TenantId, r.Ordinal }).IsUnique();
        // The law of order: whatever the program does, the schema lets no second run of a subject begin.
        builder.HasIndex(r => new { r.Subject, r.TenantId }, "IX_runs_one_running").IsUnique().HasFilter("status = 'running'");
        builder.HasIndex(r => new { r.Subject, r.TenantId, r.Ordinal }, "IX_runs_queued").HasFilter("status = 'queued'");
        builder.HasIndex(r => new { r.TenantId, r.IdempotencyKey }).IsUnique().HasFilter("idempotency_key is not null");
        // Few runs are unfinished at any time, however many have ended.
        builder.HasIndex(r => new { r.Status, r.CreatedAt }, "IX_runs_unfinished").HasFilter("finished_at is null");
        builder.HasIndex(r => r.Due, "IX_runs_due").HasFilter("due is not null and finished_at is null");
        // Almost all runs are turns; they are found by their conversation, or in the order of their ids.
        builder.HasIndex(r => new { r.TenantId, r.Kind, r.CreatedAt }).HasFilter("kind <> 'turn'");
        builder.HasIndex(r => new { r.TenantId, r.ParentId }).HasFilter("parent_id is not null");
        builder.Property(r => r.Lane).HasDefaultValue(RunLane.Interactive);
        builder.Property(r => r.Priority).HasDefaultValue(0);
    }
}

/// <summary>Table <c>run_nodes</c>: the processes that share the database; it belongs to no tenant.</summary>
internal sealed class RunNodeConfiguration : IEntityTypeConfiguration<RunNode>
{
    public void Configure(EntityTypeBuilder<RunNode> builder) => builder.ToTable("run_nodes").HasKey(n => n.Id);
}

/// <summary>Table <c>run_steps</c>: written by prepared statements.</summary>
internal sealed class RunStepConfiguration : IEntityTypeConfiguration<RunStep>
{
    public void Configure(EntityTypeBuilder<RunStep> builder)
    {
        builder.ToTable("run_steps").HasKey(s => new { s.TenantId, s.RunId, s.Ordinal });
    }
}

/// <summary>Table <c>run_events</c>: written by prepared statements; numbered by subject through its key.</summary>
internal sealed class RunEventConfiguration : IEntityTypeConfiguration<RunEvent>
{
    public void Configure(EntityTypeBuilder<RunEvent> builder)
    {
        builder.ToTable("run_events").HasKey(e => new { e.TenantId, e.Subject, e.Seq });
    }
}
