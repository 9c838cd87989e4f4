using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class TurnBasisTests(TestServer server) : IClassFixture<TestServer>
{
    private const int mostBytes = 600;

    [Fact]
    public async Task Each_turn_keeps_what_it_was_decided_on_as_it_was_before_the_turn_changed_it()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        await visitor.SayAsync(id, "Talk to a human");
        await visitor.SayAsync(id, "ada@example.com");
        await visitor.SayAsync(id, "hello");

        JsonElement[] turns = await BasesAsync(id);

        turns.Select(t => t.Text("owner")).ShouldBe(["bot", "bot", "bot", "human"], "the third turn hands over");
        turns.Select(t => t.Text("status")).ShouldBe(["open", "open", "pending", "open"]);
        turns.Select(t => t.IsNull("replyEmail") ? null : t.Text("replyEmail")).ShouldBe([null, null, null, "ada@example.com"]);
        turns.Select(t => t.IsNull("language")).ShouldBe([true, false, false, false]);
        turns.Select(t => t.IsNull("knowledgeConfidence")).ShouldBe([false, true, false, true], "the articles are not asked of a request for a person, nor when a person owns the conversation");
        turns.Select(t => string.Join(' ', t.Items("dialogues").Select(d => d.GetProperty("steps").GetInt32()))).ShouldBe(["", "", "2", ""]);
        turns.ShouldAllBe(t => t.IsNull("role") && t.IsNull("plan") && t.Text("timeZone").Length > 0 && t.Text("locale").Length > 0 && t.Text("currency").Length > 0);
        turns.ShouldAllBe(t => Encoding.UTF8.GetByteCount(t.GetRawText()) < mostBytes);
    }

    [Fact]
    public async Task The_turn_of_a_proven_contact_keeps_the_role_the_customer_and_the_plan()
    {
        Guid customer = (await server.ContactRowAsync("joao@pampa-clara.example")).CustomerId!.Value;
        HttpClient contact = await server.ContactAsync("joao@pampa-clara.example");

        JsonElement turn = (await BasesAsync((await contact.BeginAsync("hello")).Id("conversationId"))).ShouldHaveSingleItem();

        turn.Id("customerId").ShouldBe(customer);
        turn.IsNull("role").ShouldBeFalse();
        turn.IsNull("plan").ShouldBeFalse();
    }

    /// <summary>What the conversation's turns rested on, the oldest first.</summary>
    private async Task<JsonElement[]> BasesAsync(Guid conversation)
    {
        string subject = Subjects.Conversation(conversation);
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        List<string> stored = await (
            from step in db.Set<RunStep>()
            join run in db.Set<Run>() on step.RunId equals run.Id
            where run.Subject == subject && step.Name == "basis:turn"
            orderby run.Ordinal
            select step.Result).ToListAsync();
        return [.. stored.Select(s =>
        {
            JsonElement form = JsonElement.Parse(s);
            form.GetProperty("v").GetInt32().ShouldBe(1);
            return form.GetProperty("value");
        })];
    }
}
