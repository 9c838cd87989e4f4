using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Replay;

/// <summary>The articles as a turn read them: the confidence the router was told and the places the check looked at. Answers are steps of agents and come from their journals.</summary>
/// <param name="version">The version of the articles.</param>
/// <param name="confidence">How well they answered the message; null when they were not asked.</param>
/// <param name="passages">The places the check read; null when the turn is older than that record, and then what was quoted counts as standing.</param>
internal sealed class RecordedArticles(long version, double? confidence, IReadOnlyList<PassageRead>? passages) : ITurnArticles
{
    public long Version => version;

    public IReadOnlyCollection<KnowledgeAnswer> Asked => [];

    public double Confidence(string question) => confidence ?? throw new StepNotRecordedException("the articles' confidence");

    public KnowledgeAnswer Answer(string question, ArticleChoice? from = null) => throw new StepNotRecordedException("an answer of the articles");

    public CitedPlace? At(Citation citation)
    {
        if (passages is null) return new CitedPlace(citation.Version, Stands: true);
        return (passages.FirstOrDefault(p => p.IsOf(citation)) ?? throw new StepNotRecordedException($"the place {citation.Start}..{citation.End} of article {citation.ArticleId}")).For(citation);
    }
}

/// <summary>There are no rows in a replay: what agents read comes from their journals.</summary>
internal sealed class NoRows : IFactSource, IRowFacts
{
    public IReadOnlyList<FactRead> Reads => [];

    public IRowFacts Open(FactScope scope) => this;

    public Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned => throw NotRecorded<TRow>();

    public Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => throw NotRecorded<TRow>();

    public Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => throw NotRecorded<TRow>();

    public Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId) => throw new StepNotRecordedException(CustomerContext.StepName);

    private static StepNotRecordedException NotRecorded<TRow>() => new($"read:{typeof(TRow).Name}");
}

/// <summary>The previews a turn recorded. Nothing is performed: performances come from the journal, and one that is not there ends the replay.</summary>
/// <param name="taken">What each agent recorded in the turn.</param>
internal sealed class RecordedActions(IReadOnlyDictionary<string, IReadOnlyList<JournalEntry>> taken) : IActionStore
{
    private readonly Dictionary<(string?, string), int> asked = [];

    /// <summary>The recorded preview when it is of the same arguments. An action that was not previewed then is taken as allowed: what it would change cannot be known without reading today's rows.</summary>
    public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (string?, string) place = (caller.AgentId, action.Name);
        int n = asked[place] = asked.GetValueOrDefault(place) + 1;
        string arguments = ActionPreview.ArgumentsOf(action);
        JournalEntry? entry = taken.GetValueOrDefault(caller.AgentId ?? string.Empty, []).Where(e => Journal.KindOf(e.Name) == "propose" && ActionOf(e.Name) == action.Name).ElementAtOrDefault(n - 1);
        if (entry is null) return Task.FromResult(new ActionPreview(action.Name, arguments, Allowed: true, new Clause("replay.not_previewed", "It was not previewed then."), null, [], null, string.Empty));
        ActionPreview recorded = Journal.Read<ActionPreview>(entry);
        // What a guard stopped is given as the action's own rule left it: the guard looks at it again.
        if (recorded.Stopped is { } before) recorded = recorded with { Allowed = true, Clause = before.Clause, NeededScope = before.NeededScope, Digest = before.Digest, Stopped = null };
        return Task.FromResult(recorded.Arguments == arguments ? recorded : recorded with { Arguments = arguments, Changes = [], Result = null, Digest = string.Empty });
    }

    public Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new StepNotRecordedException(place.StepName);

    private static string ActionOf(string step) => step[(step.LastIndexOf(':') + 1)..].Split('#')[0];
}

/// <summary>The policies a turn is decided by again.</summary>
internal sealed class FixedPolicies(CurrentPolicies policies) : IPolicySource
{
    public Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult(policies);
}
