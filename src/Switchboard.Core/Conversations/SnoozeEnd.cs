using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Conversations;

/// <summary>Opens a conversation again when its sleep is over: a run that sleeps as long. A sleep that was ended or made longer has another end, and then nothing happens.</summary>
/// <param name="store">Where conversations are changed.</param>
public sealed class SnoozeEnd(IRunStore store) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "conversations.wake";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for the run that ends a sleep, to be stored with it.</summary>
    public static RunRequest RequestFor(Guid tenantId, Guid conversationId, DateTimeOffset until, DateTimeOffset at) => new()
    {
        Actor = new SystemActor(tenantId, "snooze"),
        Kind = RunKind.Job,
        Handler = HandlerName,
        Lane = RunLane.Interactive,
        Subject = $"snooze:{conversationId:D}:{until.UtcTicks}",
        Input = Json.Write(new SnoozeInput(conversationId, until)),
        Due = until,
        At = at,
    };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        SnoozeInput sleep = run.Input<SnoozeInput>();
        DateTimeOffset now = await run.NowAsync("end", cancellationToken);
        await run.StepAsync("wake", "conversation", async token =>
        {
            await store.ChangeAsync(new ConversationChange(run.Actor, sleep.ConversationId, talk => talk.WakeFrom(sleep.Until, now)), token);
            return true;
        }, cancellationToken);
        return null;
    }

    private sealed record SnoozeInput(Guid ConversationId, DateTimeOffset Until);
}
