using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;

namespace Switchboard.Server.Tests;

/// <summary>The answerer with a word of its own in each answer.</summary>
[Agent("desk/knowledge-answerer")]
public sealed class LyingAnswerer : Specialist
{
    public const string Lie = "Everything is free on Sundays.";

    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        Reply honest = await ((ISpecialist)new KnowledgeAnswerer()).Begin(turn);
        return honest with { Sentences = [honest.Sentences[0] with { Text = $"{honest.Sentences[0].Text} {Lie}" }, .. honest.Sentences.Skip(1)] };
    }
}

/// <summary>The real small talk, under the catalogue of these tests.</summary>
[Agent("desk/small-talk")]
public sealed class HonestSmallTalk : Specialist
{
    protected override Dialogue<Reply> Handle(Turn turn) => ((ISpecialist)new SmallTalk()).Begin(turn);
}

/// <summary>The real question back, under the catalogue of these tests.</summary>
[Agent("desk/clarifier")]
public sealed class HonestClarifier : Specialist
{
    protected override Dialogue<Reply> Handle(Turn turn) => ((ISpecialist)new Clarifier()).Begin(turn);
}

/// <summary>The real handoff, under the catalogue of these tests; but for who asks for it to break or to come to no end.</summary>
[Agent("desk/human-handoff")]
public sealed class HonestHandoff : Specialist
{
    public const string Breaks = "or break off", Circles = "or go in circles";

    protected override Dialogue<Reply> Handle(Turn turn) =>
        turn.Trigger.Text.Contains(Breaks, StringComparison.Ordinal) ? throw new InvalidOperationException("It breaks off.")
        : turn.Trigger.Text.Contains(Circles, StringComparison.Ordinal) ? CircleAsync(turn)
        : ((ISpecialist)new HumanHandoff()).Begin(turn);

    private static async Dialogue<Reply> CircleAsync(Turn turn)
    {
        while (true) await turn.Decide("round", () => 0);
    }
}

/// <summary>The real meta-router, whose card says what is still open, under the catalogue of these tests.</summary>
[Agent("routing/meta-router")]
public sealed class HonestMetaRouter : RoutingAgent<MetaFacts, MetaFacts, MetaRoute>
{
    protected override Task<Finding<MetaFacts>> LoadAsync(MetaFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => Task.FromResult<Finding<MetaFacts>>(input);

    protected override Finding<MetaRoute> Compute(MetaFacts input, MetaFacts facts, AgentBasis basis) => MetaRouter.Decide(facts, basis.Now);
}

/// <summary>A server whose answerer lies.</summary>
public sealed class ServerWithALiar : TestServer
{
    protected override void Configure(IServiceCollection services) => services.AddSingleton(s => new LiveDesk(
        Catalogue.FromAssembly(typeof(LyingAnswerer).Assembly), _ => new CardSpecialist(), s.GetRequiredService<LanguageDetector>(), s.GetRequiredService<DeskIntents>(), s.GetRequiredService<DeskPolicy>()));
}

public sealed class GroundingTests(ServerWithALiar server) : IClassFixture<ServerWithALiar>
{
    [Fact]
    public async Task A_sentence_with_a_word_that_its_quote_does_not_hold_never_reaches_the_customer_and_a_person_takes_over()
    {
        HttpClient visitor = await server.VisitorAsync();

        List<Told> stream = await visitor.StreamAsync("/api/v1/conversations", new { message = Questions.Good });
        Guid id = stream[0].Json.Id("conversationId");

        stream.ShouldAllBe(e => !e.Data.Contains(LyingAnswerer.Lie));
        (await visitor.MessagesAsync(id)).ShouldAllBe(m => !m.Text("text").Contains(LyingAnswerer.Lie));
        JsonElement decision = (await visitor.DecisionsAsync(id))[0].GetProperty("decision");
        decision.Items("guards").Single(g => g.Text("name") == "grounding").GetProperty("passed").GetBoolean().ShouldBeFalse();
        decision.Items("hops").Select(h => h.Text("agentId")).ShouldBe(["desk/knowledge-answerer", "desk/human-handoff"]);

        await visitor.SayAsync(id, "ada@example.com");
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("guard_block");
    }

    [Theory]
    [InlineData(HonestHandoff.Circles, "customer_request")]
    [InlineData(HonestHandoff.Breaks, "tool_failed")]
    public async Task Who_asks_for_a_person_is_given_to_people_with_words_though_the_talk_that_does_it_comes_to_no_end(string how, string reason)
    {
        HttpClient visitor = await server.VisitorAsync();

        JsonElement begun = await visitor.BeginAsync($"I want to talk to a human, {how}");

        (begun.GetProperty("reply").Text("status"), begun.GetProperty("reply").Text("agentId")).ShouldBe(("handed_off", "desk/human-handoff"));
        begun.GetProperty("reply").Text("text").ShouldContain("a colleague takes over", Case.Insensitive);
        JsonElement conversation = await server.Owner().ConversationAsync(begun.Id("conversationId"));
        (conversation.Text("owner"), conversation.GetProperty("handoff").Text("reason")).ShouldBe(("human", reason));
        conversation.GetProperty("handoff").GetProperty("caseFile").Text("openQuestion").ShouldContain("talk to a human");
    }
}
