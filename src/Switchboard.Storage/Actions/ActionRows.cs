using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Actions;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;

namespace Switchboard.Storage.Actions;

/// <summary>The rows of an action: read and changed in one context, which is kept or thrown away by whoever opened it.</summary>
internal sealed class ActionRows(SwitchboardDb db, ActionCaller caller, Tenant tenant, TenantPolicies policies, Guid? approvedBy, DateTimeOffset now) : IActionRows
{
    private readonly List<Guid> made = [];

    /// <inheritdoc />
    public Actor Actor => caller.Actor;

    /// <inheritdoc />
    public DateTimeOffset Now => now;

    /// <inheritdoc />
    public TenantPolicies Policies => policies;

    /// <inheritdoc />
    public Guid? ApprovedBy => approvedBy;

    /// <summary>The ids that were made, in their order.</summary>
    public IReadOnlyList<Guid> Made => made;

    /// <inheritdoc />
    public DateOnly DayOf(DateTimeOffset instant) => tenant.DayOf(instant);

    /// <inheritdoc />
    public Guid NewId()
    {
        made.Add(Guid.CreateVersion7(now));
        return made[^1];
    }

    /// <inheritdoc />
    public T? Find<T>(Guid id) where T : TenantRow => Visible<T>().SingleOrDefault(r => r.Id == id);

    /// <inheritdoc />
    public IReadOnlyList<T> List<T>(Func<IQueryable<T>, IQueryable<T>> query) where T : TenantRow => [.. query(Visible<T>())];

    /// <inheritdoc />
    public void Add<T>(T row) where T : TenantRow => db.Add(row);

    /// <inheritdoc />
    public void Remove<T>(T row) where T : TenantRow => db.Remove(row);

    /// <summary>Makes sure that a contact's action changed rows of the contact's customer only.</summary>
    /// <exception cref="InvalidOperationException">It changed another's.</exception>
    public void RequireOwn()
    {
        if (Actor is not ContactActor) return;
        foreach (var entry in db.ChangeTracker.Entries<ICustomerOwned>())
            if (entry.State is not (EntityState.Unchanged or EntityState.Detached) && entry.Entity.CustomerId != caller.CustomerId)
                throw new InvalidOperationException($"An action for a contact would change a {entry.Metadata.DisplayName()} of another customer.");
    }

    private IQueryable<T> Visible<T>() where T : TenantRow
    {
        IQueryable<T> all = db.Set<T>().AsTracking();
        if (Actor is not ContactActor) return all;
        if (typeof(T) == typeof(Customer)) return all.Where(r => r.Id == caller.CustomerId);
        return typeof(ICustomerOwned).IsAssignableFrom(typeof(T)) ? all.Where(r => EF.Property<Guid?>(r, nameof(ICustomerOwned.CustomerId)) == caller.CustomerId) : all;
    }
}
