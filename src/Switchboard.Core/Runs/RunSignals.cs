using System.Collections.Immutable;

namespace Switchboard.Core.Runs;

/// <summary>
/// What the storage tells the dispatcher of its process once it is committed, never before and never when it was rolled back. A signal can be lost with the
/// process; the rows stand.
/// </summary>
public sealed class RunSignals
{
    private ImmutableArray<Listener> listeners = [];

    /// <summary>Adds one who listens. Both must be quick and throw nothing: they are called on the thread that committed.</summary>
    /// <param name="woken">A run was stored that may begin.</param>
    /// <param name="told">Events of a tenant's subject were stored.</param>
    public void Listen(Action<RunRef> woken, Action<Guid, string> told) => ImmutableInterlocked.Update(ref listeners, known => known.Add(new Listener(woken, told)));

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

    private sealed record Listener(Action<RunRef> Woken, Action<Guid, string> Told);
}
