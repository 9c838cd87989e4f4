using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Agents;

/// <summary>What an execution starts with.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Facts">What stands in the place of what it would load; null when it loads.</param>
/// <param name="DryRun">Whether nothing may be changed. Always so with facts from outside.</param>
public sealed record AgentCall(string AgentId, JsonElement Input, JsonElement? Facts, bool DryRun)
{
    /// <summary>The input with the customer and the conversation of the call in it, where the agent takes one and the input does not name one itself.</summary>
    public static JsonElement With(JsonElement input, ComputingAgent agent, Guid? customerId, Guid? conversationId)
    {
        if (input.ValueKind != JsonValueKind.Object) return input;
        JsonNode? taken = agent.Schemas.Input["properties"];
        // Of a name that is given twice the last one counts, as everywhere else.
        var with = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in input.EnumerateObject()) with[property.Name] = property.Value;
        foreach ((string name, Guid? id) in new[] { ("customerId", customerId), ("conversationId", conversationId) })
            if (id is { } given && taken?[name] is not null) with.TryAdd(name, JsonSerializer.SerializeToElement(given));
        return JsonSerializer.SerializeToElement(with, Json.Options);
    }
}

/// <summary>What came of an execution.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Output">What it found, or <c>{"reason": code}</c>.</param>
/// <param name="Reason">Why it found nothing, as a code; null when it did.</param>
/// <param name="Detail">The same in words, with what would mend it.</param>
/// <param name="Evidence">The rows it read.</param>
/// <param name="PolicyVersion">The version of the policies it decided by.</param>
/// <param name="CatalogueVersion">The version of the agents' catalogue.</param>
public sealed record AgentResult(string AgentId, JsonElement Output, string? Reason, string? Detail, IReadOnlyList<FactRead> Evidence, int PolicyVersion, string CatalogueVersion)
{
    /// <summary>What was done about it, or would be in a dry run, in order.</summary>
    public IReadOnlyList<AgentAct> Actions { get; init; } = [];

    /// <summary>What it took of a model; nothing while none was asked.</summary>
    public AgentUsage Usage { get; init; } = AgentUsage.None;
}

/// <summary>What an execution took of a model.</summary>
/// <param name="TokensIn">Tokens read.</param>
/// <param name="TokensOut">Tokens written.</param>
/// <param name="Cost">In the currency of the price list.</param>
public sealed record AgentUsage(int TokensIn, int TokensOut, decimal Cost)
{
    /// <summary>Nothing.</summary>
    public static readonly AgentUsage None = new(0, 0, 0);
}

/// <summary>
/// Carries out agents that are called by their name. The clock, the tenant and the rows are steps; what is computed from them is no step, so a replay computes it
/// again and compares. What the agent wants done is carried out behind that, by <see cref="PlanCarrier"/>.
/// </summary>
/// <param name="desk">The agents; an execution sees those of one edition.</param>
/// <param name="ground">The tenant of a run.</param>
/// <param name="rows">Opens the rows.</param>
/// <param name="carrier">Carries plans out.</param>
public sealed class AgentExecution(LiveDesk desk, ITenantGround ground, IFactSource rows, PlanCarrier carrier) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "agent.execute";

    /// <summary>Why an execution ends when the tenant has disabled the agent.</summary>
    public const string Disabled = "agent_disabled";

    /// <summary>Why an execution ends when nothing can be computed from the facts that it was given.</summary>
    public const string FactsImpossible = "facts_impossible";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>What an execution of its own is about, so that each goes at once.</summary>
    public static string SubjectOf(Guid runId) => $"execution/{runId}";

    /// <summary>What an execution is about: what its agent says, so that those about the same follow each other, or itself.</summary>
    public static string SubjectOf(Guid runId, string agentId, ComputingAgent agent, JsonElement input) => agent.SubjectOf(input) is { } subject ? $"{agentId}/{subject}" : SubjectOf(runId);

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Catalogue catalogue = desk.Current.Catalogue;
        AgentCall call = run.Input<AgentCall>();
        if (catalogue.Find(call.AgentId) is not ComputingAgent agent) throw new StepFailedException("agent_gone", $"This version has no agent {call.AgentId} that can be executed.", canRetry: false);
        AgentCard card = catalogue.ById[call.AgentId];
        using Activity? span = Spans.Agent(card);
        long began = Stopwatch.GetTimestamp();
        DateTimeOffset now = await run.NowAsync("clock", cancellationToken);
        TenantGround read = await run.StepAsync("read", "tenant", token => ground.CurrentAsync(run.Run.TenantId, token), cancellationToken);
        // Policies of a version never change, so they are read again instead of being kept with each run.
        TenantPolicies policies = await ground.PoliciesAsync(run.Run.TenantId, read, cancellationToken)
            ?? throw new StepFailedException("policies_gone", $"Version {read.PolicyVersion} of the policies is gone.", canRetry: false);
        if (!policies.Agent(card.Id).Enabled) throw new StepFailedException(Disabled, $"{card.Id} is disabled for this tenant.", canRetry: false);
        var basis = new AgentBasis(now, TimeZoneInfo.FindSystemTimeZoneById(read.TimeZone), read.Currency, policies)
        {
            Card = card,
            Specialists = catalogue.Specialists,
            Locale = read.Locale ?? "en-US",
            SeesPersonalData = run.Actor.Has(Scopes.ReadPersonalData),
            PolicyVersion = read.PolicyVersion,
            Seed = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{run.Run.TenantId}\n{card.Id}\n{call.Input.GetRawText()}"))),
        };

        FactsRead loaded = call.Facts is { } given
            ? new FactsRead(given, null, [])
            : await run.StepAsync("read", "facts", token => LoadAsync(agent, card, run, call.Input, basis, token), cancellationToken);
        AgentWork work = loaded.Facts is { } facts ? Compute(agent, call, facts, basis) : new AgentWork(null, loaded.Stop);
        if (work.Stop is { } stop && !card.Reasons.Contains(stop.Reason)) throw new StepFailedException("reason_undeclared", $"The card of {card.Id} does not declare the reason {stop.Reason}.", canRetry: false);
        IReadOnlyList<AgentAct> acts = await carrier.CarryAsync(run, card, agent, work.Steps, call.DryRun, cancellationToken);
        if (!run.IsReplayed) Measures.Ran(card.Id, work.Stop?.Reason ?? "found", Stopwatch.GetElapsedTime(began));
        span?.SetTag(Spans.Outcome, work.Stop?.Reason ?? "found");
        return new AgentResult(card.Id, work.Output ?? AgentJson.Write(new { reason = work.Stop!.Reason }), work.Stop?.Reason, work.Stop?.Detail, loaded.Reads, read.PolicyVersion, catalogue.Version) { Actions = acts };
    }

    /// <summary>Rows hold together; facts from outside may not (two payments with one id, a day behind the end of the calendar), and then it is they that are at fault.</summary>
    private static AgentWork Compute(ComputingAgent agent, AgentCall call, JsonElement facts, AgentBasis basis)
    {
        try
        {
            return agent.Compute(call.Input, facts, basis);
        }
        catch (Exception wrong) when (call.Facts is not null && wrong is (ArgumentException or ArithmeticException or InvalidOperationException))
        {
            throw new StepFailedException(FactsImpossible, $"Nothing can be computed from these facts: {wrong.Message}", canRetry: false);
        }
    }

    private async Task<FactsRead> LoadAsync(ComputingAgent agent, AgentCard card, RunContext run, JsonElement input, AgentBasis basis, CancellationToken cancellationToken)
    {
        IRowFacts facts = rows.Open(FactScope.Of(card, run.Actor));
        try
        {
            LoadedFacts loaded = await agent.LoadAsync(input, facts, basis, cancellationToken);
            return new FactsRead(loaded.Facts, loaded.Stop, facts.Reads);
        }
        catch (FactsDeniedException denied) when (denied.Reason != "capability_missing")
        {
            // Who called lacks a right: that is an answer, not a fault. An agent that reads what its card does not declare is one.
            return new FactsRead(null, new Stop(AgentCard.NotAuthorised, denied.Message), facts.Reads);
        }
    }

    /// <summary>What was read, as it is recorded.</summary>
    private sealed record FactsRead(JsonElement? Facts, Stop? Stop, IReadOnlyList<FactRead> Reads);
}
