using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Erasure;

/// <summary>What an erasure is asked for with.</summary>
/// <param name="CustomerId">The customer.</param>
public sealed record ErasureInput(Guid CustomerId);

/// <summary>
/// Erases a customer: takes nothing more from its people, waits for what is under way, then erases everything in one commit and rewrites the database's files. A process
/// that dies on the way leaves all or nothing erased, and the run is taken up again. Until it erases it can be cancelled.
/// </summary>
/// <param name="erasure">Erases.</param>
public sealed class EraseCustomer(ICustomerErasure erasure) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "customer.erase";

    /// <summary>The scope of whoever asks for it.</summary>
    public const string Scope = "delete:customers";

    /// <summary>A turn is over in seconds, an execution in minutes.</summary>
    private static readonly RetryRule whileOthersRun = new(40, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <inheritdoc />
    public override int? MostStarts => whileOthersRun.MostAttempts;

    /// <summary>What the erasures of a customer are about: none is done beside another.</summary>
    public static string SubjectOf(Guid customerId) => $"erasure:{customerId:D}";

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid customer = run.Input<ErasureInput>().CustomerId;
        await run.StepAsync("decide", "scope", _ => MayAsync(run.Actor), RetryRule.Never, cancellationToken);
        await run.StepAsync("call", "begin", token => DoneAsync(erasure.BeginAsync(run.Actor, customer, token)), cancellationToken);
        ErasureReport report = await run.StepAsync("call", "erase", token => erasure.EraseAsync(run.Actor, customer, token), whileOthersRun, cancellationToken);
        await run.StepAsync("call", "shred", token => DoneAsync(erasure.ShredAsync(token)), cancellationToken);
        return report;
    }

    /// <inheritdoc />
    public override async Task SettleCancelledAsync(RunContext run, CancellationToken cancellationToken) =>
        await run.StepAsync("call", "stop", token => DoneAsync(erasure.StopAsync(run.Actor, run.Input<ErasureInput>().CustomerId, token)), cancellationToken);

    private static async Task<bool> DoneAsync(Task work)
    {
        await work;
        return true;
    }

    private static Task<bool> MayAsync(Actor actor) =>
        actor.Has(Scope) ? Task.FromResult(true) : throw new StepFailedException("missing_scope", $"Erasing a customer needs the scope {Scope}.", canRetry: false);
}
