using System.Collections.Frozen;
using System.Diagnostics;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Runs;

/// <summary>
/// What a handler sees of its run, and the steps it may take. Each step is committed before the next, or anything else, begins, the last one with the run's end at the
/// latest; a run that is taken up again gets the recorded results and goes on behind them. Branches run side by side, each with a journal of its own inside the run's.
/// </summary>
public sealed class RunContext
{
    /// <summary>The kinds of steps from which it is read what a run did.</summary>
    private static readonly FrozenSet<string> own = FrozenSet.Create(StringComparer.Ordinal, "propose", "approval", "decided", "perform", "undo", "end");

    private readonly RunWriting shared;
    private readonly string prefix;
    private readonly Journal journal;

    /// <summary>Makes the context of a run that was taken up.</summary>
    /// <param name="taken">The run with its journal.</param>
    /// <param name="queue">Where its steps are stored.</param>
    /// <param name="actions">Performs its actions.</param>
    /// <param name="approvalLife">How long an approval is waited for.</param>
    /// <param name="time">The clock; read through <see cref="NowAsync"/>, so that replay reads the same.</param>
    /// <param name="live">Where it tells how far it is between two steps.</param>
    /// <param name="holds">Whether the result of a step may wait for what comes next; then whoever made this asks for it at the end.</param>
    public RunContext(RunJournal taken, IRunQueue queue, RunActions actions, TimeSpan approvalLife, TimeProvider time, IRunProgress live, bool holds = false)
        : this(new RunWriting(taken, queue, time, live, isEnding: false) { Actions = actions, ApprovalLife = approvalLife, Holds = holds }, string.Empty)
    {
    }

    /// <summary>The context in which a run that does not come to its end undoes what it did: it stops for nothing, and its journal begins behind the run's own.</summary>
    internal static RunContext ToEnd(RunJournal taken, IReadOnlyList<JournalEntry> steps, IRunQueue queue, RunActions actions, TimeProvider time) =>
        new(new RunWriting(taken with { Steps = steps }, queue, time, new NoRunProgress(), isEnding: true) { Actions = actions, Before = [.. taken.Steps.Take(taken.Steps.Count - steps.Count)] }, string.Empty);

    /// <summary>Makes the context of a run that is replayed: recorded steps give their results, no step's work is done, and there is nothing to write with.</summary>
    /// <param name="taken">The run with its journal.</param>
    /// <param name="actions">Takes the steps of actions, which are recorded as well.</param>
    internal static RunContext Replayed(RunJournal taken, RunActions actions) =>
        new(new RunWriting(taken, null, TimeProvider.System, new NoRunProgress(), isEnding: false) { Actions = actions }, string.Empty);

    private RunContext(RunWriting shared, string prefix)
    {
        this.shared = shared;
        this.prefix = prefix;
        journal = shared.Open(prefix, [.. shared.Taken.Steps.Where(s => BranchOf(s.Name) == prefix).Select(s => s with { Name = s.Name[prefix.Length..] })]);
    }

    /// <summary>How long an approval is waited for.</summary>
    internal TimeSpan ApprovalLife => shared.ApprovalLife;

    /// <summary>What the run waits with: until when, and for which approvals.</summary>
    internal RunRest Rest => shared.Rest;

    /// <summary>The steps of the run itself, seen from the context in which it is undone.</summary>
    internal IReadOnlyList<JournalEntry> Before => shared.Before;

    /// <summary>The attempts that failed since a step was stored last.</summary>
    internal int Attempts => shared.Attempts;

    /// <summary>Whether it only gives again what was recorded.</summary>
    internal bool IsReplayed => shared.IsReplay;

    /// <summary>Whether somebody asked that the run be cancelled.</summary>
    internal bool CancelAsked => shared.CancelAsked;

    /// <summary>The clock as it is cut for the journal.</summary>
    internal DateTimeOffset Clock => shared.Now;

    /// <summary>The run as it was taken up.</summary>
    public Run Run => shared.Taken.Run;

    /// <summary>Who the run acts for.</summary>
    public Actor Actor => ActorText.Read(Run.TenantId, Run.Actor ?? throw new InvalidOperationException($"Run {Run.Id} acts for nobody."));

    /// <summary>The run in the state of its last write. What changes rows in the transaction of a step gives it on.</summary>
    public RunFence Fence => shared.Fence;

    /// <summary>What the run was started with.</summary>
    public T Input<T>() => Json.Read<T>(Run.Input);

    /// <summary>The same run with a journal of its own under a name: for steps that run side by side. A name is used once in its surroundings.</summary>
    /// <exception cref="ArgumentException">The name is empty, or has a colon or a slash, which part the names of steps.</exception>
    /// <exception cref="InvalidOperationException">The name was used before.</exception>
    public RunContext Branch(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny(':', '/') < 0 ? new(shared, $"{prefix}{name}/") : throw new ArgumentException($"\"{name}\" cannot name a branch.", nameof(name));

    /// <summary>Makes sure that the handler took all recorded steps.</summary>
    /// <exception cref="JournalMismatchException">Steps are left over.</exception>
    internal void RequireConsumed() => shared.RequireConsumed();

    /// <summary>Stores the result that waits, if one does.</summary>
    internal Task FlushAsync(CancellationToken cancellationToken) => shared.FlushAsync(cancellationToken);

    /// <summary>Gives the result that waits to the commit of the run's end.</summary>
    internal Task<IReadOnlyList<JournalEntry>> TakeHeldAsync(CancellationToken cancellationToken) => shared.TakeHeldAsync(cancellationToken);

    /// <summary>Waits until nothing of the run is under way here any more.</summary>
    internal Task QuietAsync() => shared.QuietAsync();

    /// <summary>The key of an effect: run and step. Whoever sees it twice knows that it is the same effect.</summary>
    public string KeyOf(string step) => $"{Run.Id:N}/{prefix}{step}";

    /// <summary>The clock, read once and recorded.</summary>
    public Task<DateTimeOffset> NowAsync(string key, CancellationToken cancellationToken) => StepAsync("now", key, _ => Task.FromResult(shared.Now), RetryRule.Never, cancellationToken);

    /// <summary>Takes a step: gives the recorded result, or does the work and records it. Work that fails is tried again by the rule, with the run put off meanwhile.</summary>
    /// <param name="kind">The kind of step: read, call, decide …</param>
    /// <param name="key">Its key, written by the developer; the same step again in the same branch gets <c>#2</c> behind it.</param>
    /// <param name="work">The work. It may be done again when the process ends before its result is stored.</param>
    /// <param name="rule">How often it is tried.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="JournalMismatchException">Another step is recorded at this place.</exception>
    /// <exception cref="ArgumentException">The kind is one of the run's own.</exception>
    public Task<T> StepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken) => OwnStepAsync(NotOwn(kind), key, work, rule, cancellationToken);

    /// <summary>Takes a step of a kind that is the run's own.</summary>
    internal Task<T> OwnStepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => OwnStepAsync(kind, key, work, RetryRule.Default, cancellationToken);

    private Task<T> OwnStepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        if (!shared.Holds) return StoredAsync();
        // Whoever waits for the result goes on inside the call that gives it, as far as it comes without waiting: to its next step, or to its end.
        var done = new TaskCompletionSource<T>();
        shared.Follow(GiveAsync(done, kind, key, work, rule, cancellationToken));
        return done.Task;

        async Task<T> StoredAsync() => (await TakeAsync(kind, key, work, rule, cancellationToken)).Result;
    }

    private async Task GiveAsync<T>(TaskCompletionSource<T> done, string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        T result;
        JournalEntry? held;
        try
        {
            (result, held) = await TakeAsync(kind, key, work, rule, cancellationToken);
        }
        catch (Exception error)
        {
            done.SetException(error);
            return;
        }

        done.SetResult(result);
        if (held is null) return;
        try
        {
            // Still here: the handler waits for something that is no step, and the result shall not wait with it.
            await shared.FlushAsync(cancellationToken, held);
        }
        catch (Exception)
        {
            // The result is still held, or the run is lost: whoever goes on with the run meets that.
        }
    }

    /// <summary>Gives the result, and the step when its result waits for what comes next.</summary>
    private async Task<(T Result, JournalEntry? Held)> TakeAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        string name = journal.NameOf(kind, key);
        if (journal.TryReplay(name, out T recorded)) return (recorded, null);
        await BeforeWorkAsync(name, cancellationToken);
        T result;
        using Activity? span = Spans.Step(prefix + name);
        shared.Works();
        try
        {
            result = await work(cancellationToken);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            span.Failed(error);
            throw new StepRetryException(prefix + name, rule, error);
        }
        finally
        {
            shared.Worked();
        }

        journal.Record(name, result);
        var step = new JournalEntry(prefix + name, journal.Added[^1].Result);
        if (shared.TryHold(step)) return (result, step);
        await shared.StoreAsync(step, cancellationToken);
        return (result, null);
    }

    /// <summary>Takes a step with the default rule.</summary>
    public Task<T> StepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => StepAsync(kind, key, work, RetryRule.Default, cancellationToken);

    /// <summary>
    /// Takes a step whose work stores its own result in the transaction of what it changes: it gets the fence and the step's full name, and gives the result with
    /// what came of that write, null when the run was taken over.
    /// </summary>
    /// <exception cref="ArgumentException">The kind is one of the run's own.</exception>
    public Task<T> CommitAsync<T>(string kind, string key, Func<RunFence, string, CancellationToken, Task<(T Result, RunAdvanced? Next)>> work, RetryRule rule, CancellationToken cancellationToken) =>
        OwnCommitAsync(NotOwn(kind), key, work, rule, cancellationToken);

    /// <summary>
    /// Performs an action, as the steps of a dialogue do it but without a customer's yes: its exact preview is recorded; where a policy asks for an approval the run
    /// waits for it outside all queues; then exactly what was previewed is done, once, or nothing when it would be something else by now. What was done is undone when
    /// the run fails later or is cancelled, unless the terms say otherwise.
    /// </summary>
    /// <param name="key">The key of the steps, written by the developer.</param>
    /// <param name="action">What to do, with the rights of the run's actor.</param>
    /// <param name="terms">On what terms.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<Outcome<TResult>> PerformAsync<TResult>(string key, DeskAction<TResult> action, ActionTerms terms, CancellationToken cancellationToken) where TResult : class =>
        shared.Actions.PerformAsync(this, key, action, terms, cancellationToken);

    /// <summary>Performs an action on the default terms.</summary>
    public Task<Outcome<TResult>> PerformAsync<TResult>(string key, DeskAction<TResult> action, CancellationToken cancellationToken) where TResult : class => PerformAsync(key, action, ActionTerms.Default, cancellationToken);

    /// <summary>Takes a step of a kind that is the run's own, stored in the transaction of what it changes.</summary>
    internal async Task<T> OwnCommitAsync<T>(string kind, string key, Func<RunFence, string, CancellationToken, Task<(T Result, RunAdvanced? Next)>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        string name = journal.NameOf(kind, key);
        if (journal.TryReplay(name, out T recorded)) return recorded;
        await BeforeWorkAsync(name, cancellationToken);
        T result;
        using Activity? span = Spans.Step(prefix + name);
        try
        {
            result = await shared.CommitAsync(fence => work(fence, prefix + name, cancellationToken), cancellationToken);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            span.Failed(error);
            throw new StepRetryException(prefix + name, rule, error);
        }

        journal.Record(name, result);
        return result;
    }

    /// <summary>Sleeps until an instant. The run gives its worker and its place back; it goes on behind this step.</summary>
    public async Task SleepUntilAsync(string key, DateTimeOffset due, CancellationToken cancellationToken)
    {
        string name = journal.NameOf("sleep", key);
        if (journal.TryReplay(name, out DateTimeOffset _)) return;
        await BeforeWorkAsync(name, cancellationToken);
        if (due <= shared.Now)
        {
            journal.Record(name, due);
            await shared.StoreAsync(new JournalEntry(prefix + name, journal.Added[^1].Result), cancellationToken);
            return;
        }

        throw shared.Rest.Until(due);
    }

    /// <summary>Asks for an approval and gives what became of it. Until then the run waits: it gives its worker and its place back, and the decision takes it up again.</summary>
    /// <param name="key">The key of the steps.</param>
    /// <param name="ask">Makes the approval of its step's full name.</param>
    /// <param name="decided">Reads what became of it; null while nobody decided.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal async Task<ApprovalDecided> ApprovedAsync(string key, Func<string, Approval> ask, Func<Guid, CancellationToken, Task<ApprovalDecided?>> decided, CancellationToken cancellationToken)
    {
        string approval = journal.NameOf("approval", key);
        if (!journal.TryReplay(approval, out ApprovalAsked asked))
        {
            await BeforeWorkAsync(approval, cancellationToken);
            Approval made = ask(prefix + approval);
            throw shared.Rest.Asks(Journal.EntryOf(prefix + approval, new ApprovalAsked(made.Id, made.NeededScope, made.ExpiresAt)), made);
        }

        string decision = journal.NameOf("decided", key);
        if (journal.TryReplay(decision, out ApprovalDecided recorded)) return recorded;
        await BeforeWorkAsync(decision, cancellationToken);
        ApprovalDecided brought;
        try
        {
            brought = await decided(asked.ApprovalId, cancellationToken) ?? throw shared.Rest.Awaits(asked);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            throw new StepRetryException(prefix + decision, RetryRule.Default, error);
        }

        journal.Record(decision, brought);
        await shared.StoreAsync(new JournalEntry(prefix + decision, journal.Added[^1].Result), cancellationToken);
        return brought;
    }

    /// <summary>Tells those who watch the run how far it is, 0..1, with an event.</summary>
    public Task ReportAsync<T>(double progress, string kind, T data, CancellationToken cancellationToken) =>
        shared.IsReplay ? Task.CompletedTask : shared.ReportAsync(progress, new PendingEvent(kind, Json.Write(data)), cancellationToken);

    /// <summary>Nothing begins before what was done until now is stored.</summary>
    private Task BeforeWorkAsync(string name, CancellationToken cancellationToken) =>
        shared.IsReplay ? throw new StepNotRecordedException(prefix + name) : shared.BeginAsync(cancellationToken);

    /// <summary>
    /// Tells how far the run is, 0..1, as often as the work likes: it is no event. Who asks sees it at once where there is a place for that, and the row has it a
    /// little later: with the next step, or after some seconds.
    /// </summary>
    public Task ShowAsync(double progress, CancellationToken cancellationToken) =>
        shared.IsReplay ? Task.CompletedTask : shared.ShowAsync(Math.Clamp(progress, 0, 1), cancellationToken);

    private static string NotOwn(string kind) => own.Contains(kind) ? throw new ArgumentException($"\"{kind}\" names the steps in which a run performs an action or undoes it.", nameof(kind)) : kind;

    /// <summary>Whether the step's work failed, rather than the run having come to a halt or the work having been called off.</summary>
    private static bool IsOfStep(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RunEndedException or RunCancelledException or RunSleepsException or StepRetryException or JournalMismatchException => false,
        _ => true,
    };

    /// <summary>The branch a step belongs to, with the slash behind it; empty for the run itself.</summary>
    internal static string BranchOf(string name)
    {
        int kind = name.IndexOf(':', StringComparison.Ordinal);
        int end = kind < 0 ? -1 : name.LastIndexOf('/', kind);
        return end < 0 ? string.Empty : name[..(end + 1)];
    }
}
