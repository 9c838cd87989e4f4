using System.Net.Http.Json;
using System.Text.Json;
using MimeKit;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Tests.Outside;

namespace Switchboard.Server.Tests;

/// <summary>What a person answers goes to the customer's address as well, through the outbox, once.</summary>
public sealed class AnswerMailTests : IAsyncLifetime
{
    private readonly MailingServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task An_answer_behind_a_handoff_is_mailed_once_to_the_address_that_was_given()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Talk to a human")).Id("conversationId");
        await visitor.SayAsync(id, "ada@example.com");

        await AnswerAsync(id, "Your invoice is on its way.", "answer");
        await AnswerAsync(id, "Your invoice is on its way.", "answer");

        JsonElement entry = await SettledAsync();
        (entry.Text("port"), entry.Text("status")).ShouldBe(("smtp", "sent"));
        string mail = server.Mail.Messages.ShouldHaveSingleItem();
        mail.ShouldContain("To: ada@example.com");
        mail.ShouldContain("Your invoice is on its way.");
        (await visitor.MessagesAsync(id)).Count(m => m.Text("text") == "Your invoice is on its way.").ShouldBe(1);
    }

    [Fact]
    public async Task A_private_note_is_mailed_to_nobody()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Talk to a human")).Id("conversationId");
        await visitor.SayAsync(id, "ada@example.com");

        await (await server.Owner().PostAsJsonAsync($"/api/v1/conversations/{id}/messages", new { text = "for us", @private = true })).JsonAsync(201);

        (await server.Owner().GetJsonAsync("/api/v1/outbox")).Items().ShouldBeEmpty();
    }

    private async Task AnswerAsync(Guid conversation, string text, string key) =>
        await (await server.Owner().PostAsync($"/api/v1/conversations/{conversation}/messages", new { text, author = "human" }, key)).JsonAsync(201);

    private async Task<JsonElement> SettledAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            JsonElement entry = (await server.Owner().GetJsonAsync("/api/v1/outbox")).Items().ShouldHaveSingleItem();
            if (entry.Text("status") is not ("pending" or "sending")) return entry;
            await Task.Delay(20, limit.Token);
        }
    }

    private sealed class MailingServer : TestServer
    {
        public SmtpStub Mail { get; } = new();

        protected override ServerOptions Alter(ServerOptions options) =>
            options with { Outside = OutsideSettings.None with { Smtp = new SmtpSettings("127.0.0.1", Mail.Port, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")) } };

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Mail.Dispose();
        }
    }
}
