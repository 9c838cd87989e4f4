using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage;

/// <summary>The one model of all homes, seen by one tenant. It is opened by <see cref="Data"/> only.</summary>
public abstract class SwitchboardDb : DbContext
{
    private readonly Guid tenantId;
    private readonly bool readOnly;
    private readonly IDisposable? lease;

    /// <summary>Opens the model for a tenant.</summary>
    /// <param name="options">How the database is reached.</param>
    /// <param name="tenantId">The tenant; <see cref="Guid.Empty"/> for the tables that belong to none, then the others cannot be read.</param>
    /// <param name="readOnly">Whether the context only reads: nothing is tracked then and nothing can be saved.</param>
    /// <param name="lease">What is given back when the context is disposed.</param>
    protected SwitchboardDb(DbContextOptions options, Guid tenantId, bool readOnly, IDisposable? lease) : base(options)
    {
        this.tenantId = tenantId;
        this.readOnly = readOnly;
        this.lease = lease;
    }

    /// <summary>The tenant whose rows are seen.</summary>
    /// <exception cref="InvalidOperationException">The context was opened for no tenant.</exception>
    public Guid TenantId => tenantId != Guid.Empty
        ? tenantId
        : throw new InvalidOperationException("This context was opened for no tenant; rows that belong to a tenant are read through Data.For(tenant).");

    /// <summary>Who changes rows through this context; null when nobody does.</summary>
    public Actor? Actor { get; protected init; }

    /// <summary>Takes what is changed, in the same transaction; null when nobody changes anything.</summary>
    private protected IAuditRecorder? Recorder { get; init; }

    /// <summary>Stores runs in the same transaction; null when nobody changes anything.</summary>
    private protected IRunEnqueue? RunsAsked { get; init; }

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<User> Users => Set<User>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<Customer> Customers => Set<Customer>();
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<Conversation> Conversations => Set<Conversation>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<Handoff> Handoffs => Set<Handoff>();
    public DbSet<KbArticle> Articles => Set<KbArticle>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunStep> RunSteps => Set<RunStep>();
    public DbSet<RunEvent> RunEvents => Set<RunEvent>();

    /// <summary>
    /// Stores a run in the transaction of the rows that are being changed: it is there exactly when they are, and is woken behind the commit. The row is written
    /// at once; what else was changed is written when the work ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context only reads, or the run is another tenant's.</exception>
    /// <exception cref="ArgumentException">The kind or the subject is one of the desk's own.</exception>
    public Enqueued Enqueue(RunRequest request)
    {
        if (RunsAsked is null) throw new InvalidOperationException("This context only reads; a run is asked for in Data.WriteAsync.");
        if (request.Actor.TenantId != TenantId) throw new InvalidOperationException($"A run of tenant {request.Actor.TenantId} cannot be asked for in a context of tenant {tenantId}.");
        return RunsAsked.Enqueue(request);
    }

    /// <summary>Enters something into the audit that is more than the change of a row.</summary>
    internal void Note(AuditChange change) => Recorder!.Record(tenantId, Actor!.Key, change);

    /// <summary>Lets whoever keeps something of a customer forget it behind the commit, when rows were changed past the tracker.</summary>
    internal void Forget(Guid customerId) => Recorder!.Changed(tenantId, customerId);

    /// <summary>Sets the types up that differ from home to home.</summary>
    protected abstract void MapTypes(ModelBuilder modelBuilder);

    /// <inheritdoc />
    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(SwitchboardDb).Assembly);
        StorageConventions.Apply(modelBuilder, this);
        MapTypes(modelBuilder);
    }

    /// <inheritdoc />
    public sealed override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        List<AuditChange> changes = CheckWrites();
        HashSet<Guid?> customers = ChangedCustomers.Of(ChangeTracker);
        Message[] messages = Written();
        int rows = base.SaveChanges(acceptAllChangesOnSuccess);
        Record(changes, customers, messages);
        return rows;
    }

    /// <inheritdoc />
    public sealed override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        List<AuditChange> changes = CheckWrites();
        HashSet<Guid?> customers = ChangedCustomers.Of(ChangeTracker);
        Message[] messages = Written();
        int rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        Record(changes, customers, messages);
        return rows;
    }

    /// <inheritdoc />
    public sealed override void Dispose()
    {
        base.Dispose();
        lease?.Dispose();
    }

    /// <inheritdoc />
    public sealed override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        lease?.Dispose();
    }

    private List<AuditChange> CheckWrites()
    {
        if (readOnly) throw new InvalidOperationException("This context only reads; what is to be kept is written in Data.WriteAsync.");

        // The filter guards what is read; this guards what is written.
        foreach (EntityEntry<ITenantOwned> entry in ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached) continue;
            if (entry.Entity.TenantId != TenantId) throw new InvalidOperationException($"A {entry.Metadata.ClrType.Name} of tenant {entry.Entity.TenantId} cannot be written in a context of tenant {tenantId}.");
        }

        Revise();
        List<AuditChange> changes = AuditedFields.Of(ChangeTracker);
        if (changes.Count > 0 && (Actor is null || Recorder is null)) throw new InvalidOperationException($"A {changes[0].Entity} cannot be written by nobody; what is to be kept is written in Data.WriteAsync, which knows who writes.");
        return changes;
    }

    /// <summary>Counts the revision of each row that is changed up by one, however often it is called before the rows are saved.</summary>
    internal void Revise()
    {
        foreach (EntityEntry<IRevised> entry in ChangeTracker.Entries<IRevised>().Where(e => e.State == EntityState.Modified))
        {
            PropertyEntry revision = entry.Property(nameof(IRevised.Revision));
            revision.CurrentValue = (int)revision.OriginalValue! + 1;
        }
    }

    /// <summary>The messages that are about to be added. One without a run is a copy that a merge made, and no news.</summary>
    private Message[] Written() => [.. ChangeTracker.Entries<Message>().Where(e => e.State == EntityState.Added && e.Entity.RunId is not null).Select(e => e.Entity)];

    private void Record(List<AuditChange> changes, HashSet<Guid?> customers, Message[] messages)
    {
        foreach (Message message in messages) Recorder?.Announce(TenantId, new Announcement(WebhookEvents.MessageCreated, message.Id, message.CreatedAt));
        foreach (Guid? customer in customers) Recorder?.Changed(TenantId, customer);
        foreach (AuditChange change in changes) Recorder!.Record(tenantId, Actor!.Key, change);
    }
}
