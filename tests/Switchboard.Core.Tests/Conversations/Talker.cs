using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Core.Tests.Understanding;
using Switchboard.Core.Understanding;
using Switchboard.Domain;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Conversations;

/// <summary>A specialist whose talk each test writes.</summary>
[Agent("test/talker")]
public sealed class Talker : Specialist
{
    public Func<Turn, Dialogue<Reply>> Script { get; set; } = turn => throw new InvalidOperationException(turn.Card.Id);

    protected override Dialogue<Reply> Handle(Turn turn) => Script(turn);
}

/// <summary>Runs a talk message by message as the desk does: each turn replays what the ones before recorded.</summary>
internal sealed class Stage
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly Catalogue catalogue = Catalogue.FromAssembly(typeof(Talker).Assembly);
    private readonly Guid tenant = Guid.NewGuid();
    private readonly Guid conversation = Guid.NewGuid();
    private readonly Guid dialogue = Guid.NewGuid();

    public Stage(Func<Turn, Dialogue<Reply>> script) => Script = script;

    public List<JournalEntry> Journal { get; } = [];

    public Func<Turn, Dialogue<Reply>> Script
    {
        set => ((Talker)catalogue.Specialist("test/talker")).Script = value;
    }

    public async Task<AgentOutcome> SayAsync(string text)
    {
        var input = new DialogueInput("test/talker", "asked", "wish", 1, start);
        TurnState state = State(text);
        OpenDialogue? open = Journal.Count == 0 ? null : new OpenDialogue(dialogue, 1, input, [.. Journal]);
        var effects = new TurnEffects(new NoActions(), new DefaultPolicies(), state, TimeSpan.FromHours(72), () => start);
        AgentOutcome outcome = await new AgentRunner(catalogue, new DeskPolicy()).RunAsync(input, open, state, Understand(text), new NoFacts(), effects, start, TestContext.Current.CancellationToken);
        if (outcome.Restarted is not null) Journal.Clear();
        Journal.AddRange(outcome.NewSteps);
        return outcome;
    }

    public static Understood Understand(string text) =>
        new("und", text == "no" ? [new Intent("no", "desk/small-talk", 1, "no", true)] : [], EntityExtractor.Extract(text, TextContexts.English), null);

    private TurnState State(string text) => new(
        new Run { TenantId = tenant, Id = Guid.NewGuid(), Kind = RunKind.Turn, Subject = "s", Ordinal = 1, Status = RunStatus.Running, Input = Json.Write(new TurnInput(conversation, Guid.NewGuid(), 1)), Version = 1, Attempts = 0, CreatedAt = start },
        new Tenant { Id = tenant, Slug = "acme", Name = "Acme", Currency = "EUR", TimeZone = "UTC", Locale = "en", CreatedAt = start },
        new Conversation { TenantId = tenant, Id = conversation, Channel = Channel.Web, Subject = "s", CreatedAt = start, LastActivityAt = start },
        null,
        new Message { TenantId = tenant, Id = Guid.NewGuid(), ConversationId = conversation, Sequence = 1, Author = MessageAuthor.Customer, Text = text, RunId = Guid.NewGuid(), CreatedAt = start },
        [],
        [],
        null);

    private sealed class NoActions : IActionStore
    {
        public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing can be done here.");

        public Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing can be done here.");
    }

    private sealed class DefaultPolicies : IPolicySource
    {
        public Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult(new CurrentPolicies(0, TenantPolicies.Default));
    }

    private sealed class NoFacts : IFacts
    {
        public IReadOnlyList<FactRead> Reads => [];

        public Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned => throw new InvalidOperationException("There are no rows here.");

        public Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => throw new InvalidOperationException("There are no rows here.");

        public Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => throw new InvalidOperationException("There are no rows here.");

        public Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId) => throw new InvalidOperationException("There are no rows here.");

        public Task<KnowledgeAnswer> AnswerAsync(string question, ArticleChoice? from = null) => Task.FromResult(AnswerComposer.Answer(KnowledgeIndex.Empty, question));
    }
}
