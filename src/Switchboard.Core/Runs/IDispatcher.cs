namespace Switchboard.Core.Runs;

/// <summary>Decides who runs what, and tells watchers what happened.</summary>
public interface IDispatcher
{
    /// <summary>Asks that the run be taken up. The run is stored and marked as running; a wake that is lost is made good at the next start.</summary>
    void Wake(RunRef run);

    /// <summary>Tells those who watch the subject that events were stored.</summary>
    void Stored(Guid tenantId, string subject);

    /// <summary>The stored events of a subject after the given number and then each new one, until cancelled.</summary>
    IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, CancellationToken cancellationToken);
}

/// <summary>Carries out one run from its stored state to its end.</summary>
public interface IRunExecutor
{
    /// <summary>Carries out the run and gives the subject's next one, if any. Safe to call again after a crash at any point.</summary>
    Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken);
}

/// <summary>Places at which a test may interrupt the program. The product registers none: <see cref="NoFaults"/>.</summary>
public interface IFaultPoints
{
    /// <summary>Called when the program passes the named place.</summary>
    void Reached(string site);
}

/// <summary>Nothing is interrupted.</summary>
public sealed class NoFaults : IFaultPoints
{
    /// <inheritdoc />
    public void Reached(string site)
    {
    }
}
