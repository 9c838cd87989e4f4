using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Tests;

/// <summary>What becomes of a talk that waits when time passes: the test moves it.</summary>
public sealed class TalkTimeTests : IAsyncLifetime
{
    private const string joao = "joao@pampa-clara.example";
    private readonly ClockServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task After_thirty_days_of_silence_a_talk_is_still_there_and_an_old_offer_is_worked_out_anew_before_anything_is_done()
    {
        Guid id = (await (await server.ContactAsync(joao)).BeginAsync("I want my money back")).Id("conversationId");
        // The clock is set and not run through: what looks around each second need not do so two million times.
        server.Clock.AdjustTime(server.Clock.GetUtcNow().AddDays(30));
        await server.Services.GetRequiredService<IRunRetention>().DeleteJournalsAsync(server.TenantId, server.Clock.GetUtcNow(), Guid.Empty, 100_000, default);

        HttpClient back = await server.ContactAsync(joao);
        JsonElement greeted = (await back.SayAsync(id, "hello")).GetProperty("reply");
        (greeted.Text("agentId"), greeted.Text("text").Contains("Refund Processor")).ShouldBe(("desk/small-talk", true), "it is asked whether to go on");

        JsonElement yes = (await back.SayAsync(id, "yes")).GetProperty("reply");
        (yes.Text("agentId"), yes.Text("status")).ShouldBe(("billing/refund-processor", "declined"), "the thirty days of the refund policy have passed meanwhile, whatever was offered");
        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items().ShouldNotContain(a => a.Text("entity") == "refund");
    }

    [Fact]
    public async Task A_yes_that_comes_too_late_is_a_yes_to_nothing_and_the_offer_is_made_anew()
    {
        HttpClient customer = await server.ContactAsync(joao);
        Guid id = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        server.Pass(TimeSpan.FromMinutes(31));

        JsonElement late = (await customer.SayAsync(id, "yes")).GetProperty("reply");
        (late.Text("status"), late.Text("text").Contains("too long ago")).ShouldBe(("confirm", true));
        (await customer.SayAsync(id, "yes")).GetProperty("reply").Text("status").ShouldBe("acted");
    }

    [Fact]
    public async Task What_people_do_not_answer_in_time_becomes_more_urgent_and_stands_in_the_audit_once()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("I would like to talk to a person, please")).Id("conversationId");
        (await visitor.SayAsync(id, "no")).GetProperty("reply").Text("status").ShouldBe("handed_off");
        string before = (await server.Owner().ConversationAsync(id)).Text("priority");

        // Ten days hold eight days of business hours, and who has no plan and no hurry is answered within 48 of them.
        server.Pass(TimeSpan.FromDays(10));

        JsonElement[] marks = [];
        await ClockServer.UntilAsync(async () =>
        {
            // The watch may have gone to sleep behind the clock's step: the next one finds it.
            server.Pass(TimeSpan.FromSeconds(1));
            marks = [.. (await server.Owner().GetJsonAsync("/api/v1/audit?entity=sla_mark&limit=100")).Items().Where(m => m.GetRawText().Contains("first_response"))];
            return marks.Length > 0;
        });
        marks.ShouldHaveSingleItem().GetRawText().ShouldContain("breach");
        (before, (await server.Owner().ConversationAsync(id)).Text("priority")).ShouldBe((before, before switch { "low" => "normal", "normal" => "high", _ => "urgent" }));
    }
}
