using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Routing;

/// <summary>Moves a conversation to an agent or a person once, without loops, with a typed case file. The finish of the turn writes the move; the next candidate is asked by a due row.</summary>
[Agent("routing/handoff-manager")]
public sealed class HandoffManager : Operator<HandoffFacts, HandoffFacts, HandoffMove>
{
    /// <inheritdoc />
    protected override async Task<Finding<HandoffFacts>> LoadAsync(HandoffFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.Staff is not null) return input;
        IReadOnlyList<User> users = await rows.ListAsync<User>(q => q.Where(u => u.Status == UserStatus.Active));
        var open = await rows.ListAsync((IQueryable<Conversation> q) => q
            .Where(c => c.AssigneeId != null && (c.Status == ConversationStatus.Open || c.Status == ConversationStatus.Pending)).Select(c => new { c.AssigneeId, c.LastActivityAt }));
        return input with
        {
            SeesPersonalData = input.SeesPersonalData ?? basis.SeesPersonalData,
            Staff = [.. users.Select(u => new Candidate
            {
                Id = u.Id.ToString(),
                Name = u.Name,
                Online = u.Availability == Availability.Online,
                Open = open.Count(c => c.AssigneeId == u.Id),
                Capacity = u.Capacity,
                IdleMinutes = open.Where(c => c.AssigneeId == u.Id).Select(c => (basis.Now - c.LastActivityAt).TotalMinutes).DefaultIfEmpty(double.MaxValue).Min(),
                Languages = u.Languages,
                Skills = u.Team is { } team ? [.. u.Skills, team] : u.Skills,
            })],
        };
    }

    /// <inheritdoc />
    protected override Finding<OperatorPlan<HandoffMove>> Decide(HandoffFacts input, HandoffFacts facts, AgentBasis basis)
    {
        HandoffFacts all = Given.Over(facts, input);
        Finding<HandoffMove> move = HandoffRules.Decide(all, basis.Now, basis.Policies, basis.Calendar);
        if (move.Stop is { } stop) return stop;
        HandoffMove decided = move.Value!;
        // Who does not take it in time is passed over when the agent runs again.
        return new OperatorPlan<HandoffMove>(decided, decided.OfferUntil is { } until
            ? [Plan.Later("next-candidate", until, all with { Staff = null, Declined = [.. all.Declined ?? [], decided.To] }, $"The next candidate, when {decided.To} has not taken it.")]
            : []);
    }
}
