using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Guards;

/// <summary>A question that is still open is said again behind another answer: by the rows of then it might be said, and by those of now it may not.</summary>
[Collection(RogueDesk.Name)]
public sealed class SaidAgainTests(RogueServer server)
{
    private const string basket = """
        ---
        id: custom/fruit
        name: Fruit
        tier: operational
        kind: Specialist
        capabilities: []
        summary: Knows the basket.
        ---
        ## Utterances
        - fruit: is the fruit basket full
        ## Texts
        - fruit: The basket is full.
        """;

    [Fact]
    public async Task What_is_said_again_behind_an_answer_is_left_out_when_by_now_it_names_another_customer()
    {
        server.Services.GetRequiredService<LiveDesk>().Replace([new OwnCard(OwnCardReader.Read("fruit.md", basket), basket)]);
        HttpClient visitor = await server.VisitorAsync();
        JsonElement begun = await visitor.BeginAsync("Ask me who it was");
        Guid id = begun.Id("conversationId");
        begun.GetProperty("reply").Text("text").ShouldContain(Rogue.Asked, Case.Sensitive, "nobody is called so yet");
        (await visitor.SayAsync(id, "Is the fruit basket full?")).GetProperty("reply").Text("text").ShouldContain(Rogue.Asked, Case.Sensitive, "and it is said again");

        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Add(new Customer { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Name = Rogue.Asked, Plan = "free", Since = TimeProvider.System.GetUtcNow() }).Entity.Id, default);
        JsonElement reply = (await visitor.SayAsync(id, "Is the fruit basket full?")).GetProperty("reply");

        (reply.Text("agentId"), reply.Text("text")).ShouldBe(("custom/fruit", "The basket is full."));
        JsonElement[] stopped = [.. (await visitor.DecisionsAsync(id))[^1].GetProperty("decision").Items("guards").Where(g => !g.GetProperty("passed").GetBoolean())];
        stopped.ShouldHaveSingleItem().Items("issues").ShouldHaveSingleItem().Text("kind").ShouldBe("I2");
        IReadOnlyList<ReplayedTurn> turns = await server.Services.GetRequiredService<RunReplay>().ConversationAsync(server.TenantId, id, null, default);
        turns.Where(t => !t.Report.Identical).Select(t => JsonSerializer.Serialize(t.Report)).ShouldBeEmpty();
    }
}
