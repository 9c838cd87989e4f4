using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Clause = Switchboard.Core.Understanding.Intents.Clause;

namespace Switchboard.Core.Tests.Routing;

public sealed class ClarifyingTests
{
    private const string refund = "billing/refund-processor", payment = "billing/payment-troubleshooter", invoice = "billing/invoice-generator", plan = "billing/plan-change-specialist";
    private static readonly string[] options = [invoice, refund, payment];
    private static readonly Catalogue desk = Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly);
    private static readonly TurnRouting routing = new(desk, new Router(desk, new DeskPolicy()));

    [Theory]
    [InlineData("2", refund, "number")]
    [InlineData("The second one, please.", refund, "number")]
    [InlineData("one", invoice, "number")]
    [InlineData("the last", payment, "number")]
    [InlineData("das zweite bitte", refund, "number")]
    [InlineData("le troisième, s'il vous plaît", payment, "number")]
    [InlineData("la primera", invoice, "number")]
    [InlineData("la seconda, per favore", refund, "number")]
    [InlineData("o terceiro, por favor", payment, "number")]
    [InlineData("Es geht um die Erstattungen", refund, "name")]
    [InlineData("problemi di pagamento", payment, "name")]
    [InlineData("refund", refund, "name")]
    [InlineData("I mean the refunds", refund, "name")]
    [InlineData("Payment Troubleshooter, it failed on Monday", payment, "name")]
    [InlineData("4", null, null)]
    [InlineData("2 or 3", null, null)]
    [InlineData("two more seats", null, null)]
    [InlineData("Refund Processor or Payment Troubleshooter", null, null)]
    [InlineData("no", null, null)]
    [InlineData("", null, null)]
    [InlineData("please", null, null)]
    public void An_answer_chooses_by_number_or_name_and_what_says_more_or_less_chooses_nobody(string text, string? leaf, string? by)
    {
        ChoiceRead? read = ClarifyingAnswer.Of(text, options, id => desk.NamesOf(id, "de"));

        (read?.Leaf, read?.By).ShouldBe((leaf, by));
    }

    [Fact]
    public void The_two_best_are_offered_and_the_third_where_it_is_likely_enough()
    {
        ClarifyingQuestion.Between([new(payment, 0.2), new(refund, 0.4), new("meta.no", 0.3), new(plan, 0.05)], _ => true).Select(o => o.Leaf).ShouldBe([refund, payment]);
        ClarifyingQuestion.Between([new(payment, 0.2), new(refund, 0.4), new(plan, 0.1)], _ => true).Select(o => o.Leaf).ShouldBe([refund, payment, plan]);
        ClarifyingQuestion.Between([new(payment, 0.2), new(refund, 0.4)], id => id != refund).Select(o => o.Leaf).ShouldBe([payment]);
    }

    [Fact]
    public void Where_only_the_category_is_sure_its_default_is_not_begun_before_the_customer_was_asked()
    {
        (RouteDecision route, TurnPath path, IReadOnlyList<string> agents) = Route(CategoryAlone, new TurnSeenWith());

        (route.Kind, route.AgentId, route.Code).ShouldBe((RouteKind.Clarify, DeskAgents.Clarifier, "clarify"));
        path.Clarify!.Options.Select(o => o.Leaf).ShouldBe([invoice, refund, payment]);
        agents.ShouldBe([DeskAgents.Clarifier]);
    }

    [Fact]
    public void Who_was_asked_and_says_no_more_than_the_category_is_served_by_its_default() =>
        Route(CategoryAlone, new TurnSeenWith { InARow = 1, Asked = options }).Route.AgentId.ShouldBe(plan);

    [Fact]
    public void The_second_clarification_in_a_row_goes_to_people()
    {
        (RouteDecision route, TurnPath path, _) = Route(Unclear, new TurnSeenWith { InARow = 1, Asked = options });

        (route.AgentId, route.Code, path.Clarify!.Outcome).ShouldBe((DeskAgents.HumanHandoff, "low_confidence", "no_progress"));
    }

    [Fact]
    public void The_articles_come_before_a_question_where_they_have_an_answer()
    {
        Route(Unclear, new TurnSeenWith { Knowledge = 0.8 }).Route.AgentId.ShouldBe(DeskAgents.KnowledgeAnswerer);
        Route(Unclear, new TurnSeenWith()).Route.AgentId.ShouldBe(DeskAgents.Clarifier);
    }

    [Fact]
    public void A_choice_goes_on_with_whom_it_names_and_to_people_where_that_one_is_gone()
    {
        var chosen = new TurnSeenWith { InARow = 1, Asked = options, Text = "the second" };
        (RouteDecision route, TurnPath path, IReadOnlyList<string> agents) = Route(Unclear, chosen);
        (route.Kind, route.AgentId, path.Way.Kind).ShouldBe((RouteKind.Continue, DeskAgents.Clarifier, "support"));
        agents.ShouldBe([DeskAgents.Clarifier, refund]);
        (path.Clarify!.Chosen, path.Clarify.By).ShouldBe((refund, "number"));

        (RouteDecision gone, _, _) = Route(Unclear, chosen with { Disabled = [refund] });
        (gone.AgentId, gone.Code).ShouldBe((DeskAgents.HumanHandoff, "missing_capability"));
    }

    [Fact]
    public void A_turn_of_before_asks_nothing_back_when_it_is_replayed() => Route(Unclear, new TurnSeenWith { AsksBack = false }).Route.AgentId.ShouldBe(DeskAgents.KnowledgeAnswerer);

    private static IReadOnlyList<IntentScore> Likely => [new(invoice, 0.27f), new(refund, 0.25f), new(payment, 0.24f)];

    private static IntentReading CategoryAlone => new([new ReadIntent(null, "support.billing", "support", IntentAction.Request, 0.27, 0.81, 0.81, new Clause(0, 5))], Likely, IntentAbstention.None, "test");

    private static IntentReading Unclear => new([], Likely, IntentAbstention.Clarify, "test");

    private sealed record TurnSeenWith
    {
        public string Text { get; init; } = "our account charges";

        public double Knowledge { get; init; } = 0.1;

        public int InARow { get; init; }

        public string[]? Asked { get; init; }

        public string[] Disabled { get; init; } = [];

        public bool AsksBack { get; init; } = true;
    }

    private static (RouteDecision Route, TurnPath Path, IReadOnlyList<string> Agents) Route(IntentReading intents, TurnSeenWith with) => routing.Route(new TurnSeen
    {
        Input = new RouteInput(new Understood("en", [], [], null), ConversationOwner.Bot, null, with.Knowledge) { Disabled = with.Disabled },
        Intents = intents,
        Text = with.Text,
        Account = new AccountSeen(),
        Now = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.Zero),
        AsksBack = with.AsksBack,
        Asked = with.Asked,
        Clarifications = with.InARow,
        Before = EscalationDecider.Decide(new EscalationSeen { Pass = "pre", Text = with.Text, Intents = [], Questions = [] }, TenantPolicies.Default.Escalation, TenantPolicies.Default.Plans),
    });
}
