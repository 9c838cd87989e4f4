using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>To whom a conversation goes that the desk gives to people, and what happens when nobody takes it. It is Monday morning, in business hours.</summary>
public sealed class HandoffStaffTests(ClockServer server) : IClassFixture<ClockServer>
{
    private static readonly TimeSpan offer = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task It_is_offered_to_who_is_there_and_speaks_the_language_with_the_least_load_then_to_the_next_and_then_it_waits_in_the_queue()
    {
        (Guid ana, string anasKey) = await UserAsync(u => u.Capacity = 5);
        (Guid ben, _) = await UserAsync(u => u.Capacity = 10);
        await UserAsync(u => u.Availability = Availability.Offline);
        await UserAsync(u => u.Languages = ["de"]);
        await UserAsync(u => u.Team = "sales");
        await UserAsync(u => u.Status = UserStatus.Suspended);

        // Both are free: the first by id. What she is offered counts as hers, so the second goes to the other.
        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        JsonElement begun = await maya.BeginAsync("I would like to talk to a person, please");
        Guid first = begun.Id("conversationId");
        begun.GetProperty("reply").Text("text").ShouldContain("You get an answer by");
        (await OfferedAsync(first)).ShouldBe(ana);
        Guid second = (await maya.BeginAsync("I would like to talk to a person, please")).Id("conversationId");
        (await OfferedAsync(second)).ShouldBe(ben);
        JsonElement move = (await server.Owner().DecisionsAsync(first))[0].GetProperty("decision").GetProperty("path").GetProperty("handoff");
        (move.Text("kind"), move.Items("rejected").Length).ShouldBe(("user", move.Items("rejected").Length));
        move.Items("rejected").Select(r => r.Text("why")).ShouldContain("does not speak en");
        foreach (Guid talk in new[] { first, second })
        {
            JsonElement replayed = await (await server.Owner().PostAsync($"/api/v1/conversations/{talk}/replay", null)).JsonAsync(200);
            replayed.GetRawText().ShouldContain("\"identical\":true", customMessage: replayed.GetRawText());
        }

        // Who takes hers ends the offers of it.
        Guid third = (await maya.BeginAsync("I would like to talk to a person, please")).Id("conversationId");
        Guid taker = (await OfferedAsync(third))!.Value;
        (await server.WithKey(anasKey).PostAsJsonAsync($"/api/v1/conversations/{third}/take-over", new { })).EnsureSuccessStatusCode();

        server.Clock.Advance(offer);
        await ClockServer.UntilAsync(async () => await OfferedAsync(first) == ben && await OfferedAsync(second) == ana);
        server.Clock.Advance(offer);
        await ClockServer.UntilAsync(async () => await OfferedAsync(first) is null && await OfferedAsync(second) is null);
        (await OfferedAsync(third)).ShouldBe(taker);
        (await maya.SayAsync(first, "Is anybody there?")).IsNull("reply").ShouldBeTrue("while it waits for people the agents are silent");

        // Given back to the agents it is theirs, with all that is known of it.
        (await server.Owner().PostAsJsonAsync($"/api/v1/conversations/{first}/return-to-bot", new { })).EnsureSuccessStatusCode();
        (await maya.SayAsync(first, Questions.Good)).GetProperty("reply").Text("status").ShouldBe("answered");
        (await server.Owner().ConversationAsync(first)).GetProperty("handoff").GetProperty("caseFile").Text("wish").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_is_told_of_the_time_of_an_answer_goes_out_only_where_the_guards_let_it()
    {
        (Guid first, string told) = await HandedOverAsync();
        JsonElement[] looked = [.. (await server.Owner().DecisionsAsync(first))[^1].GetProperty("decision").Items("guards").Where(IsOfTime)];
        looked.ShouldHaveSingleItem().Text("on").ShouldBe("what is told of the time");
        string day = System.Text.RegularExpressions.Regex.Match(told, "You get an answer by ([A-Z][a-z]+day)").Groups[1].Value;
        day.ShouldNotBeEmpty(told);

        // Another customer is called like a word of the sentence, so the guard stops it, and the rest goes out without it.
        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Add(new Domain.Customers.Customer { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Name = day, Plan = "free", Since = server.Clock.GetUtcNow() }).Entity.Id, default);
        (Guid second, string without) = await HandedOverAsync();

        (without.Contains("takes over"), without.Contains("You get an answer")).ShouldBe((true, false), without);
        (await server.Owner().DecisionsAsync(second))[^1].GetProperty("decision").Items("guards").Single(IsOfTime).GetProperty("passed").GetBoolean().ShouldBeFalse();
        JsonElement replayed = await (await server.Owner().PostAsync($"/api/v1/conversations/{second}/replay", null)).JsonAsync(200);
        replayed.GetRawText().ShouldContain("\"identical\":true", customMessage: replayed.GetRawText());
    }

    private static bool IsOfTime(JsonElement guard) => guard.Text("name") == "qa/policy-checker" && guard.TryGetProperty("on", out JsonElement on) && on.GetString() is not null;

    /// <summary>A visitor without an address is handed over: the plan of others gives an answer days later, so the sentence names the day.</summary>
    private async Task<(Guid Id, string Text)> HandedOverAsync()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("I would like to talk to a person, please")).Id("conversationId");
        return (id, (await visitor.SayAsync(id, "no")).GetProperty("reply").Text("text"));
    }

    [Fact]
    public async Task A_turn_that_hands_nothing_over_reads_nobody_of_the_staff()
    {
        JsonElement begun = await (await server.VisitorAsync()).BeginAsync(Questions.Good);
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        Guid run = begun.Id("runId");
        (await db.Set<Core.Runs.RunStep>().Where(s => s.RunId == run).Select(s => s.Name).ToListAsync()).ShouldNotContain("read:staff");
    }

    private async Task<Guid?> OfferedAsync(Guid conversation)
    {
        JsonElement handoff = (await server.Owner().ConversationAsync(conversation)).GetProperty("handoff");
        return handoff.IsNull("toUserId") ? null : handoff.Id("toUserId");
    }

    private async Task<(Guid Id, string Key)> UserAsync(Action<User> alter)
    {
        Guid id = default;
        string key = await server.KeyOfAsync(Role.Support, user =>
        {
            (user.Team, user.Availability, id) = ("support", Availability.Online, user.Id);
            alter(user);
        });
        return (id, key);
    }
}
