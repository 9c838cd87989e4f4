using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Replay;

/// <summary>Journals as earlier versions wrote them: they are read, replayed, and what waits goes on.</summary>
public sealed class StoredJournalTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Written before turns kept what they stood on.</summary>
    private const string beforeTheBasis = "1-before-the-basis.json";

    private static int tenants;

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task The_version_at_hand_writes_journals_that_it_reads()
    {
        Guid tenant = await TenantAsync();
        HttpClient local = server.Local($"journals-{tenants}");
        await local.ImportAsync("docs", ("office.md", "# Harbour opening hours\n\nThe harbour office opens at seven in the morning and closes at nine in the evening.\n"), ("boats.md", "# Renting a boat\n\nBoats are rented by the hour. Bring a valid licence to the pier.\n"));

        string file = await JournalFiles.WriteAsync(server.Services, tenant);

        if (Environment.GetEnvironmentVariable("SWITCHBOARD_JOURNAL_FILE") is { Length: > 0 } path) await File.WriteAllTextAsync(path, file);
        Guid loaded = await TenantAsync();
        await JournalFiles.LoadAsync(server.Services, loaded, file);
        await ReplayAllAsync(loaded, refusal: null, isEarlier: false);
        await GoOnAsync(loaded);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Turns_of_an_earlier_version_are_replayed_with_no_difference_but_in_moods_and_new_steps_or_it_is_said_that_too_little_was_kept(string file) =>
        await ReplayAllAsync(await LoadAsync(file), file == beforeTheBasis ? ReplayRefusal.NotRecorded : null, isEarlier: true);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Dialogues_that_an_earlier_version_parked_go_on_and_pay_once(string file) => await GoOnAsync(await LoadAsync(file));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Dialogues_whose_code_changed_meanwhile_begin_again_from_the_customers_wish_and_pay_once(string file)
    {
        Guid tenant = await LoadAsync(file);
        var talks = new Talks(server.Services, tenant);
        Contact contact = await talks.ContactAsync("ada@offered.example");
        Guid conversation = await ConversationAsync(tenant, contact);
        string subject = Subjects.Dialogue(conversation);
        // The step that the code asks for first had another name when the dialogue was parked.
        await server.Services.GetRequiredService<Data>().WriteAsync(
            new SystemActor(tenant, "test"),
            db =>
            {
                RunStep step = db.RunSteps.Single(s => s.Name == "decide:candidates" && db.Runs.Any(r => r.Id == s.RunId && r.Subject == subject));
                db.Remove(step);
                db.SaveChanges();
                db.Add(new RunStep { TenantId = tenant, RunId = step.RunId, Ordinal = step.Ordinal, Name = "decide:older", Result = step.Result });
                return 0;
            },
            default);

        await talks.SayAsync(conversation, "yes");
        Message again = await talks.LastAsync(conversation);
        (again.Status, again.Text.Contains("90.00 USD")).ShouldBe((ReplyStatus.Confirm, true), "it begins again from the wish and offers again; the yes was to the old offer");
        (await talks.RefundsAsync(contact.CustomerId!.Value)).ShouldBe(0);

        await talks.SayAsync(conversation, "yes");
        (await talks.LastAsync(conversation)).Status.ShouldBe(ReplyStatus.Acted);
        await talks.SayAsync(conversation, "yes");
        (await talks.RefundsAsync(contact.CustomerId!.Value)).ShouldBe(1);
    }

    private async Task ReplayAllAsync(Guid tenant, ReplayRefusal? refusal, bool isEarlier)
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
        List<Guid> conversations = await db.Conversations.Select(c => c.Id).ToListAsync();
        conversations.Count.ShouldBe(JournalFiles.Parked.Count + 6);
        int turns = 0;
        foreach (Guid id in conversations)
        {
            foreach (ReplayedTurn turn in await server.Services.GetRequiredService<RunReplay>().ConversationAsync(tenant, id, null, default))
            {
                turns++;
                // Moods are counted anew, by words that were weighed again since, and the refund dialogue takes three more steps; that is told, and nothing else comes out otherwise.
                int others = turn.Report.Differences.Count(d => !(isEarlier && (IsMoodAlone(d) || IsNewStep(d))));
                (turn.Report.Refusal, others).ShouldBe((refusal, 0), $"message {turn.Sequence} of {id}: {JsonSerializer.Serialize(turn.Report)}");
            }
        }

        turns.ShouldBe(await db.Runs.CountAsync(r => r.Kind == RunKind.Turn));
        turns.ShouldBeGreaterThan(20);
    }

    /// <summary>Whether it is a step that the refund dialogue takes since and did not take then: who may ask is a decision, and so is what is wished, or meant by a no.</summary>
    private static bool IsNewStep(ReplayDifference difference) =>
        difference is { Kind: "step", Recorded: null, Name: "billing/refund-processor/gate/decide:role" or "billing/refund-processor/decide:wish" or "billing/refund-processor/decide:other" };

    private static bool IsMoodAlone(ReplayDifference difference)
    {
        if (difference is not { Kind: "understand", Recorded: { ValueKind: JsonValueKind.Object } before, Recomputed: { ValueKind: JsonValueKind.Object } after }) return false;
        (JsonObject was, JsonObject now) = (JsonObject.Create(before)!, JsonObject.Create(after)!);
        return was.Remove("sentiment") && now.Remove("sentiment") && JsonNode.DeepEquals(was, now);
    }

    /// <summary>Answers what each parked dialogue asks, twice where money may move, and counts.</summary>
    private async Task GoOnAsync(Guid tenant)
    {
        var talks = new Talks(server.Services, tenant);
        (string Customer, string[] Answers, ReplyStatus Ends, int Refunds)[] expected =
        [
            ("offered", ["yes", "yes"], ReplyStatus.Acted, 1),
            ("offered-again", ["yes", "yes"], ReplyStatus.Acted, 1),
            ("which", ["the 55.00 USD", "no"], ReplyStatus.Declined, 0),
            ("which-again", ["hm"], ReplyStatus.Declined, 0),
            ("digressed", ["yes", "yes"], ReplyStatus.Acted, 1),
            ("performed", ["yes"], ReplyStatus.Acted, 1),
            ("kept", ["yes"], ReplyStatus.Declined, 0),
        ];
        foreach ((string customer, string[] answers, ReplyStatus ends, int refunds) in expected)
        {
            Contact contact = await talks.ContactAsync($"ada@{customer}.example");
            Guid conversation = await ConversationAsync(tenant, contact);
            foreach (string answer in answers) await talks.SayAsync(conversation, answer);
            (await talks.RefundsAsync(contact.CustomerId!.Value)).ShouldBe(refunds, customer);
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
            (await db.Set<Message>().AnyAsync(m => m.ConversationId == conversation && m.Status == ends)).ShouldBeTrue(customer);
        }

        Contact waiting = await talks.ContactAsync("ada@approval.example");
        int paid = await DecideAsync(tenant, waiting);
        (await talks.RefundsAsync(waiting.CustomerId!.Value)).ShouldBe(paid, "an approval that still waits is given once; one whose time is over pays nothing");
    }

    /// <summary>Approves what waits and gives how many refunds that must make: none when the approval's time was over by itself.</summary>
    private async Task<int> DecideAsync(Guid tenant, Contact contact)
    {
        Guid conversation = await ConversationAsync(tenant, contact);
        Approval approval;
        await using (SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant)) approval = await db.Set<Approval>().SingleAsync(a => a.ConversationId == conversation);
        using HttpClient local = server.Local((await server.Services.GetRequiredService<Tenants>().FindAsync(tenant, default))!.Slug);
        JsonElement made = await (await local.PostAsync("/api/v1/api-keys", new { name = "owner" }, null)).JsonAsync(201);
        using HttpClient owner = server.WithKey(made.Text("key"));
        HttpResponseMessage decided = await owner.PostAsync($"/api/v1/approvals/{approval.Id}/approve", new { }, null);
        ((int)decided.StatusCode).ShouldBeOneOf(200, 409);
        int paid = decided.IsSuccessStatusCode ? 1 : 0;

        // The decision begins a turn of its own, which the server carries out.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string subject = Subjects.Dialogue(conversation);
        while (true)
        {
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
            if (!await db.Runs.AnyAsync(r => r.Subject == subject && r.Status == RunStatus.Waiting, limit.Token)) return paid;
            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<Guid> ConversationAsync(Guid tenant, Contact contact)
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
        return await db.Conversations.Where(c => c.ContactId == contact.Id).Select(c => c.Id).SingleAsync();
    }

    private async Task<Guid> LoadAsync(string file)
    {
        Guid tenant = await TenantAsync();
        await JournalFiles.LoadAsync(server.Services, tenant, await File.ReadAllTextAsync(Path.Combine(Folder(), file)));
        return tenant;
    }

    private async Task<Guid> TenantAsync()
    {
        string slug = $"journals-{++tenants}";
        (await server.Local().PutAsync($"/api/v1/tenants/{slug}", null)).EnsureSuccessStatusCode();
        return (await server.Services.GetRequiredService<Tenants>().FindAsync(slug, default))!.Id;
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Journals");
}
