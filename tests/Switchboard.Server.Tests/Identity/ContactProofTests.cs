using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A visitor says an address and types the code that was mailed to it.</summary>
public sealed class ContactProofTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string known = "joao@pampa-clara.example", second = "maya@kestrelmoor-cycles.example";

    [Fact]
    public async Task Who_types_the_mailed_code_is_the_contact_and_what_was_written_before_is_theirs()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid talk = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        string code = await CodeAsync(visitor, known);
        HttpResponseMessage answered = await ConfirmAsync(visitor, $"{code[..4]}-{code[4..]}");
        answered.Headers.CacheControl!.NoStore.ShouldBeTrue();
        JsonElement session = await answered.JsonAsync(200);
        Contact contact = await server.ContactRowAsync(known);
        session.GetProperty("contact").Id("id").ShouldBe(contact.Id);

        HttpClient proven = server.WithToken(session.Text("token"));
        (await proven.GetJsonAsync($"/api/v1/conversations/{talk}")).Id("contactId").ShouldBe(contact.Id);
        await (await visitor.GetAsync($"/api/v1/conversations/{talk}")).ProblemAsync(404, "not_found");
        await (await ConfirmAsync(visitor, code)).ProblemAsync(400, "code_invalid");
        await (await AskAsync(proven, known)).ProblemAsync(409, "already_proven");
        await (await ConfirmAsync(proven, code)).ProblemAsync(409, "already_proven");

        // Who and how stands in the audit; the code stands nowhere.
        JsonElement[] entries = (await server.Owner().GetJsonAsync("/api/v1/audit?entity=proof_code")).Items();
        entries.Select(e => e.Text("action")).ShouldContain("changed");
        entries.Where(e => e.Text("action") == "created").ShouldAllBe(e => e.GetProperty("after").Text("hash") == "***");
        (await server.Owner().GetJsonAsync($"/api/v1/audit?entity=conversation&entityId={talk}")).GetRawText().ShouldContain($"{contact.Id}");
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        List<OutboxEntry> effects = await db.Set<OutboxEntry>().ToListAsync();
        effects.ShouldContain(e => e.Request.Contains(known) && e.CustomerId == contact.CustomerId);
        byte[] plain = Encoding.ASCII.GetBytes(code);
        effects.ShouldAllBe(e => !e.Request.Contains(code) && !e.Request.Contains(Convert.ToBase64String(plain)));
        List<ProofCode> rows = await db.Set<ProofCode>().ToListAsync();
        rows.ShouldAllBe(c => !Encoding.ASCII.GetString(c.Hash).Contains(code) && !c.Hash.SequenceEqual(SHA256.HashData(plain)));
        // What is stored fits its own row alone: put into another one, it opens nothing.
        AccountMails mails = server.Services.GetRequiredService<AccountMails>();
        ProofCode used = rows.Single(c => c.ContactId == contact.Id && c.UsedAt != null);
        mails.HashOf(used.TenantId, used.Id, code).ShouldBe(used.Hash);
        mails.HashOf(used.TenantId, Guid.CreateVersion7(), code).ShouldNotBe(used.Hash);
        mails.HashOf(Guid.CreateVersion7(), used.Id, code).ShouldNotBe(used.Hash);
    }

    [Fact]
    public async Task An_address_that_nobody_has_is_answered_like_one_that_somebody_has()
    {
        (await server.TenantAsync("alder")).TenantId.ShouldNotBe(server.TenantId);
        HttpClient asking = await server.VisitorAsync(), guessing = await server.VisitorAsync(), elsewhere = await server.VisitorAsync("alder");
        string code = await CodeAsync(asking, second);
        var shown = new List<string>();
        foreach ((HttpClient client, string email) in new[] { (asking, second), (guessing, "nobody@kestrelmoor-cycles.example"), (elsewhere, second) })
        {
            HttpResponseMessage sent = await AskAsync(client, email);
            string refused = await (await ConfirmAsync(client, code)).Content.ReadAsStringAsync();
            shown.Add($"{(int)sent.StatusCode} {await sent.Content.ReadAsStringAsync()} {string.Join(',', sent.Headers.Select(h => h.Key))} {Regex.Replace(refused, "\"traceId\":\"[^\"]*\"|\"instance\":\"[^\"]*\"", "", RegexOptions.None, TimeSpan.FromSeconds(1))}");
        }

        shown.Distinct().ShouldHaveSingleItem().ShouldStartWith("202");
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        (await db.Set<OutboxEntry>().ToListAsync()).ShouldAllBe(e => !e.Request.Contains("nobody@"));
        await using SwitchboardDb other = server.Services.GetRequiredService<Data>().For((await server.Services.GetRequiredService<Tenants>().FindAsync("alder", default))!.Id);
        (await other.Set<OutboxEntry>().CountAsync()).ShouldBe(0, "the other tenant does not know the address");
    }

    [Fact]
    public async Task A_code_works_for_the_session_that_asked_until_it_is_over_or_a_newer_one_is_sent()
    {
        HttpClient visitor = await server.VisitorAsync(), thief = await server.VisitorAsync(), stranger = await server.VisitorAsync();
        string first = await CodeAsync(visitor, "wanjiru@zanbara-health.example"), code = await CodeAsync(visitor, "wanjiru@zanbara-health.example");
        await (await ConfirmAsync(thief, code)).ProblemAsync(400, "code_invalid");
        // Another session that asks, for the same address too, has a code of its own and makes nobody else's void.
        if (await CodeAsync(stranger, "wanjiru@zanbara-health.example") != code) await (await ConfirmAsync(stranger, code)).ProblemAsync(400, "code_invalid");
        if (first != code) await (await ConfirmAsync(visitor, first)).ProblemAsync(400, "code_invalid");
        for (int n = 0; n < ProofCode.MostTries - 2; n++) await (await ConfirmAsync(visitor, Other(code))).ProblemAsync(400, "code_invalid");
        await (await ConfirmAsync(visitor, "12")).ProblemAsync(400, "invalid_request");
        await (await ConfirmAsync(visitor, code)).JsonAsync(200);

        HttpClient guesser = await server.VisitorAsync();
        code = await CodeAsync(guesser, "wanjiru@zanbara-health.example");
        for (int n = 0; n < ProofCode.MostTries; n++) await (await ConfirmAsync(guesser, Other(code))).ProblemAsync(400, "code_invalid");
        await (await ConfirmAsync(guesser, code)).ProblemAsync(400, "code_invalid");

        HttpClient late = await server.VisitorAsync();
        code = await CodeAsync(late, "wanjiru@zanbara-health.example");
        server.Pass(ProofCode.Life + TimeSpan.FromSeconds(1));
        await (await ConfirmAsync(late, code)).ProblemAsync(400, "code_invalid");
    }

    [Fact]
    public async Task Staff_prove_nobody_and_a_tenant_that_takes_no_address_as_a_proof_mails_none()
    {
        await (await AskAsync(server.Owner(), known)).ProblemAsync(403, "only_for_visitors");
        await (await AskAsync(server.Anonymous(), known)).ProblemAsync(401, "unauthenticated");
        (_, HttpClient owner) = await server.TenantAsync("yew");
        HttpClient visitor = await server.VisitorAsync("yew");
        await (await AskAsync(visitor, "no address")).ProblemAsync(400, "invalid_request");
        (await AskAsync(visitor, known)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
        using var policy = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = new StringContent("""{"identity":{"proofs":["widget"]}}""", Encoding.UTF8, "application/json") };
        policy.Headers.Add("If-Match", "*");
        await (await owner.SendAsync(policy)).JsonAsync(200);
        await (await AskAsync(visitor, known)).ProblemAsync(409, "proof_unavailable");
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string email) => client.PostAsJsonAsync("/api/v1/widget/proof", new { email });

    private static Task<HttpResponseMessage> ConfirmAsync(HttpClient client, string code) => client.PostAsJsonAsync("/api/v1/widget/proof/confirm", new { code });

    private static string Other(string code) => (code[0] == '0' ? '1' : '0') + code[1..];

    /// <summary>The code of the mail that is sent for it.</summary>
    private async Task<string> CodeAsync(HttpClient visitor, string email)
    {
        int before = LettersTo(email).Length;
        (await AskAsync(visitor, email)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
        await ClockServer.UntilAsync(() => Task.FromResult(LettersTo(email).Length > before));
        MailboxLetter letter = LettersTo(email)[0];
        letter.Text.ShouldNotContain("http");
        return Regex.Match(letter.Text, @"\b(?<a>\d{4}) (?<b>\d{4})\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } found ? found.Groups["a"].Value + found.Groups["b"].Value : throw new InvalidOperationException(letter.Text);
    }

    private MailboxLetter[] LettersTo(string email) => [.. server.Mailbox.Letters.Where(l => l.To == email)];
}
