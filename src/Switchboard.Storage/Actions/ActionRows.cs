using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Outbox;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;

namespace Switchboard.Storage.Actions;

/// <summary>The rows of an action: read and changed in one context, which is kept or thrown away by whoever opened it.</summary>
internal sealed class ActionRows(SwitchboardDb db, ActionCaller caller, Tenant tenant, TenantPolicies policies, OutsidePorts ports, Guid? approvedBy, DateTimeOffset now) : IActionRows
{
    private readonly List<ActionSending> sendings = [];
    private readonly List<Guid> made = [];
    private readonly List<WorkLater> later = [];

    /// <inheritdoc />
    public Actor Actor => caller.Actor;

    /// <inheritdoc />
    public DateTimeOffset Now => now;

    /// <inheritdoc />
    public TenantPolicies Policies => policies;

    /// <inheritdoc />
    public Guid? ApprovedBy => approvedBy;

    /// <summary>The effects on the outside that were asked for, in their order.</summary>
    public IReadOnlyList<ActionSending> Sendings => sendings;

    /// <summary>The work that is left for later, in its order.</summary>
    public IReadOnlyList<WorkLater> Left => later;

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

    /// <inheritdoc />
    public void Send<TRequest>(string port, TRequest request, Guid? customerId, Guid? conversationId) where TRequest : class
    {
        if (Actor is ContactActor && customerId != caller.CustomerId) throw new InvalidOperationException("An action for a contact would send something for another customer.");
        var sending = new ActionSending(port, Json.Write(request), customerId, conversationId);
        // Found in order now, or refused: what is written into the outbox can be sent.
        sending.Prepare(ports, "preview", now);
        sendings.Add(sending);
    }

    /// <inheritdoc />
    public string? WhyNotSent<TRequest>(string port, TRequest request) where TRequest : class
    {
        try
        {
            ports.Prepare(port, "preview", Json.Write(request), now);
            return null;
        }
        catch (OutsideRequestException wrong)
        {
            return wrong.Message;
        }
    }

    /// <inheritdoc />
    public void Later(WorkLater work) => later.Add(work);

    /// <summary>What the effects are, as a preview tells it: to whom and what in words, and a digest by which another text is another effect.</summary>
    public IEnumerable<RowChange> Sent() => sendings.Select(s => new RowChange(
        "sent", "outbox_entry", null, null, Json.Write(new { s.Port, What = ports.Find(s.Port)!.Describe(s.Request), Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(s.Request))) })));

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

/// <summary>An effect on the outside that an action asks for.</summary>
/// <param name="Port">The port it goes through.</param>
/// <param name="Request">What is sent, as JSON.</param>
/// <param name="CustomerId">The customer it is about.</param>
/// <param name="ConversationId">The conversation it belongs to.</param>
internal sealed record ActionSending(string Port, string Request, Guid? CustomerId, Guid? ConversationId)
{
    /// <summary>The effect under a key.</summary>
    /// <exception cref="OutsideRequestException">Its port is missing or does not take it.</exception>
    public OutsideEffect Prepare(OutsidePorts ports, string key, DateTimeOffset at) => ports.Prepare(Port, key, Request, at) with { CustomerId = CustomerId, ConversationId = ConversationId };
}
