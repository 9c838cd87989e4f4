using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Routing;
using Switchboard.Core.Tests.Understanding;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Clause = Switchboard.Core.Understanding.Intents.Clause;

namespace Switchboard.Core.Tests.Routing;

public sealed class TurnRoutingTests
{
    private const string absent = "technical/performance-optimizer";
    private static readonly Catalogue desk = Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly);
    private static readonly TurnRouting routing = new(desk, new Router(desk, new DeskPolicy()));
    private static readonly DateTimeOffset now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_specialist_of_the_roster_that_is_not_here_is_named_and_people_get_it_when_the_articles_have_no_answer()
    {
        if (desk.ById.ContainsKey(absent)) Assert.Skip($"{absent} is here by now.");

        (RouteDecision route, TurnPath path, IReadOnlyList<string> agents) = Route("everything is slow", Leaf(absent), 0.1);

        (route.Kind, route.AgentId, route.Code).ShouldBe((RouteKind.Human, DeskAgents.HumanHandoff, "missing_capability"));
        route.Reason.ShouldContain("Performance Optimizer");
        path.Choices.ShouldHaveSingleItem().Rejected.ShouldContain(r => r.AgentId == absent && r.Why.Contains("not enabled"));
        agents.ShouldBe([DeskAgents.HumanHandoff]);
    }

    [Fact]
    public void The_articles_come_before_people_where_they_have_an_answer() => Route("everything is slow", Leaf("technical/not-there"), 0.8).Route.AgentId.ShouldBe(DeskAgents.KnowledgeAnswerer);

    [Fact]
    public void What_people_must_take_comes_before_what_the_articles_answer()
    {
        (RouteDecision route, TurnPath path, _) = Route("I will see you in court", Nothing, 0.9);

        (route.Kind, route.Code).ShouldBe((RouteKind.Human, "legal_threat"));
        path.Way.Kind.ShouldBe("human");
    }

    [Fact]
    public void Under_a_human_owner_nobody_runs()
    {
        (RouteDecision route, TurnPath path, IReadOnlyList<string> agents) = Route("I will see you in court", Leaf("billing/refund-processor"), 0.9, ConversationOwner.Human);

        (route.Kind, route.AgentId, path.Way.Kind).ShouldBe((RouteKind.None, null, "none"));
        agents.ShouldBeEmpty();
    }

    [Fact]
    public void A_reading_that_abstains_leaves_the_turn_to_the_articles()
    {
        (RouteDecision route, TurnPath path, _) = Route("How do I reset my password?", Nothing, 0.8);

        (route.AgentId, path.Way.Kind).ShouldBe((DeskAgents.KnowledgeAnswerer, "clarify"));
    }

    [Fact]
    public void Every_domain_that_was_not_taken_says_why() => Route("I want a refund", Leaf("billing/refund-processor"), 0.1).Path.Way.Rejected.ShouldAllBe(r => r.Why.Length > 0);

    [Theory]
    [InlineData("how much is premium for 12 people", "billing/pricing-explainer", false, true)]
    [InlineData("can you do 20% off if we pay yearly?", "billing/discount-negotiator", true, true)]
    [InlineData("can we switch to yearly billing?", "billing/plan-change-specialist", true, true)]
    [InlineData("why was I charged twice this month?", "billing/refund-processor", true, true)]
    [InlineData("can we switch to yearly billing?", "billing/plan-change-specialist", false, false)]
    [InlineData("how do I pay yearly for 12 people?", "billing/pricing-explainer", true, false)]
    [InlineData("what is your refund policy?", "billing/refund-processor", true, false)]
    [InlineData("why are some people charged twice?", "billing/refund-processor", true, false)]
    public void Who_works_an_answer_out_comes_before_an_article_that_speaks_of_such_things(string text, string leaf, bool isProven, bool comesFirst)
    {
        Route(text, Sure(leaf, 0.97, text), 0.9, isProven: isProven, worksOut: true).Route.AgentId.ShouldBe(comesFirst ? leaf : DeskAgents.KnowledgeAnswerer);
        Route(text, Sure(leaf, 0.97, text), 0.9, isProven: isProven).Route.AgentId.ShouldBe(DeskAgents.KnowledgeAnswerer, "turns of before are replayed as they were");
    }

    [Fact]
    public void A_likely_specialist_does_not_come_before_an_article()
    {
        const string asked = "how much is premium for 12 people";
        Route(asked, Sure("billing/pricing-explainer", 0.7, asked), 0.9, worksOut: true).Route.AgentId.ShouldBe(DeskAgents.KnowledgeAnswerer);
    }

    private static IntentReading Nothing => new([], [], IntentAbstention.Unknown, null);

    private static IntentReading Leaf(string leaf) => new([new ReadIntent(leaf, "support.technical", "support", IntentAction.Report, 0.8, 0.85, 0.9, new Clause(0, 5))], [], IntentAbstention.None, "test");

    private static IntentReading Sure(string leaf, double p, string text) => new([new ReadIntent(leaf, "support.billing", "support", IntentAction.Ask, p, p, p, new Clause(0, text.Length))], [new IntentScore(leaf, (float)p)], IntentAbstention.None, "test");

    private static (RouteDecision Route, TurnPath Path, IReadOnlyList<string> Agents) Route(
        string text, IntentReading intents, double knowledge, ConversationOwner owner = ConversationOwner.Bot, bool isProven = true, bool worksOut = false)
    {
        IReadOnlyList<Entity> entities = EntityExtractor.Extract(text, TextContexts.English);
        var said = new EscalationSeen { Pass = "pre", Text = text, Intents = [], Questions = [] };
        return routing.Route(new TurnSeen
        {
            Input = new RouteInput(new Understood("en", [], entities, null), owner, null, knowledge, isProven) { IsHowTo = Router.AsksHow(text) },
            HearsOrders = true,
            WorksOut = worksOut,
            Intents = intents,
            Text = text,
            Account = new AccountSeen(),
            Now = now,
            Before = EscalationDecider.Decide(said, TenantPolicies.Default.Escalation, TenantPolicies.Default.Plans),
        });
    }
}
