using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>Where the clocks of conversations find what they stand on: the port whose home is the storage.</summary>
public interface ISlaDesk
{
    /// <summary>A conversation as its clocks look at it; null when it is gone.</summary>
    Task<SlaSeen?> ReadAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken);
}

/// <summary>
/// Watches the clocks of a conversation that people own: a run that sleeps until the next of them comes near its end, or to it, keeps that once, and ends when nothing more can come. It is
/// asked for in the commit in which people get the conversation, its clocks go on or its priority changes; what is answered in time is found answered when it wakes.
/// </summary>
/// <param name="desk">The conversation.</param>
/// <param name="ground">The tenant and its policies.</param>
/// <param name="store">Where conversations are changed.</param>
public sealed class SlaWatch(ISlaDesk desk, ITenantGround ground, IRunStore store) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "conversations.sla";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for a watch. Its subject is its own: two of one conversation do not wait for each other, and what the one kept the other finds kept.</summary>
    public static RunRequest RequestFor(Guid tenantId, Guid id, Guid conversationId, DateTimeOffset at) => new()
    {
        Id = id,
        Actor = new SystemActor(tenantId, "sla"),
        Kind = RunKind.Job,
        Handler = HandlerName,
        Lane = RunLane.Batch,
        Subject = $"sla:{id:D}",
        Input = Json.Write(new WatchInput(conversationId)),
        At = at,
    };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid conversation = run.Input<WatchInput>().ConversationId;
        while (true)
        {
            DateTimeOffset now = await run.NowAsync("clock", cancellationToken);
            SlaSeen? seen = await run.StepAsync("read", "conversation", token => desk.ReadAsync(run.Run.TenantId, conversation, token), cancellationToken);
            if (seen is null) return null;
            TenantGround read = await run.StepAsync("read", "tenant", token => ground.CurrentAsync(run.Run.TenantId, token), cancellationToken);
            TenantPolicies policies = await ground.PoliciesAsync(run.Run.TenantId, read, cancellationToken)
                ?? throw new StepFailedException("policies_gone", $"Version {read.PolicyVersion} of the policies is gone.", canRetry: false);
            SlaLook look = SlaClocks.Look(seen, policies.Sla, policies.BusinessHours.Calendar(read.TimeZone), now);
            bool isRaised = false;
            foreach (SlaReached reached in look.Reached)
                isRaised |= await run.StepAsync("mark", $"{reached.Clock}-{reached.Kind}", token => KeepAsync(run, conversation, seen.CustomerId, reached, now, token), cancellationToken);
            // Another priority is another time: the watch that was asked for with it goes on.
            if (isRaised || look.Next is not { } next) return null;
            await run.SleepUntilAsync("next", next, cancellationToken);
        }
    }

    /// <summary>Keeps what a clock has come to, if nobody did. A breach makes the conversation more urgent by a step; gives whether it did.</summary>
    private async Task<bool> KeepAsync(RunContext run, Guid conversation, Guid? customer, SlaReached reached, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await desk.ReadAsync(run.Run.TenantId, conversation, cancellationToken) is not { } seen || seen.Kept.Contains(new SlaKept(reached.Clock, reached.Kind, reached.Cycle))) return false;
        var mark = new SlaMark
        {
            TenantId = run.Run.TenantId,
            Id = Guid.CreateVersion7(now),
            CustomerId = customer,
            ConversationId = conversation,
            Clock = reached.Clock,
            Kind = reached.Kind,
            Cycle = reached.Cycle,
            TargetMinutes = (int)reached.Target.TotalMinutes,
            DueAt = reached.DueAt,
            At = now,
        };
        bool isRaised = false;
        await store.ChangeAsync(
            new ConversationChange(run.Actor, conversation, talk =>
            {
                isRaised = reached.Kind == SlaMarkKind.Breach && talk is { Owner: ConversationOwner.Human, Priority: not Priority.Urgent, Status: not (ConversationStatus.Resolved or ConversationStatus.Closed) };
                if (isRaised) talk.Prioritise(talk.Priority - 1, now);
            })
            { Row = mark },
            cancellationToken);
        Measures.Promised(reached.Clock, reached.Kind);
        return isRaised;
    }

    private sealed record WatchInput(Guid ConversationId);
}
