using System.Text.Json;
using Switchboard.Core.Runs;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Replay;

/// <summary>A turn of a conversation that was replayed.</summary>
/// <param name="Sequence">Its place: the number of the message that began it.</param>
/// <param name="Report">What came of it.</param>
public sealed record ReplayedTurn(int Sequence, ReplayReport Report);

/// <summary>Replays runs by what their kind recorded. Whoever calls it has made sure that the run may be read.</summary>
/// <param name="recorded">What the runs recorded.</param>
/// <param name="turns">Replays turns.</param>
/// <param name="handlers">Replays the runs of handlers.</param>
public sealed class RunReplay(IRecordedRuns recorded, TurnReplay turns, HandlerReplay handlers)
{
    /// <summary>Replays a run of any kind; null when there is none.</summary>
    public async Task<ReplayReport?> RunAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken)
    {
        if (await recorded.RunAsync(tenantId, runId, cancellationToken) is not { } run) return null;
        return run.Run.Kind switch
        {
            RunKind.Turn => (await TurnAsync(tenantId, runId, null, cancellationToken))!.Report,
            RunKind.Dialogue => ReplayReport.Refused(runId, ReplayRefusal.PartOfTurns, "A dialogue is replayed with the turns of its conversation; replay those."),
            _ => await handlers.ReplayAsync(run, cancellationToken),
        };
    }

    /// <summary>Replays the turns of a conversation that have ended, in their order.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="conversationId">The conversation.</param>
    /// <param name="against">Policies to decide by instead of those they were decided by; null for those.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    public async Task<IReadOnlyList<ReplayedTurn>> ConversationAsync(Guid tenantId, Guid conversationId, TenantPolicies? against, CancellationToken cancellationToken)
    {
        var replayed = new List<ReplayedTurn>();
        foreach (Guid id in await recorded.TurnsOfAsync(tenantId, conversationId, cancellationToken))
            if (await TurnAsync(tenantId, id, against, cancellationToken) is { } turn) replayed.Add(turn);
        return replayed;
    }

    private async Task<ReplayedTurn?> TurnAsync(Guid tenantId, Guid runId, TenantPolicies? against, CancellationToken cancellationToken)
    {
        try
        {
            return await recorded.TurnAsync(tenantId, runId, cancellationToken) is { } turn ? new ReplayedTurn(turn.Run.Ordinal, await turns.ReplayAsync(turn, against, cancellationToken)) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            return new ReplayedTurn(0, ReplayReport.Refused(runId, ReplayRefusal.Unreadable, $"This version cannot read what was recorded: {error.Message}"));
        }
    }
}
