using Switchboard.Core.Actions.Knowledge;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Core.Transfer;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Decides nightly which published articles need work, opens the work and holds back what states what is not so. It changes no text.</summary>
[Agent("knowledge/updater")]
public sealed class Updater : Operator<UpdaterInput, UpdaterFacts, UpdaterFinding>
{
    /// <summary>Why the upkeep holds an article: only that hold does it lift.</summary>
    internal const string HoldReason = "updater: states what is not so";

    private const int mostHolds = 50;

    /// <inheritdoc />
    protected override string? EntityOf(UpdaterInput input) => "kb_article/upkeep";

    /// <inheritdoc />
    protected override async Task<Finding<UpdaterFacts>> LoadAsync(UpdaterInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => await new UpkeepRows(rows, basis).LoadAsync();

    /// <inheritdoc />
    protected override Finding<OperatorPlan<UpdaterFinding>> Decide(UpdaterInput input, UpdaterFacts facts, AgentBasis basis)
    {
        if (facts.Articles is not { Count: > 0 } articles) return new Stop("no_articles", "No article is published.");
        IReadOnlyList<UpkeepItem> items = ArticleUpkeep.Plan(articles, basis.Now, basis.Today);
        bool mass = items.Count(i => i.Action == "hold") > mostHolds;
        var titles = articles.GroupBy(a => a.ArticleId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var finding = new UpdaterFinding
        {
            Reason = mass ? "mass_hold" : null,
            Items = items,
            Read = articles.Count,
            Holds = items.Count(i => i.Action == "hold"),
            Tasks = items.Count(i => i.Action is "task" or "hold"),
            ArchiveCandidates = items.Count(i => i.Action == "archive_candidate"),
            Lifted = items.Count(i => i.Action == "lift" || i.Releases),
            // So many at once is more likely a fault of ours: a person decides on each.
            Notes = [.. mass ? new[] { "mass_hold" } : [], .. items.Any(i => i.Notes.Count > 0) ? new[] { "links_not_checked" } : []],
        };
        return new OperatorPlan<UpdaterFinding>(finding, [.. items.Where(i => Guid.TryParse(i.ArticleId, out _)).SelectMany(i => Steps(i, titles[i.ArticleId], mass))]);
    }

    private static IEnumerable<PlanStep> Steps(UpkeepItem item, ArticleCondition article, bool mass)
    {
        Guid id = Guid.Parse(item.ArticleId), ticket = RowIds.TailOf("kb_upkeep", item.ArticleId);
        string key = $"{item.ArticleId}@{item.Version}:{string.Join('+', item.Reasons.Select(r => r.Code))}";
        if (item.Action == "hold") yield return Plan.Now($"hold:{key}", new HoldArticle(id, item.Version, HoldReason, mass)) with { IsOptional = true, Stays = true };
        if (item.Action is "hold" or "task") yield return Plan.Now($"task:{key}", TaskOf(item, article, ticket, id)) with { IsOptional = true, Stays = true };
        if (item.Releases) yield return Plan.Now($"release:{key}", new ReleaseArticle(id, HoldReason)) with { IsOptional = true, Stays = true };
        if (item.Action == "lift" && Guid.TryParse(item.TicketId, out Guid open)) yield return Plan.Now($"close:{key}", new CloseArticleTask(open)) with { IsOptional = true, Stays = true };
    }

    private static OpenArticleTask TaskOf(UpkeepItem item, ArticleCondition article, Guid ticket, Guid id) => new(
        ticket,
        id,
        $"{(item.Severity == "critical" ? "Urgent: put" : "Put")} \"{article.Title ?? item.ArticleId}\" right",
        string.Join('\n', item.Reasons.Select(r => $"{r.Code}: {r.Evidence}").Append($"Effort {item.Effort}.")),
        item.Severity switch { "critical" => Severity.S2, "high" => Severity.S3, _ => Severity.S4 },
        Guid.TryParse(item.Owner, out Guid owner) ? owner : null);
}

/// <summary>Nothing: it looks at all published articles.</summary>
public sealed record UpdaterInput;

/// <summary>What is looked at.</summary>
public sealed record UpdaterFacts
{
    /// <summary>The published articles, those held back among them.</summary>
    public IReadOnlyList<ArticleCondition>? Articles { get; init; }
}

/// <summary>What needs work.</summary>
public sealed record UpdaterFinding
{
    /// <summary>mass_hold when there are so many holds that a person decides; nothing else.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The articles, the most pressing first.</summary>
    public required IReadOnlyList<UpkeepItem> Items { get; init; }

    /// <summary>Articles looked at.</summary>
    public required int Read { get; init; }

    /// <summary>To be held back.</summary>
    public required int Holds { get; init; }

    /// <summary>With a task.</summary>
    public required int Tasks { get; init; }

    /// <summary>Nobody reads them and they are only old.</summary>
    public required int ArchiveCandidates { get; init; }

    /// <summary>Whose reasons are gone, or those alone for which they were held.</summary>
    public required int Lifted { get; init; }

    /// <summary>mass_hold, links_not_checked.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
