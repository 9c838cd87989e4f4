using System.Globalization;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Agents;

/// <summary>Holds what a tenant sets of its agents against their cards.</summary>
public static class AgentSettings
{
    /// <summary>What is wrong: agents that do not exist, figures that their cards do not have, values outside of the cards' limits.</summary>
    public static IReadOnlyList<PolicyProblem> Problems(TenantPolicies policies, Catalogue catalogue)
    {
        List<PolicyProblem> problems = [];
        for (int i = 0; i < policies.Agents.Count; i++)
        {
            AgentPolicy agent = policies.Agents[i];
            string at = string.Create(CultureInfo.InvariantCulture, $"agents[{i}]");
            // The card of an operator's own agent may come back, or be in force on another node only; what was set of it is kept till then.
            if (!catalogue.ById.TryGetValue(agent.Id, out AgentCard? card) && AgentCard.IsOwn(agent.Id)) continue;
            if (card is null) problems.Add(new PolicyProblem($"{at}.id", $"must be the id of an agent; \"{agent.Id}\" is none (GET /api/v1/agents lists them)"));
            else problems.AddRange(agent.Settings.Select(s => Problem(card, s)).OfType<PolicyProblem>().Select(p => p with { Path = $"{at}.settings.{p.Path}" }));
        }

        return problems;
    }

    /// <summary>What is wrong with a figure; null when nothing is. The path is its key.</summary>
    public static PolicyProblem? Problem(AgentCard card, AgentFigure figure) => card.Settings.FirstOrDefault(s => s.Key == figure.Key) switch
    {
        null when card.Settings.Count == 0 => new PolicyProblem(figure.Key, $"is no setting: {card.Id} has none"),
        null => new PolicyProblem(figure.Key, $"is no setting of {card.Id}; its settings are {string.Join(", ", card.Settings.Select(s => s.Key))}"),
        { } setting when figure.Value < setting.Least || figure.Value > setting.Most =>
            new PolicyProblem(figure.Key, string.Create(CultureInfo.InvariantCulture, $"must be from {setting.Least} to {setting.Most}, not {figure.Value}")),
        _ => null,
    };
}
