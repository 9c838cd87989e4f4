using System.Diagnostics;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>
/// A turn from the accepted message to the committed reply: load, take its course, finish. It writes nothing until the finish, so a process
/// that dies on the way leaves an accepted message that the next one takes up from the start.
/// </summary>
public sealed class TurnPipeline(
    LiveDesk desk, KnowledgeBase knowledge, ITenantNames names, TenantIntents intents, IRunStore store, IFactSource rows, IGuardRows guarded, IActionStore actions, IPolicySource policies, ICustomerContext contexts, IStaffDesk staff, DeskPolicy policy,
    IFaultPoints faults, TimeProvider time)
{
    /// <summary>Carries out the turn and gives the conversation's next one; null when none waits or this one had ended.</summary>
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        // The agents may change while the turn goes on; it goes its whole way with those of its begin.
        TurnCourse course = desk.Current.Course;
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        using Activity? span = Spans.Run(state.Run, time.GetUtcNow());
        if (state.Run.Attempts >= policy.MostStarts) return await GiveUpAsync(run, $"The turn was begun {state.Run.Attempts} times and never came to its end.", cancellationToken);
        faults.Reached("turn:loaded");

        IndexSnapshot articles = await knowledge.SnapshotAsync(state.Tenant, cancellationToken);
        TurnSeams seams = Seams(state, articles.Version, articles.Index, began) with { Names = await names.OfAsync(run.TenantId, cancellationToken), Intents = await intents.OfAsync(run.TenantId, cancellationToken) };
        FinishTurn ended = await course.TakeAsync(state, seams, cancellationToken);
        return await FinishAsync(ended, span, cancellationToken);
    }

    /// <summary>Ends a turn that cannot be carried out: the customer is told so and people take over.</summary>
    public async Task<RunRef?> GiveUpAsync(RunRef run, string error, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        using Activity? span = Spans.Run(state.Run, time.GetUtcNow());
        FinishTurn ended = await desk.Current.Course.GiveUpAsync(state, error, Seams(state, state.Tenant.KnowledgeVersion, KnowledgeIndex.Empty, began), cancellationToken);
        return await FinishAsync(ended, span, cancellationToken);
    }

    private async Task<RunRef?> FinishAsync(FinishTurn ended, Activity? span, CancellationToken cancellationToken)
    {
        FinishResult result = await store.FinishAsync(ended, cancellationToken);
        if (!result.Finished) return result.Next;
        Measures.Finished(ended);
        span.Came(ended.Status, isFailure: ended.Status == RunStatus.Failed);
        return result.Next;
    }

    private TurnSeams Seams(TurnState state, long version, KnowledgeIndex index, long began) => new()
    {
        Articles = new IndexedTurnArticles(version, index, state.Tenant.DayOf(state.Trigger.CreatedAt), Earlier(state), Audiences.Of(state.Contact is not null, state.Plan)),
        Rows = rows,
        Guarded = guarded,
        Actions = actions,
        Policies = policies,
        Context = (turn, cancel) => contexts.ReadAsync(new ContextAsk(turn.Run.TenantId, turn.Contact?.CustomerId, turn.Contact is { CustomerId: not null } contact ? contact.Id : null), cancel),
        Staff = async (turn, team, cancel) => await staff.ReadAsync(turn.Run.TenantId, team, turn.Trigger.CreatedAt, cancel),
        Now = time.GetUtcNow,
        Took = () => time.GetElapsedTime(began),
        Faults = faults,
    };

    /// <summary>What the customer wrote before, oldest first.</summary>
    private static string[] Earlier(TurnState state) =>
        [.. state.History.Where(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence).OrderBy(m => m.Sequence).Select(m => m.Text)];
}
