using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;

namespace Switchboard.Storage;

/// <summary>Whose rows a save changes, so that what is kept of them is forgotten behind the commit.</summary>
internal static class ChangedCustomers
{
    /// <summary>The customers; null among them stands for all of the tenant.</summary>
    public static HashSet<Guid?> Of(ChangeTracker tracker)
    {
        var changed = new HashSet<Guid?>();
        foreach (EntityEntry entry in tracker.Entries())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached) continue;
            switch (entry.Entity)
            {
                case Customer customer:
                    changed.Add(customer.Id);
                    break;
                case ICustomerOwned { CustomerId: { } owner }:
                    changed.Add(owner);
                    // A row that goes from one customer to another is missed by both.
                    if (entry.State == EntityState.Modified && entry.OriginalValues[nameof(ICustomerOwned.CustomerId)] is Guid before) changed.Add(before);
                    break;
                case Prediction { EntityId: { } about }:
                    changed.Add(about);
                    break;
                case Incident:
                    changed.Add(null);
                    break;
            }
        }

        return changed;
    }
}
