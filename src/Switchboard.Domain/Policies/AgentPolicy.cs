namespace Switchboard.Domain.Policies;

/// <summary>A figure of an agent that a tenant sets itself.</summary>
/// <param name="Key">Its name on the agent's card.</param>
/// <param name="Value">The value.</param>
public sealed record AgentFigure(string Key, decimal Value);

/// <summary>What a tenant sets of one agent. An agent that is not named is as it comes.</summary>
public sealed record AgentPolicy
{
    private const int longestInstructions = 2_000;

    /// <summary>Which agent: <c>domain/name</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it works for this tenant.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Figures that differ from those of its card.</summary>
    public IReadOnlyList<AgentFigure> Settings { get; init; } = [];

    /// <summary>What a language model is told beside the agent's own words; null for nothing. Nothing is decided by it.</summary>
    public string? Instructions { get; init; }

    /// <summary>Whether it says no more than that the agent is as it comes.</summary>
    internal bool IsDefault => Enabled && Settings.Count == 0 && Instructions is null;

    internal void Check(PolicyCheck check)
    {
        check.Require(Id.Count(c => c == '/') == 1 && Id[0] != '/' && Id[^1] != '/', "id", $"must be the id of an agent, spelt domain/name, not \"{Id}\"");
        check.Items(Settings, "settings", s => s.Key, "key", (setting, at) => at.Key(setting.Key, "key"));
        check.Require(Instructions is null or { Length: > 0 and <= longestInstructions }, "instructions", $"must have 1 to {longestInstructions} characters, or be null");
    }
}
