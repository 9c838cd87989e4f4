using FsCheck;
using FsCheck.Fluent;
using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Routing;

public sealed class RouterTests
{
    private static readonly Catalogue desk = Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly);
    private static readonly Router router = new(desk, new DeskPolicy());
    private static readonly Intent human = new("human", DeskAgents.HumanHandoff, 0.9, "talk to a human", true);
    private static readonly Intent humanAmongOthers = human with { IsWholeMessage = false };
    private static readonly Intent thanks = new("thanks", DeskAgents.SmallTalk, 1, "thanks", true);
    private static readonly Intent thanksAmongOthers = thanks with { IsWholeMessage = false };
    private static readonly Intent no = new("no", DeskAgents.SmallTalk, 1, "no", true);
    private static readonly Entity email = new(EntityTypes.Email, "a@b.example", 0, 11, "a@b.example");
    private static readonly OpenDialogue waiting = Open(DeskAgents.HumanHandoff, "ask:email");

    [Fact]
    public void Nothing_known_goes_to_the_articles_and_says_that_it_abstains() => Route(Said(), 0.1).ShouldBe((RouteKind.Support, DeskAgents.KnowledgeAnswerer, Abstain.Unknown));

    [Fact]
    public void What_the_articles_answer_goes_to_them() => Route(Said(), 0.8).ShouldBe((RouteKind.Support, DeskAgents.KnowledgeAnswerer, Abstain.None));

    [Fact]
    public void A_request_for_a_person_beats_what_the_articles_answer() => Route(Said(humanAmongOthers), 0.99).ShouldBe((RouteKind.Human, DeskAgents.HumanHandoff, Abstain.None));

    [Fact]
    public void A_message_that_says_no_more_than_thanks_is_small_talk() => Route(Said(thanks), null).ShouldBe((RouteKind.Smalltalk, DeskAgents.SmallTalk, Abstain.None));

    [Fact]
    public void Thanks_before_a_question_do_not_hide_it() => Route(Said(thanksAmongOthers), 0.8).ShouldBe((RouteKind.Support, DeskAgents.KnowledgeAnswerer, Abstain.None));

    [Fact]
    public void An_open_dialogue_gets_what_it_waits_for() => Route(Said() with { Entities = [email] }, 0.99, waiting).ShouldBe((RouteKind.Continue, DeskAgents.HumanHandoff, Abstain.None));

    [Fact]
    public void An_open_dialogue_gets_a_no() => Route(Said(no), null, waiting).ShouldBe((RouteKind.Continue, DeskAgents.HumanHandoff, Abstain.None));

    [Fact]
    public void An_open_dialogue_gets_what_nobody_else_is_sure_of() => Route(Said(), 0.74, waiting).ShouldBe((RouteKind.Continue, DeskAgents.HumanHandoff, Abstain.None));

    [Fact]
    public void A_question_the_articles_surely_answer_interrupts_an_open_dialogue() => Route(Said(), 0.75, waiting).ShouldBe((RouteKind.Support, DeskAgents.KnowledgeAnswerer, Abstain.None));

    [Fact]
    public void The_second_question_of_a_slot_waits_for_the_same() => Route(Said() with { Entities = [email] }, 0.99, Open(DeskAgents.HumanHandoff, "ask:email.2")).ShouldBe((RouteKind.Continue, DeskAgents.HumanHandoff, Abstain.None));

    [Fact]
    public void A_dialogue_of_an_agent_that_is_gone_gets_nothing() => Route(Said(), 0.9, Open("gone/agent", "ask:email")).ShouldBe((RouteKind.Support, DeskAgents.KnowledgeAnswerer, Abstain.None));

    [Fact]
    public void The_articles_are_not_searched_where_they_cannot_matter()
    {
        Router.NeedsKnowledge(Said(), ConversationOwner.Bot).ShouldBeTrue();
        Router.NeedsKnowledge(Said(thanksAmongOthers), ConversationOwner.Bot).ShouldBeTrue();
        Router.NeedsKnowledge(Said(thanks), ConversationOwner.Bot).ShouldBeFalse();
        Router.NeedsKnowledge(Said(humanAmongOthers), ConversationOwner.Bot).ShouldBeFalse();
        Router.NeedsKnowledge(Said(), ConversationOwner.Human).ShouldBeFalse();
    }

    [Fact]
    public void Whatever_is_said_the_decision_names_every_specialist_once_and_chooses_one_of_them()
    {
        Prop.ForAll(Inputs().ToArbitrary(), input =>
        {
            RouteDecision decision = router.Route(input);
            Json.Write(router.Route(input)).ShouldBe(Json.Write(decision), "the same input gives the same decision");
            decision.Considered.Select(c => c.AgentId).Order(StringComparer.Ordinal).ShouldBe(desk.Specialists.Select(c => c.Id));
            decision.Considered.ShouldAllBe(c => c.Score >= 0 && c.Score <= 1);
            decision.Reason.ShouldNotBeEmpty();
            if (input.Owner == ConversationOwner.Human)
            {
                (decision.Kind, decision.AgentId).ShouldBe((RouteKind.None, null));
                decision.Considered.ShouldAllBe(c => c.RejectedBecause != null);
                return;
            }
            desk.ById.ContainsKey(decision.AgentId!).ShouldBeTrue();
            decision.Considered[0].ShouldBe(new Considered(decision.AgentId!, decision.Confidence, null));
            decision.Considered.Skip(1).ShouldAllBe(c => !string.IsNullOrEmpty(c.RejectedBecause));
            if (decision.Kind == RouteKind.Continue) decision.AgentId.ShouldBe(input.Dialogue!.Input.AgentId);
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<RouteInput> Inputs()
    {
        Gen<Intent> intent = from card in Gen.Elements(desk.Cards.Where(c => c.Utterances.Count > 0))
                             from utterance in Gen.Elements<Utterance>(card.Utterances)
                             from score in Gen.Choose(0, 100)
                             from whole in Gen.Elements(true, false)
                             select new Intent(utterance.Label, card.Id, score / 100.0, utterance.Text, whole);
        Gen<OpenDialogue?> dialogue = from agent in Gen.Elements(DeskAgents.HumanHandoff, DeskAgents.KnowledgeAnswerer, "gone/agent", "")
                                      from step in Gen.Elements("", "ask:email", "ask:email.2", "need:email#2", "odd")
                                      select agent.Length == 0 ? null : Open(agent, step);
        return from intents in Gen.ListOf(intent)
               from mail in Gen.Elements(true, false)
               from owner in Gen.Elements(Enum.GetValues<ConversationOwner>())
               from open in dialogue
               from knowledge in Gen.Choose(-1, 100)
               select new RouteInput(new Understood("und", [.. intents], mail ? [email] : [], null), owner, open, knowledge < 0 ? null : knowledge / 100.0);
    }

    private static (RouteKind, string?, Abstain) Route(Understood said, double? knowledge, OpenDialogue? open = null)
    {
        RouteDecision decision = router.Route(new RouteInput(said, ConversationOwner.Bot, open, knowledge));
        return (decision.Kind, decision.AgentId, decision.Abstain);
    }

    private static Understood Said(params Intent[] intents) => new("und", intents, [], null);

    private static OpenDialogue Open(string agent, string step) =>
        new(Guid.Empty, 1, new DialogueInput(agent, "customer_request", "wish", 1, DateTimeOffset.UnixEpoch), step.Length == 0 ? [] : [new JournalEntry(step, "{}")]);
}
