using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

public sealed class IntentReaderTests
{
    private static readonly IntentReader reader = new(IntentTrainer.Train([.. Phrases.Make(40, 1), .. Phrases.Others.Select(o => new IntentExample(o, IntentLabels.OutOfScope))]), PlaceOf, new IntentThresholds());

    private static LabelPlace? PlaceOf(string label) => label.Split('/') is [var category, _] ? new LabelPlace("support", "support." + category) : null;

    [Theory]
    [InlineData("Refund my payment. How do I export the report?", "Refund my payment|How do I export the report")]
    [InlineData("I want a refund and can you reset my password", "I want a refund|can you reset my password")]
    [InlineData("cancel my plan and also delete my account", "cancel my plan|delete my account")]
    [InlineData("The app crashed, also how do I upgrade?", "The app crashed|how do I upgrade")]
    [InlineData("export the list and the table", "export the list and the table")]
    [InlineData("terms and conditions", "terms and conditions")]
    [InlineData("Version 2.5 of app.example.com is broken", "Version 2.5 of app.example.com is broken")]
    [InlineData("I am Android andy", "I am Android andy")]
    [InlineData("one\ntwo; three!four", "one|two|three|four")]
    [InlineData("请退款。怎么导出？", "请退款|怎么导出")]
    [InlineData("", "")]
    [InlineData("?!. ,;", "")]
    public void A_message_is_cut_where_both_sides_can_stand_alone(string text, string clauses) =>
        string.Join('|', ClauseSplitter.Split(text).Select(c => text[c.Start..c.End])).ShouldBe(clauses);

    [Fact]
    public void A_message_of_many_clauses_is_cut_into_twenty_and_no_more()
    {
        string text = string.Concat(Enumerable.Repeat("stop it. ", 500));
        IReadOnlyList<Clause> clauses = ClauseSplitter.Split(text);
        clauses.Count.ShouldBe(ClauseSplitter.MostClauses);
        clauses.Zip(clauses.Skip(1)).ShouldAllBe(p => p.First.End <= p.Second.Start);
    }

    [Fact]
    public void Two_wishes_are_two_intents_in_the_order_of_mention()
    {
        IntentReading reading = reader.Read("Please export the report and can you refund my payment", []);
        reading.Intents.Select(i => i.Label).ShouldBe(["usage/export", "billing/refund"]);
        reading.Abstain.ShouldBe(IntentAbstention.None);
        reading.Intents.ShouldAllBe(i => i.LabelProbability <= i.CategoryProbability && i.CategoryProbability <= i.DomainProbability + 1e-6);
        reading.Alternatives.Count.ShouldBe(3);
    }

    [Fact]
    public void The_same_wish_twice_is_one_and_another_action_or_entity_is_two()
    {
        reader.Read("I want to refund my payment. Please refund the payment!", []).Intents.Count.ShouldBe(1);
        string text = "refund the invoice INV-1 please. refund the invoice INV-2 please.";
        Entity[] entities = [new("invoice", "INV-1", text.IndexOf("INV-1", StringComparison.Ordinal), text.IndexOf("INV-1", StringComparison.Ordinal) + 5, "INV-1"), new("invoice", "INV-2", text.IndexOf("INV-2", StringComparison.Ordinal), text.IndexOf("INV-2", StringComparison.Ordinal) + 5, "INV-2")];
        reader.Read(text, entities).Intents.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("yes", "yes_no", IntentLabels.Yes)]
    [InlineData("Yes, please go ahead!", "yes_no", IntentLabels.Yes)]
    [InlineData("no thanks", "yes_no", IntentLabels.No)]
    [InlineData("don't", "yes_no", IntentLabels.No)]
    [InlineData("ok do it", "yes_no", IntentLabels.Yes)]
    [InlineData("Sounds good to me!", "yes_no", IntentLabels.Yes)]
    [InlineData("please do", "yes_no", IntentLabels.Yes)]
    [InlineData("ja bitte, machen Sie das", "yes_no", IntentLabels.Yes)]
    [InlineData("Oui, allez-y !", "yes_no", IntentLabels.Yes)]
    [InlineData("sí, por favor", "yes_no", IntentLabels.Yes)]
    [InlineData("lieber nicht", "yes_no", IntentLabels.No)]
    [InlineData("non merci", "yes_no", IntentLabels.No)]
    [InlineData("do not do it", "yes_no", IntentLabels.No)]
    public void A_bare_answer_to_the_last_question_is_no_wish(string text, string expects, string label) =>
        reader.Read(text, [], new IntentContext(new LastQuestion("billing/refund-processor", expects))).Intents.Single().Label.ShouldBe(label);

    [Theory]
    [InlineData("ok, but only the first one")]
    [InlineData("claro que no")]
    [InlineData("natürlich nicht")]
    [InlineData("great")]
    [InlineData("let me think")]
    [InlineData("right, cancel it")]
    public void What_says_anything_beside_a_yes_is_none(string text) => BareAnswer.Read(text, [], "yes_no").ShouldBeNull();

    [Fact]
    public void The_value_that_was_asked_for_is_a_slot_answer_and_with_a_wish_beside_it_is_not()
    {
        var asked = new IntentContext(new LastQuestion("desk/human-handoff", "email"));
        reader.Read("it is ada@example.com, thanks", EntityExtractor.Extract("it is ada@example.com, thanks", TextContexts.English), asked).Intents.Single().Label.ShouldBe(IntentLabels.SlotAnswer);
        const string both = "ada@example.com and please refund my payment";
        reader.Read(both, EntityExtractor.Extract(both, TextContexts.English), asked).Intents.ShouldAllBe(i => i.Label != IntentLabels.SlotAnswer);
        reader.Read("yes but refund my payment", [], new IntentContext(new LastQuestion("a", "yes_no"))).Intents.ShouldAllBe(i => i.Label != IntentLabels.Yes);
        reader.Read("yes", []).Intents.ShouldAllBe(i => i.Label != IntentLabels.Yes);
    }

    [Fact]
    public void A_fragment_is_read_with_the_message_before_it()
    {
        const string fragment = "and the second one?";
        reader.Read(fragment, []).Intents.ShouldBeEmpty();
        reader.Read(fragment, [], new IntentContext(PreviousText: "Please refund my payment")).Intents.Single().Label.ShouldBe("billing/refund");
    }

    [Fact]
    public void Without_a_model_every_message_is_unknown_and_says_why() =>
        new IntentReader(null, PlaceOf, new IntentThresholds()).Read("refund me", []).Abstain.ShouldBe(IntentAbstention.NoModel);

    [Fact]
    public void What_nobody_serves_has_no_intent() => reader.Read("What is the capital of Peru?", []).ShouldSatisfyAllConditions(r => r.Intents.ShouldBeEmpty(), r => r.Abstain.ShouldBe(IntentAbstention.Oos));

    private static ClauseDecision Decide(double oos, params (string Label, double P)[] scores) =>
        IntentDecision.Decide([.. scores.Select(s => new IntentScore(s.Label, (float)s.P))], oos, refused: false, PlaceOf, new IntentThresholds());

    [Fact]
    public void A_label_below_its_floor_leaves_the_category_and_then_a_question()
    {
        Decide(.10, ("billing/refund", .50), ("billing/payment", .20), ("billing/plan", .12), ("technical/login", .08)).ShouldSatisfyAllConditions(
            d => d.Label.ShouldBeNull(), d => d.Category.ShouldBe("support.billing"), d => d.CategoryProbability.ShouldBe(.82, 1e-6), d => d.Abstain.ShouldBe(IntentAbstention.None));
        Decide(0, ("billing/refund", .58), ("billing/plan", .30), ("technical/login", .12)).ShouldSatisfyAllConditions(d => d.Label.ShouldBe("billing/refund"), d => d.CategoryProbability.ShouldBe(.88, 1e-6));
        Decide(.12, ("billing/refund", .47), ("technical/login", .40), ("billing/plan", .01)).ShouldSatisfyAllConditions(d => d.Category.ShouldBeNull(), d => d.Abstain.ShouldBe(IntentAbstention.Clarify));
    }

    [Fact]
    public void A_lead_too_small_a_refusal_and_nothing_likely_each_abstain()
    {
        var thresholds = new IntentThresholds(Accept: 0.4);
        IntentDecision.Decide([new("a", .45f), new("b", .40f)], 0, refused: false, _ => null, thresholds).Label.ShouldBeNull();
        IntentDecision.Decide([new("a", .90f), new("b", .05f)], 0, refused: true, _ => null, thresholds).Abstain.ShouldBe(IntentAbstention.Oos);
        Decide(.60, ("billing/refund", .30), ("technical/login", .10)).Abstain.ShouldBe(IntentAbstention.Oos);
        Decide(.10, ("billing/refund", .20), ("technical/login", .20), ("usage/export", .2)).Abstain.ShouldBe(IntentAbstention.Unknown);
    }

    [Theory]
    [InlineData("How do I cancel my plan?", IntentAction.Ask)]
    [InlineData("cancel my plan", IntentAction.Cancel)]
    [InlineData("please change my address", IntentAction.Change)]
    [InlineData("the app crashes", IntentAction.Report)]
    [InlineData("why was I charged twice", IntentAction.Report)]
    [InlineData("I want to complain", IntentAction.Request)]
    [InlineData("this is unacceptable", IntentAction.Complain)]
    [InlineData("invoices", IntentAction.Ask)]
    public void The_verb_says_what_is_asked_for(string text, IntentAction action) => ActionVerbs.Of(text).ShouldBe(action);

    [Fact]
    public void An_entity_stands_as_its_type()
    {
        EntityMask.Apply("write to ada@example.com now", EntityExtractor.Extract("write to ada@example.com now", TextContexts.English)).ShouldBe("write to <email> now");
        EntityMask.Apply("abc", 1, 2, [new Entity("x", "abc", 0, 3, "abc")]).ShouldBe("b");
    }
}
