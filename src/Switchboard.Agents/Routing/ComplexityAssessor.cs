using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Routing;

/// <summary>Rates from countable facts how much help a turn needs, and how long such turns took.</summary>
[Agent("routing/complexity-assessor")]
public sealed class ComplexityAssessor : Analyst<TurnToAssess, AssessedTurn, Complexity>
{
    private const int recentDays = 30;
    private const int mostResolved = 500;

    /// <inheritdoc />
    protected override async Task<Finding<AssessedTurn>> LoadAsync(TurnToAssess input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.Text)) return new Stop("no_text", "Say what the customer wrote: text.");
        AssessedAccount? account = input.Context;
        if (account is null && input.CustomerId is { } customer) account = await AccountAsync(customer, rows);
        DateTimeOffset since = basis.Now.AddDays(-recentDays);
        IReadOnlyList<string> earlier = input.ContactId is { } contact
            ? await rows.ListAsync((IQueryable<Conversation> q) => q.Where(c => c.ContactId == contact && c.CreatedAt >= since && c.Id != (input.ConversationId ?? Guid.Empty) && c.PrimaryIntent != null).Select(c => c.PrimaryIntent!))
            : [];
        bool reopened = input.ConversationId is { } own && (await rows.SingleAsync<Conversation>(q => q.Where(c => c.Id == own)))?.ReopenedCount > 0;
        return new AssessedTurn
        {
            Text = input.Text,
            Context = account,
            Reopened = input.Reopened ?? reopened,
            Earlier = input.Earlier ?? [.. earlier.GroupBy(l => l, StringComparer.Ordinal).Select(l => new EarlierTalks(l.Key, l.Count()))],
            Resolved = input.Resolved ?? await ResolvedAsync(input, rows, basis),
        };
    }

    /// <inheritdoc />
    protected override Finding<Complexity> Compute(TurnToAssess input, AssessedTurn facts, AgentBasis basis)
    {
        AssessedTurn turn = facts.Over(input);
        if (string.IsNullOrEmpty(turn.Text)) return new Stop("no_text", "Say what the customer wrote: text.");
        // Where nobody says which leaves may get it, those of the accepted intents may.
        return TurnComplexity.Assess((turn with { Candidates = turn.Candidates ?? LeavesOf(turn, basis) }).ToInput(input.Abstain, basis.Now));
    }

    private static IReadOnlyList<CandidateLeaf> LeavesOf(AssessedTurn turn, AgentBasis basis) =>
        [.. (turn.Intents ?? []).Select(i => i.Leaf).OfType<string>().Where(l => l.Contains('/', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .Select(l => new CandidateLeaf(l, Acts: basis.Specialists.Any(c => c.Id == l && c.Capabilities.Any(k => k.StartsWith("act:", StringComparison.Ordinal)))))];

    private static async Task<AssessedAccount> AccountAsync(Guid id, IRowFacts rows)
    {
        Customer? customer = await rows.SingleAsync<Customer>(q => q.Where(c => c.Id == id));
        Prediction? churn = await rows.SingleAsync<Prediction>(q => q.Where(p => p.Kind == "churn" && p.EntityId == id).OrderByDescending(p => p.MadeAt).Take(1));
        HealthSnapshot? health = await rows.SingleAsync<HealthSnapshot>(q => q.Where(s => s.CustomerId == id).OrderByDescending(s => s.Day).Take(1));
        DateTimeOffset? day = health is null ? null : new DateTimeOffset(health.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return new AssessedAccount(customer?.Plan, churn?.Value, churn?.MadeAt, health?.Score, day);
    }

    private static async Task<IReadOnlyList<ResolvedTalk>> ResolvedAsync(TurnToAssess input, IRowFacts rows, AgentBasis basis)
    {
        if (input.Candidates is not [var first, ..]) return [];
        string folder = TurnComplexity.CategoryOf(first.Leaf) + "/";
        string[] billing = folder == "billing/" ? [.. TurnComplexity.BillingLeaves] : [];
        var talks = await rows.ListAsync((IQueryable<Conversation> q) => q
            .Where(c => c.ResolvedAt != null && c.PrimaryIntent != null && (c.PrimaryIntent.StartsWith(folder) || billing.Contains(c.PrimaryIntent)))
            .OrderByDescending(c => c.CreatedAt).Take(mostResolved).Select(c => new { Leaf = c.PrimaryIntent!, c.Complexity, c.CreatedAt, ResolvedAt = c.ResolvedAt!.Value }));
        return [.. talks.Select(t => new ResolvedTalk(t.Leaf, t.Complexity, Math.Round(basis.Calendar.Between(t.CreatedAt, t.ResolvedAt).TotalMinutes, 1)))];
    }
}
