using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>
/// What becomes of an offer: a run that tells who it is made to by mail and sleeps until it ends. When nobody took it, it offers to the next of the staff as they are then, and after two
/// to the team's queue, of which the leads are told.
/// Who takes the conversation, writes in it or gives it back to the agents ends the offers: then nothing happens.
/// </summary>
/// <param name="staff">The staff.</param>
/// <param name="ground">The tenant and its policies.</param>
/// <param name="queue">Where the next offer waits for its end.</param>
public sealed class HandoffOffers(IStaffDesk staff, ITenantGround ground, IRunQueue queue) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "handoffs.offer";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for the run that tells of an offer and waits for its end, to be stored with the handoff; null when it is offered to nobody.</summary>
    /// <param name="handoff">The handoff.</param>
    /// <param name="facts">What it was decided on, without the staff.</param>
    /// <param name="until">When the offer ends.</param>
    public static RunRequest? RequestFor(Handoff handoff, HandoffFacts facts, DateTimeOffset? until) =>
        handoff.ToUserId is { } user && until is { } due ? Request(handoff.TenantId, new OfferInput(handoff.Id, facts with { Staff = null, Queued = null, CaseFile = null }, user, due), handoff.CreatedAt) : null;

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        OfferInput offer = run.Input<OfferInput>();
        Guid tenant = run.Run.TenantId;
        if (offer.Until is { } ends)
        {
            await run.StepAsync("mail", "offer", token => staff.TellAsync(tenant, offer.HandoffId, offer.User, ends, run.Run.CreatedAt, token), cancellationToken);
            await run.SleepUntilAsync("end", ends, cancellationToken);
        }

        DateTimeOffset now = await run.NowAsync("clock", cancellationToken);
        if (!await run.StepAsync("read", "waits", token => staff.WaitsAsync(tenant, offer.HandoffId, offer.User, token), cancellationToken)) return new OfferEnd("taken", null);
        TenantGround read = await run.StepAsync("read", "tenant", token => ground.CurrentAsync(tenant, token), cancellationToken);
        TenantPolicies policies = await ground.PoliciesAsync(tenant, read, cancellationToken)
            ?? throw new StepFailedException("policies_gone", $"Version {read.PolicyVersion} of the policies is gone.", canRetry: false);
        StaffSeen seen = await run.StepAsync("read", "staff", token => staff.ReadAsync(tenant, offer.Facts.To!, now, token), cancellationToken);
        HandoffFacts facts = offer.Facts with { Declined = [.. offer.Facts.Declined ?? [], offer.User.ToString()] };
        Finding<HandoffMove> found = HandoffRules.Decide(facts with { Staff = seen.Staff, Queued = seen.Queued }, now, policies, policies.BusinessHours.Calendar(read.TimeZone));
        HandoffMove move = found.Value ?? throw new StepFailedException(found.Stop!.Reason, found.Stop.Detail, canRetry: false);
        Guid? next = move.Kind == "user" ? Guid.Parse(move.To) : null;
        bool put = await run.StepAsync("offer", "next", token => staff.OfferAsync(tenant, offer.HandoffId, offer.User, next, move.NotifyLead, now, token), cancellationToken);
        if (put && next is { } user && move.OfferUntil is { } until)
        {
            await run.StepAsync(
                "later",
                "offer",
                // A process that ends between this and the record of the step asks again, under the same key.
                async token => (await queue.EnqueueAsync(Request(tenant, new OfferInput(offer.HandoffId, facts, user, until), now) with { IdempotencyKey = $"later\n{run.KeyOf("later:offer")}" }, token)).Run.RunId,
                cancellationToken);
        }

        return put ? new OfferEnd(move.Kind, move) : new OfferEnd("taken", null);
    }

    private static RunRequest Request(Guid tenantId, OfferInput offer, DateTimeOffset at) => new()
    {
        Actor = new SystemActor(tenantId, "handoffs"),
        Kind = RunKind.Job,
        Handler = HandlerName,
        Lane = RunLane.Interactive,
        Subject = $"handoff:{offer.HandoffId:D}",
        Input = Json.Write(offer),
        At = at,
    };

    // Without its end it is an offer of before they were told, whose run was due at its end.
    private sealed record OfferInput(Guid HandoffId, HandoffFacts Facts, Guid User, DateTimeOffset? Until = null);

    private sealed record OfferEnd(string To, HandoffMove? Move);
}
