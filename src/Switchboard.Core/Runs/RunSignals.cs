using System.Collections.Immutable;

namespace Switchboard.Core.Runs;

/// <summary>
/// What the storage tells the dispatcher of its process once it is committed, never before and never when it was rolled back. A signal can be lost with the
/// process; the rows stand.
/// </summary>
public sealed class RunSignals
{
    private ImmutableArray<Listener> listeners = [];
    private ImmutableArray<Action<CustomerChange>> watchers = [];

    /// <summary>Adds one who listens. Both must be quick and throw nothing: they are called on the thread that committed.</summary>
    /// <param name="woken">A run was stored that may begin.</param>
    /// <param name="told">Events of a tenant's subject were stored.</param>
    /// <param name="handed">The same where the events themselves are known, those of one commit in their order; null for one who is told alone.</param>
    public void Listen(Action<RunRef> woken, Action<Guid, string> told, Action<IReadOnlyList<RunEvent>>? handed = null) =>
        ImmutableInterlocked.Update(ref listeners, known => known.Add(new Listener(woken, told, handed)));

    /// <summary>Adds one who is told of changes of customers. It must be quick and throw nothing: it is called on the thread that committed.</summary>
    public void ListenChanges(Action<CustomerChange> changed) => ImmutableInterlocked.Update(ref watchers, known => known.Add(changed));

    /// <summary>Tells that rows of a customer were changed.</summary>
    public void Changed(CustomerChange change)
    {
        foreach (Action<CustomerChange> watcher in watchers) watcher(change);
    }

    /// <summary>Tells that a run may begin.</summary>
    public void Wake(RunRef run)
    {
        foreach (Listener listener in listeners) listener.Woken(run);
    }

    /// <summary>Tells that events of the subject were stored.</summary>
    public void Stored(Guid tenantId, string subject)
    {
        foreach (Listener listener in listeners) listener.Told(tenantId, subject);
    }

    /// <summary>Hands over the events of a subject that were stored in one commit.</summary>
    public void Stored(IReadOnlyList<RunEvent> events)
    {
        foreach (Listener listener in listeners)
        {
            if (listener.Handed is { } handed) handed(events);
            else listener.Told(events[0].TenantId, events[0].Subject);
        }
    }

    private sealed record Listener(Action<RunRef> Woken, Action<Guid, string> Told, Action<IReadOnlyList<RunEvent>>? Handed);
}
