namespace Switchboard.Core.Runs;

/// <summary>Gives a run to the one that carries its kind out: a turn to the desk, every other to its handler. A subject is one of turns or of other runs, never of both.</summary>
/// <param name="turns">Carries turns out.</param>
/// <param name="handlers">Carries the other kinds out.</param>
public sealed class RunExecutor(IRunExecutor turns, HandlerExecutor handlers) : IRunExecutor
{
    /// <inheritdoc />
    public Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken) =>
        (Subjects.IsConversation(run.Subject) ? turns : handlers).ExecuteAsync(run, cancellationToken);
}
