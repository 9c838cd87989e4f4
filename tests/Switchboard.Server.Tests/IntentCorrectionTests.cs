using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Compliance.Postgres;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>What people correct is learnt, unless it makes the desk worse, and can be taken back. Each test has a tenant of its own, since a tenant has one classifier.</summary>
public abstract class IntentCorrectionSuite(TestServer server)
{
    // No sentence of the product holds this word.
    private static readonly string[] taught = ["the flumpet costs more than we can pay", "can you do something about the flumpet", "our flumpet is too dear", "flumpet please"];
    private const string unseen = "what about our flumpet now";
    private const string wanted = "billing/discount-negotiator";

    [Fact]
    public async Task A_corrected_wording_is_understood_by_the_tenants_next_turns_on_every_node_and_not_after_it_was_taken_back()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("taught");
        HttpClient visitor = await server.VisitorAsync("taught");
        (Guid conversation, Guid[] messages) = await SaidAsync(tenant, taught);
        (string? before, string version) = await AskAsync(owner, visitor, unseen);
        before.ShouldNotBe(wanted);
        var clock = new FakeTimeProvider();
        var otherNode = new TenantIntents(server.Services.GetRequiredService<IIntentStore>(), clock);
        (await otherNode.OfAsync(tenant, default)).ShouldBeSameAs(DeskIntents.Shipped);

        foreach (Guid message in messages)
        {
            JsonElement corrected = await (await PutAsync(owner, conversation, message, wanted)).JsonAsync(200);
            (corrected.Text("to"), corrected.IsNull("by")).ShouldBe((wanted, false));
        }
        (await (await PutAsync(owner, conversation, messages[0], wanted)).JsonAsync(200)).Id("messageId").ShouldBe(messages[0]);
        (await owner.GetJsonAsync("/api/v1/intents/corrections?limit=3")).Items().Length.ShouldBe(3);
        JsonElement trained = await TrainAsync(owner);
        trained.GetProperty("accepted").GetBoolean().ShouldBeTrue(trained.GetRawText());
        trained.GetProperty("corrections").GetInt32().ShouldBe(taught.Length);

        (string? after, string now) = await AskAsync(owner, visitor, unseen);
        after.ShouldBe(wanted);
        now.ShouldBe(trained.Text("version"));
        now.ShouldNotBe(version);
        JsonElement shown = await owner.GetJsonAsync("/api/v1/intents");
        (shown.Text("modelVersion"), shown.Items("trainings").Length).ShouldBe((now, 1));
        shown.Items().ShouldContain(i => i.Text("intent") == wanted && i.Text("category") == "support.billing");
        clock.Advance(TenantIntents.Life);
        (await otherNode.OfAsync(tenant, default)).Model.Version.ShouldBe(now, "a node that trained nothing comes to the same version");
        (_, HttpClient elsewhere) = await server.TenantAsync("untaught");
        (string? theirs, string theirVersion) = await AskAsync(elsewhere, await server.VisitorAsync("untaught"), unseen);
        (theirs, theirVersion).ShouldBe((before, version));
        (await TrainAsync(owner)).GetProperty("trained").GetBoolean().ShouldBeFalse("nothing was corrected since");

        foreach (Guid message in messages) (await owner.DeleteAsync(Path(conversation, message))).EnsureSuccessStatusCode();
        (await TrainAsync(owner)).Text("version").ShouldBe(version, "without corrections the product's own holds");
        (await AskAsync(owner, visitor, unseen)).ShouldBe((before, version));
        // Turns are replayed by the version they were read by, whichever is in force.
        foreach (ReplayedTurn turn in await TurnsAsync(tenant)) turn.Report.Identical.ShouldBeTrue(JsonSerializer.Serialize(turn.Report));
    }

    [Fact]
    public async Task Corrections_that_make_the_desk_worse_do_not_win_and_the_run_says_so()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("poisoned");
        HttpClient visitor = await server.VisitorAsync("poisoned");
        const string refund = "please give our payment for March back";
        (string? before, string version) = await AskAsync(owner, visitor, refund);
        before.ShouldBe("billing/refund-processor");
        string[] poison = [.. DeskIntents.ShippedSentences().Where(s => s.Label == "billing/refund-processor").Take(IntentUpdater.EnoughCorrections).Select(s => s.Text + " now")];
        (Guid conversation, Guid[] messages) = await SaidAsync(tenant, poison);

        foreach (Guid message in messages) (await PutAsync(owner, conversation, message, "meta.goodbye")).EnsureSuccessStatusCode();

        // So many at once are a training that nobody has to ask for; asked for by hand it comes behind.
        await TrainAsync(owner);
        JsonElement training = (await owner.GetJsonAsync("/api/v1/intents")).Items("trainings").ShouldHaveSingleItem();
        (training.GetProperty("accepted").GetBoolean(), training.IsNull("version"), training.GetProperty("corrections").GetInt32()).ShouldBe((false, true, messages.Length));
        training.Text("reason").ShouldContain("Macro-F1");
        JsonElement run = await owner.GetJsonAsync($"/api/v1/runs/{training.Id("runId")}");
        (run.Text("status"), run.GetProperty("result").GetProperty("accepted").GetBoolean()).ShouldBe(("succeeded", false));
        (await AskAsync(owner, visitor, refund)).ShouldBe((before, version));

        // Without them a good correction is learnt, and the bad ones are not.
        foreach (Guid message in messages) (await owner.DeleteAsync(Path(conversation, message))).EnsureSuccessStatusCode();
        (Guid second, Guid[] good) = await SaidAsync(tenant, taught);
        foreach (Guid message in good) (await PutAsync(owner, second, message, wanted)).EnsureSuccessStatusCode();
        (await TrainAsync(owner)).GetProperty("accepted").GetBoolean().ShouldBeTrue();
        (await AskAsync(owner, visitor, refund)).Intent.ShouldBe("billing/refund-processor");
        (await AskAsync(owner, visitor, unseen)).Intent.ShouldBe(wanted);
    }

    [Fact]
    public async Task Only_the_staff_of_the_tenant_corrects_and_only_what_a_customer_wrote_to_a_label_there_is()
    {
        HttpClient visitor = await server.VisitorAsync(), owner = server.Owner();
        Guid conversation = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        JsonElement[] messages = await owner.MessagesAsync(conversation);
        Guid asked = messages[0].Id("id"), answer = messages[1].Id("id");

        await (await PutAsync(server.WithKey(await server.KeyAsync(Scopes.ReadConversations)), conversation, asked, wanted)).ProblemAsync(403, "missing_scope");
        ((int)(await PutAsync(visitor, conversation, asked, wanted)).StatusCode).ShouldBe(403);
        (_, HttpClient stranger) = await server.TenantAsync("strangers");
        await (await PutAsync(stranger, conversation, asked, wanted)).ProblemAsync(404, "not_found");
        await (await stranger.DeleteAsync(Path(conversation, asked))).ProblemAsync(404, "not_found");
        await (await PutAsync(owner, conversation, Guid.CreateVersion7(), wanted)).ProblemAsync(404, "not_found");
        await (await PutAsync(owner, conversation, asked, "billing/nobody")).ProblemAsync(400, "invalid_request");
        await (await PutAsync(owner, conversation, answer, wanted)).ProblemAsync(409, "not_a_customers_message");
        await (await owner.DeleteAsync(Path(conversation, asked))).ProblemAsync(404, "not_found");
        (await owner.GetJsonAsync("/api/v1/intents/corrections")).Items().ShouldBeEmpty();
    }

    private static string Path(Guid conversation, Guid message) => $"/api/v1/conversations/{conversation}/messages/{message}/intent";

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, Guid conversation, Guid message, string intent) => client.PutAsJsonAsync(Path(conversation, message), new { intent });

    /// <summary>What a new message was understood to want, and by which version.</summary>
    private static async Task<(string? Intent, string Version)> AskAsync(HttpClient owner, HttpClient visitor, string text)
    {
        Guid conversation = (await visitor.BeginAsync(text)).Id("conversationId");
        JsonElement reading = (await owner.DecisionsAsync(conversation))[0].GetProperty("decision").GetProperty("understood").GetProperty("reading");
        return (reading.Items("intents").Select(i => i.GetProperty("label").GetString()).FirstOrDefault(), reading.Text("modelVersion"));
    }

    /// <summary>Messages of a customer, as a long talk that nobody has to wait for leaves them.</summary>
    private async Task<(Guid Conversation, Guid[] Messages)> SaidAsync(Guid tenant, string[] texts)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var conversation = new Conversation { TenantId = tenant, Id = Guid.CreateVersion7(now), Channel = Channel.Web, Subject = texts[0], CreatedAt = now, LastActivityAt = now };
        Message[] messages = [.. texts.Select((t, i) => new Message { TenantId = tenant, Id = Guid.CreateVersion7(now.AddMilliseconds(i)), ConversationId = conversation.Id, Sequence = i + 1, Author = MessageAuthor.Customer, Text = t, RunId = null, CreatedAt = now })];
        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(tenant, "test"), db =>
        {
            db.Add(conversation);
            db.AddRange(messages);
            return 0;
        }, default);
        return (conversation.Id, [.. messages.Select(m => m.Id)]);
    }

    /// <summary>Trains now and gives what came of it.</summary>
    private static async Task<JsonElement> TrainAsync(HttpClient owner)
    {
        Guid run = (await (await owner.PostAsync("/api/v1/schedules/intents.train/run", null)).JsonAsync(202)).Id("runId");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement now = await owner.GetJsonAsync($"/api/v1/runs/{run}");
            if (now.Text("status") is not ("queued" or "running"))
            {
                now.Text("status").ShouldBe("succeeded", now.GetRawText());
                return now.GetProperty("result");
            }
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<IReadOnlyList<ReplayedTurn>> TurnsAsync(Guid tenant)
    {
        Guid[] conversations;
        await using (SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant)) conversations = await db.Conversations.Select(c => c.Id).ToArrayAsync();
        var turns = new List<ReplayedTurn>();
        foreach (Guid id in conversations) turns.AddRange(await server.Services.GetRequiredService<RunReplay>().ConversationAsync(tenant, id, null, default));
        turns.Count.ShouldBe(3);
        return turns;
    }
}

public sealed class SqliteIntentCorrectionTests(TestServer server) : IntentCorrectionSuite(server), IClassFixture<TestServer>;

public sealed class PostgresIntentCorrectionTests : IntentCorrectionSuite, IClassFixture<PostgresTestServer>
{
    public PostgresIntentCorrectionTests(PostgresTestServer server) : base(server) => PostgresServer.SkipWithout();
}
