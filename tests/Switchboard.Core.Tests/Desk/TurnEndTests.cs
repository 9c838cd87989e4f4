using Switchboard.Agents.Desk;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Core.Tests.Conversations;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;
using Switchboard.Domain;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Desk;

/// <summary>However the agents behave and whatever is written, a turn comes to an end with a word, or without one where people own the conversation.</summary>
public sealed class TurnEndTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] messages =
    [
        "the fruit basket", "a glass of water", "paint the fence", "I want a refund", "I want a refund and we want 10 percent off", "cancel my subscription and I want a refund", "look into the charges",
        "I have a question about my bill", "the first one", "2", "both", "yes", "no", "hm", "thanks", "hello", "talk to a human", "ada@example.com", "I will see you in court", "Which aquarium fish tolerate brackish water?",
    ];

    [Fact]
    public async Task Six_hundred_random_turns_with_agents_that_also_go_round_in_circles_end_with_a_text_each_or_with_none_under_a_human_owner()
    {
        var random = new Random(20261126);
        LiveDesk desk = DeskOf(turn => WildAsync(turn, random));
        int loops = 0, handed = 0, silent = 0;
        for (int talk = 0; talk < 100; talk++)
        {
            var one = new Talk(desk);
            for (int n = 0; n < 6; n++)
            {
                string text = messages[random.Next(messages.Length)];
                bool wasHuman = one.Conversation.Owner == ConversationOwner.Human;
                (FinishTurn ended, DecisionRecord record) = await one.SayAsync(text);

                record.Hops.Count.ShouldBeLessThanOrEqualTo(4);
                record.Hops.Select(h => h.AgentId).Distinct().Count().ShouldBe(record.Hops.Count, "no agent twice");
                if (wasHuman) ended.Reply.ShouldBeNull();
                else ended.Reply.ShouldNotBeNull().Text.Trim().Length.ShouldBeGreaterThan(1, text);
                silent += wasHuman ? 1 : 0;
                handed += ended.Handoff is null ? 0 : 1;
                loops += ended.Handoff?.Reason == "dialogue_loop" ? 1 : 0;
                ended.Steps.Count.ShouldBeLessThan(300);
            }
        }

        (loops > 4, handed > loops, silent > 10).ShouldBe((true, true, true), $"{loops} loops, {handed} handoffs, {silent} turns under a human owner");
    }

    [Fact]
    public async Task A_talk_that_goes_round_in_a_circle_is_stopped_and_people_see_what_it_did()
    {
        var talk = new Talk(DeskOf(turn => RoundAsync(turn)));
        await talk.SayAsync("talk to a human");
        (await talk.SayAsync("no")).Ended.Handoff!.Reason.ShouldBe("customer_request", "with an address asked for, the talk is handed over");

        talk = new Talk(DeskOf(turn => RoundAsync(turn)), email: "ada@example.com");
        (FinishTurn ended, DecisionRecord record) = await talk.SayAsync("the fruit basket");

        (ended.Handoff!.Reason, ended.Status, ended.Reply!.AgentId).ShouldBe(("dialogue_loop", RunStatus.Succeeded, DeskAgents.HumanHandoff));
        ended.Steps.Count(s => s.Name.StartsWith("custom/apple/decide:", StringComparison.Ordinal)).ShouldBe(new DeskPolicy().MostSteps, "its steps are kept");
        record.Restarted!.ShouldContain("round in a circle");
    }

    /// <summary>The talk that hands over takes two steps; where a turn allows one, it comes to no end.</summary>
    [Theory]
    [InlineData("talk to a human", "customer_request")]
    [InlineData("the fruit basket", "dialogue_loop")]
    public async Task A_handover_that_comes_to_no_end_itself_still_gives_the_conversation_to_people_with_words_and_a_file(string text, string reason)
    {
        var talk = new Talk(DeskOf(turn => RoundAsync(turn), new DeskPolicy { MostSteps = 1 }), email: "ada@example.com");

        (FinishTurn ended, DecisionRecord record) = await talk.SayAsync(text);

        (ended.Reply!.AgentId, ended.Reply.Status, ended.Status).ShouldBe((DeskAgents.HumanHandoff, ReplyStatus.HandedOff, RunStatus.Succeeded));
        ended.Reply.Text.ShouldContain("a colleague takes over", Case.Insensitive);
        (ended.Handoff!.Reason, ended.Handoff.CaseFile.Wish, ended.Handoff.CaseFile.ReplyEmail).ShouldBe((reason, text, "ada@example.com"));
        (talk.Conversation.Owner, record.Restarted!.Contains("round in a circle")).ShouldBe((ConversationOwner.Human, true));
        (await talk.SayAsync("hello")).Ended.Reply.ShouldBeNull();
    }

    [Fact]
    public async Task A_turn_that_is_given_up_ends_with_words_though_the_handover_comes_to_no_end()
    {
        (FinishTurn ended, _) = await new Talk(DeskOf(turn => RoundAsync(turn), new DeskPolicy { MostSteps = 1 })).SayAsync("hello", givenUp: true);

        (ended.Reply!.AgentId, ended.Handoff!.Reason, ended.Status).ShouldBe((DeskAgents.HumanHandoff, "tool_failed", RunStatus.Failed));
    }

    /// <summary>The sentence comes in when the guards are through, as a fault of the desk would bring it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sentence_that_no_guard_has_seen_ends_the_turn_with_a_fault_and_never_goes_out(bool isGuarded)
    {
        const string Unchecked = "We pay you back twice.";
        var words = new List<ReplySentence>();
        var talk = new Talk(DeskOf(turn => SayingAsync(turn, words)), email: "ada@example.com") { IsGuarded = isGuarded, Faults = new AtPlace("turn:handled", () => words.Add(new ReplySentence(Unchecked, []))) };

        if (isGuarded)
        {
            (await Should.ThrowAsync<InvalidOperationException>(() => talk.SayAsync("the fruit basket"))).Message.ShouldBe("A sentence of custom/apple would go out unchecked.");
            // What the customer reads of it is what every turn ends with that cannot be carried out.
            FinishTurn ended = (await talk.SayAsync("the fruit basket", givenUp: true)).Ended;
            (ended.Reply!.AgentId, ended.Handoff!.Reason, ended.Reply.Text.Contains(Unchecked, StringComparison.Ordinal)).ShouldBe((DeskAgents.HumanHandoff, "tool_failed", false));
            ended.Events.ShouldNotContain(e => e.Data.Contains(Unchecked, StringComparison.Ordinal));
        }
        else
        {
            (await talk.SayAsync("the fruit basket")).Ended.Reply!.Text.ShouldContain(Unchecked, Case.Sensitive, "only the end of a guarded turn stands in its way");
        }
    }

    [Fact]
    public async Task A_talk_that_takes_many_steps_and_ends_is_left_alone() =>
        (await new Talk(DeskOf(turn => RoundAsync(turn, 199))).SayAsync("the fruit basket")).Ended.Reply!.Status.ShouldBe(ReplyStatus.Answered);

    [Fact]
    public async Task A_specialist_that_the_tenant_disabled_is_passed_over_and_people_get_what_only_it_could_do()
    {
        var talk = new Talk(DeskOf(turn => RoundAsync(turn, 1)), email: "ada@example.com") { Disabled = "billing/refund-processor" };

        (FinishTurn ended, DecisionRecord record) = await talk.SayAsync("I want a refund");

        (ended.Handoff!.Reason, record.Hops.Count, talk.PolicyReads).ShouldBe(("missing_capability", 1, 1));
        record.Path!.Choices.ShouldHaveSingleItem().Rejected.ShouldContain(r => r.AgentId == "billing/refund-processor");
    }

    [Fact]
    public async Task Where_no_specialist_could_be_chosen_the_policies_are_not_read()
    {
        var talk = new Talk(DeskOf(turn => RoundAsync(turn, 1)));
        await talk.SayAsync("hello");

        talk.PolicyReads.ShouldBe(0);
    }

    [Fact]
    public async Task A_wish_that_waited_is_read_by_the_classifier_of_the_tenant_and_not_by_that_of_the_product()
    {
        const string Waits = "technical/bug-triager";
        string? readBy = null;
        var own = new DeskIntents([.. new[] { "the sprocket squeaks", "our sprocket is loud" }.Select(s => new IntentExample(s, Waits)), .. new[] { "hello", "good day" }.Select(s => new IntentExample(s, "meta.greeting"))]);
        LiveDesk desk = DeskOf(turn =>
        {
            readBy = turn.Understood.Reading?.ModelVersion;
            return RoundAsync(turn, 1);
        }, CardOf(Waits, "triage"));
        var talk = new Talk(desk) { Intents = own };
        talk.Leave(new DialogueInput(Waits, DialogueInput.SecondIntent, "the sprocket squeaks", 1, start));

        (_, DecisionRecord record) = await talk.SayAsync("hello");

        record.Hops.Select(h => h.AgentId).ShouldBe([DeskAgents.SmallTalk, Waits]);
        readBy.ShouldBe(own.Model.Version);
        readBy.ShouldNotBe(DeskIntents.Shipped.Model.Version);
    }

    /// <summary>Answers with words that its maker can still change.</summary>
    private static async Dialogue<Reply> SayingAsync(Turn turn, List<ReplySentence> words)
    {
        await turn.Decide("once", () => true);
        Reply said = turn.Say(ReplyStatus.Answered, "done");
        words.AddRange(said.Sentences);
        return said with { Sentences = words };
    }

    /// <summary>Does something at one place of the turn.</summary>
    private sealed class AtPlace(string place, Action act) : IFaultPoints
    {
        public void Reached(string site)
        {
            if (site == place) act();
        }
    }

    private static async Dialogue<Reply> RoundAsync(Turn turn, int rounds = int.MaxValue)
    {
        for (int i = 0; i < rounds; i++) await turn.Decide("round", () => i);
        return turn.Say(ReplyStatus.Answered, "done");
    }

    /// <summary>Answers, asks, declines, hands over or never ends, as the dice fall; what was decided once is decided in every later turn.</summary>
    private static async Dialogue<Reply> WildAsync(Turn turn, Random random)
    {
        while (true)
        {
            int dice = await turn.Decide("dice", () => random.Next(6));
            if (dice == 0) return turn.Say(ReplyStatus.Answered, "done");
            if (dice == 1) return turn.Say(ReplyStatus.Declined, "done", reason: "no_evidence");
            if (dice == 2) return turn.Say(ReplyStatus.HandedOff, "done", reason: "asked") with { Handoff = new HandoffRequest("asked", "support", Priority.Normal, await turn.Decide("file", () => FileOf(turn))) };
            if (dice == 3) await turn.Need(Slots.Email, "ask");
            if (dice == 4) return await RoundAsync(turn);
        }
    }

    private static CaseFile FileOf(Turn turn) => new("a visitor", null, turn.Opening.Wish, turn.Opening.WishSequence, [], [], turn.Opening.Wish, "Answer here.");

    private static LiveDesk DeskOf(Func<Turn, Dialogue<Reply>> script, params OwnCard[] more) => DeskOf(script, new DeskPolicy(), more);

    private static LiveDesk DeskOf(Func<Turn, Dialogue<Reply>> script, DeskPolicy policy, params OwnCard[] more)
    {
        var desk = new LiveDesk(Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly), _ => new Talker { Script = script }, new LanguageDetector(), DeskIntents.Shipped, policy);
        desk.Replace([CardOf("custom/apple", "the fruit basket"), CardOf("custom/water", "a glass of water"), CardOf("custom/fence", "paint the fence"), .. more]);
        return desk;
    }

    private static OwnCard CardOf(string id, string utterance) => new(new AgentCard
    {
        Id = id,
        Name = id,
        Tier = Tier.Advanced,
        Kind = AgentKind.Specialist,
        Capabilities = [],
        Summary = id,
        Utterances = [new Utterance("wish", utterance)],
        Texts = new Dictionary<string, string> { ["done"] = "That is done.", ["ask"] = "Which address?", ["ask-again"] = "Which address, please?" },
    }, id);

    /// <summary>A conversation that lives in memory: each turn is given what the ones before left.</summary>
    private sealed class Talk(LiveDesk desk, string? email = null)
    {
        private readonly Tenant tenant = new() { Id = Guid.NewGuid(), Slug = "acme", Name = "Acme", Currency = "EUR", TimeZone = "UTC", Locale = "en", CreatedAt = start };
        private readonly List<Message> history = [];
        private readonly Dictionary<Guid, OpenDialogue> dialogues = [];
        private readonly Nothing nothing = new();
        private DateTimeOffset now = start;
        private Conversation? conversation;

        public string? Disabled
        {
            set => nothing.Policies = TenantPolicies.Default with { Agents = [new AgentPolicy { Id = value!, Enabled = false }] };
        }

        /// <summary>Whether the guards look at what is said.</summary>
        public bool IsGuarded { get; init; }

        /// <summary>Where the turn may be interrupted.</summary>
        public IFaultPoints Faults { get; init; } = new NoFaults();

        /// <summary>The tenant's classifier; that of the product when null.</summary>
        public DeskIntents? Intents { get; init; }

        /// <summary>Lets a wish wait for its turn.</summary>
        public void Leave(DialogueInput wish) => dialogues.Add(Guid.NewGuid(), new OpenDialogue(Guid.NewGuid(), 1, wish, []));

        /// <summary>How often the tenant's policies were read.</summary>
        public int PolicyReads => nothing.PolicyReads;

        public Conversation Conversation => conversation ??= Begun();

        private Conversation Begun()
        {
            var begun = new Conversation { TenantId = tenant.Id, Id = Guid.NewGuid(), Channel = Channel.Web, Subject = "s", VisitorId = Guid.NewGuid(), CreatedAt = start, LastActivityAt = start };
            if (email is not null) begun.AnswerTo(email);
            return begun;
        }

        public async Task<(FinishTurn Ended, DecisionRecord Record)> SayAsync(string text, bool givenUp = false)
        {
            now = now.AddMinutes(1);
            Message said = MessageOf(MessageAuthor.Customer, text, null, null);
            var run = new Run { TenantId = tenant.Id, Id = Guid.NewGuid(), Kind = RunKind.Turn, Subject = "s", Ordinal = said.Sequence, Status = RunStatus.Running, Input = Json.Write(new TurnInput(Conversation.Id, said.Id, said.Sequence)), Version = 1, Attempts = 0, CreatedAt = now };
            var state = new TurnState(run, tenant, Conversation, null, said, [.. history], [.. dialogues.Values.Reverse()], null) { IsGuarded = IsGuarded };
            var seams = new TurnSeams
            {
                Articles = new IndexedTurnArticles(1, KnowledgeIndex.Empty, DateOnly.FromDateTime(start.Date), [], new HashSet<string>()),
                Rows = nothing,
                Guarded = new RecordedGuardRows(new GuardReads([], [])),
                Actions = nothing,
                Policies = nothing,
                Intents = Intents,
                Now = () => now,
                Took = () => TimeSpan.Zero,
                Faults = Faults,
            };
            TurnCourse course = desk.Current.Course;
            CancellationToken cancel = TestContext.Current.CancellationToken;
            FinishTurn ended = givenUp ? await course.GiveUpAsync(state, "It broke.", seams, cancel) : await course.TakeAsync(state, seams, cancel);
            history.Add(said);
            if (ended.Reply is { } reply) history.Add(MessageOf(MessageAuthor.Agent, reply.Text, reply.AgentId, reply.Status));
            foreach (DialogueChange change in ended.Dialogues)
            {
                if (change.Status != RunStatus.Waiting) dialogues.Remove(change.RunId);
                else dialogues[change.RunId] = new OpenDialogue(change.RunId, change.ReadVersion + 1, change.Input, [.. dialogues.GetValueOrDefault(change.RunId)?.Journal ?? [], .. change.NewSteps]);
            }
            return (ended, Json.Read<TurnResult>(ended.Result).Decision!);
        }

        private Message MessageOf(MessageAuthor author, string text, string? agent, ReplyStatus? status) =>
            new() { TenantId = tenant.Id, Id = Guid.NewGuid(), ConversationId = Conversation.Id, Sequence = history.Count + 1, Author = author, AgentId = agent, Status = status, Text = text, RunId = Guid.NewGuid(), CreatedAt = now };
    }

    /// <summary>A tenant without a row, in which nothing can be done.</summary>
    private sealed class Nothing : IFactSource, IRowFacts, IActionStore, IPolicySource
    {
        public IReadOnlyList<FactRead> Reads => [];

        public IRowFacts Open(FactScope scope) => this;

        public Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned => Task.FromResult<IReadOnlyList<TResult>>([.. query(Array.Empty<TRow>().AsQueryable())]);

        public Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => Task.FromResult<TRow?>(null);

        public Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => Task.FromResult(0);

        public Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId) => Task.FromResult<CustomerContext?>(null);

        public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing can be done here.");

        public Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing can be done here.");

        public TenantPolicies Policies { get; set; } = TenantPolicies.Default;

        public int PolicyReads { get; private set; }

        public Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken)
        {
            PolicyReads++;
            return Task.FromResult(new CurrentPolicies(0, Policies));
        }
    }
}
