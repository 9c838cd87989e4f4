using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Tests.Replay;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Guards;

/// <summary>The guards in real turns: each wrong of a specialist is stopped before it is done or said, and the record tells by which guard and why.</summary>
[Collection(RogueDesk.Name)]
public sealed class TurnGuardTests(RogueServer server)
{
    private const string policy = "qa/policy-checker", facts = "qa/fact-checker";

    private Data Data => server.Services.GetRequiredService<Data>();

    [Fact]
    public async Task A_refund_above_what_was_paid_is_not_offered_and_no_yes_brings_it_back()
    {
        (Contact contact, HttpClient client) = await CustomerAsync("above-paid", 45);

        Guid id = (await client.BeginAsync("Give me back more than I paid")).Id("conversationId");
        await client.SayAsync(id, "yes");

        (await RefundsAsync(contact)).ShouldBe(0);
        (await SaidAsync(client, id)).ShouldNotContain("Shall I do that?");
        JsonElement verdict = await BlockedAsync(client, id, policy);
        verdict.Text("on").ShouldBe("proposal refund.unchecked");
        verdict.Text("instead").ShouldBe("it was not offered, and nothing was done");
        verdict.Items("issues").Select(i => i.Text("kind")).ShouldBe(["M2"]);
        (await UnguardedAsync(id)).ShouldContain("Shall I do that?", Case.Sensitive, "only the guard stands in the way");
        await ReplayedAsync(id);
    }

    [Fact]
    public async Task What_was_offered_is_not_done_when_the_money_was_given_back_in_between()
    {
        (Contact contact, HttpClient client) = await CustomerAsync("given-between", 45);
        Guid id = (await client.BeginAsync("Give me back what I paid")).Id("conversationId");
        (await SaidAsync(client, id)).ShouldContain("Shall I do that?");
        await Data.WriteAsync(
            new SystemActor(server.TenantId, "test"),
            db =>
            {
                Payment payment = db.Set<Payment>().Single(p => p.CustomerId == contact.CustomerId);
                db.Add(new Refund { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = contact.CustomerId, PaymentId = payment.Id, Amount = 45, Currency = "USD", Reason = "by hand", CreatedAt = TimeProvider.System.GetUtcNow() });
                return 0;
            },
            default);

        await client.SayAsync(id, "yes");

        (await RefundsAsync(contact)).ShouldBe(1, "the one that was made by hand");
        (await BlockedAsync(client, id, policy)).Text("on").ShouldBe("performance refund.unchecked");
        await ReplayedAsync(id);
    }

    [Fact]
    public async Task What_is_within_the_rules_is_offered_done_and_said()
    {
        (Contact contact, HttpClient client) = await CustomerAsync("within-rules", 45);

        Guid id = (await client.BeginAsync("Give me back what I paid")).Id("conversationId");
        await client.SayAsync(id, "yes");

        (await RefundsAsync(contact)).ShouldBe(1);
        (await SaidAsync(client, id)).ShouldContain("Done: 45");
        foreach (JsonElement turn in await client.DecisionsAsync(id)) turn.GetProperty("decision").Items("guards").ShouldAllBe(g => g.GetProperty("passed").GetBoolean());
        await ReplayedAsync(id);
    }

    [Theory]
    [InlineData("When will it be repaired?", "repaired for you", policy, "L1")]
    [InlineData("Who else has this?", Rogue.OtherEmail, policy, "I2")]
    [InlineData("Which company else has this?", "company", policy, "I2")]
    [InlineData("Whose invoice is that?", "invoice", policy, "I2")]
    [InlineData("What do I still owe?", Rogue.Invented, facts, "fact_unverified")]
    [InlineData("Was my money sent back?", "I have refunded", policy, "M1")]
    public async Task What_must_not_be_said_never_reaches_the_customer_and_a_person_takes_over(string message, string wrong, string guard, string kind)
    {
        await NameOthersAsync();
        (Contact _, HttpClient client) = await CustomerAsync($"told-{kind}-{message.Length}", 45);
        wrong = wrong switch { "company" => Rogue.OtherCompany, "invoice" => Rogue.OtherInvoice, _ => wrong };

        List<Told> stream = await client.StreamAsync("/api/v1/conversations", new { message });
        Guid id = stream[0].Json.Id("conversationId");

        stream.ShouldAllBe(e => !e.Data.Contains(wrong));
        (await client.MessagesAsync(id)).ShouldAllBe(m => !m.Text("text").Contains(wrong));
        JsonElement verdict = await BlockedAsync(client, id, guard);
        verdict.Text("instead").ShouldBe("people take over");
        verdict.Items("issues").Select(i => i.Text("kind")).ShouldContain(kind);
        verdict.Items("issues").ShouldAllBe(i => i.Text("evidence").Length > 0 && i.Text("why").Length > 0);
        JsonElement decision = (await client.DecisionsAsync(id))[0].GetProperty("decision");
        decision.Items("hops").Select(h => h.Text("agentId")).ShouldBe(["billing/refund-processor", "desk/human-handoff"]);
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("guard_block");
        (await UnguardedAsync(id)).ShouldContain(wrong, Case.Sensitive, "only the guard stands in the way");
        if (kind == "I2")
        {
            decision.GetRawText().ShouldNotContain(wrong, Case.Insensitive, "who may read the record may be the one it must not be told to");
            (await JournalAsync(id)).ShouldNotContain(wrong, Case.Insensitive);
        }

        await ReplayedAsync(id);
    }

    [Fact]
    public async Task A_wrong_sentence_beside_a_right_one_is_left_out_and_the_page_tells_so()
    {
        (Contact _, HttpClient client) = await CustomerAsync("two-things", 45);

        Guid id = (await client.BeginAsync("Tell me two things at once")).Id("conversationId");

        string said = await SaidAsync(client, id);
        said.ShouldContain("Your last payment was 45");
        said.ShouldNotContain(Rogue.Invented);
        (await BlockedAsync(client, id, facts)).Text("instead").ShouldBe("the sentences were left out");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}/decisions");
        request.Headers.Accept.ParseAdd("text/plain");
        string page = await (await client.SendAsync(request)).Content.ReadAsStringAsync();
        page.ShouldContain("qa/fact-checker asked for other words");
        page.ShouldContain("instead: the sentences were left out");
        await ReplayedAsync(id);
    }

    [Fact]
    public async Task An_amount_that_was_read_is_said()
    {
        (Contact _, HttpClient client) = await CustomerAsync("right-amount", 45);

        Guid id = (await client.BeginAsync("Tell me what I paid")).Id("conversationId");

        (await SaidAsync(client, id)).ShouldContain("Your last payment was 45");
        await ReplayedAsync(id);
    }

    private async Task<(Contact Contact, HttpClient Client)> CustomerAsync(string name, params decimal[] paid)
    {
        Contact contact = await new Talks(server.Services, server.TenantId).AddCustomerAsync(name, paid);
        return (contact, server.WithToken(await server.VisitorTokenAsync("demo", contact.Id)));
    }

    private async Task NameOthersAsync()
    {
        await using SwitchboardDb db = Data.For(server.TenantId);
        Contact other = await db.Set<Contact>().SingleAsync(c => c.Email == Rogue.OtherEmail);
        Rogue.OtherCompany = await db.Set<Customer>().Where(c => c.Id == other.CustomerId).Select(c => c.Name).SingleAsync();
        Rogue.OtherInvoice = (await db.Set<Invoice>().Where(i => i.CustomerId == other.CustomerId && i.Number != null).Select(i => i.Number).FirstAsync())!;
    }

    private async Task<string> JournalAsync(Guid id)
    {
        await using SwitchboardDb db = Data.For(server.TenantId);
        string subject = Subjects.Conversation(id);
        return string.Join('\n', await db.Runs.Where(r => r.Subject == subject).SelectMany(r => db.RunSteps.Where(s => s.RunId == r.Id)).Select(s => s.Result).ToListAsync());
    }

    private async Task<int> RefundsAsync(Contact contact)
    {
        await using SwitchboardDb db = Data.For(server.TenantId);
        return await db.Set<Refund>().CountAsync(r => r.CustomerId == contact.CustomerId);
    }

    private static async Task<string> SaidAsync(HttpClient client, Guid id) => string.Join('\n', (await client.MessagesAsync(id)).Where(m => m.Text("author") == "agent").Select(m => m.Text("text")));

    /// <summary>The verdict of the guard that stopped something.</summary>
    private static async Task<JsonElement> BlockedAsync(HttpClient client, Guid id, string guard) =>
        (await client.DecisionsAsync(id)).SelectMany(t => t.GetProperty("decision").Items("guards")).Where(g => g.Text("name") == guard && !g.GetProperty("passed").GetBoolean()).ShouldHaveSingleItem();

    /// <summary>What the first turn comes to without the guards: as one that is older than they are.</summary>
    private async Task<string> UnguardedAsync(Guid id)
    {
        IRecordedRuns recorded = server.Services.GetRequiredService<IRecordedRuns>();
        RecordedTurn turn = (await recorded.TurnAsync(server.TenantId, (await recorded.TurnsOfAsync(server.TenantId, id, default))[0], default))!;
        RecordedTurn without = turn with { Steps = [.. turn.Steps.Select(s => s.Name == TurnBasis.StepName ? Journal.EntryOf(s.Name, Journal.Read<TurnBasis>(s) with { Guards = null }) : s)] };
        ReplayReport report = await server.Services.GetRequiredService<TurnReplay>().ReplayAsync(without, null, default);
        return string.Join('\n', report.Differences.Where(d => d.Name == "reply").Select(d => d.Recomputed?.ToString()));
    }

    /// <summary>The guards look again in the replay, at what they looked at then.</summary>
    private async Task ReplayedAsync(Guid id)
    {
        IReadOnlyList<ReplayedTurn> turns = await server.Services.GetRequiredService<RunReplay>().ConversationAsync(server.TenantId, id, null, default);
        turns.ShouldNotBeEmpty();
        turns.Where(t => !t.Report.Identical).Select(t => JsonSerializer.Serialize(t.Report)).ShouldBeEmpty();
    }
}
