using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Replay;

/// <summary>A thousand conversations, carried out by the real pipeline and worked out again from their journals.</summary>
public sealed partial class ReplayTests(ReplayTests.TalkedServer server) : IClassFixture<ReplayTests.TalkedServer>
{
    private RunReplay Replay => server.Services.GetRequiredService<RunReplay>();

    private Data Data => server.Services.GetRequiredService<Data>();

    [Fact]
    public async Task A_thousand_conversations_come_out_as_they_were_recorded_and_replaying_them_writes_nothing()
    {
        byte[] before = await server.HashAsync();

        IReadOnlyList<(Guid Conversation, ReplayedTurn Turn)> turns = await ReplayAllAsync(null);

        turns.Where(t => !t.Turn.Report.Identical).Take(5).Select(t => $"{t.Conversation} {t.Turn.Sequence}: {JsonSerializer.Serialize(t.Turn.Report)}").ShouldBeEmpty();
        turns.Select(t => t.Conversation).Distinct().Count().ShouldBe(TalkedServer.Conversations);
        turns.Count.ShouldBeGreaterThan(TalkedServer.Conversations * 3 / 2);
        (await server.HashAsync()).ShouldBe(before, "a replay has nothing to write with");

        // It would prove little if the conversations were all alike.
        await using SwitchboardDb db = Data.For(server.TenantId);
        (await db.Set<Message>().Where(m => m.Author == MessageAuthor.Agent).Select(m => m.Status).Distinct().CountAsync()).ShouldBe(Enum.GetValues<ReplyStatus>().Length);
        (await db.RunSteps.Select(s => s.Name).Distinct().CountAsync()).ShouldBeGreaterThan(25);
        (await db.Conversations.Select(c => c.Language).Distinct().CountAsync()).ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task One_changed_figure_lists_exactly_the_turns_that_would_be_decided_otherwise()
    {
        // Refunds above 100 need somebody's yes; with 200 those in between need none. Which these are follows from what was recorded.
        TenantPolicies against = TenantPolicies.Default with { Refunds = TenantPolicies.Default.Refunds with { AutomaticUpTo = 200 } };
        var expected = new HashSet<Guid>();
        await using (SwitchboardDb db = Data.For(server.TenantId))
        {
            foreach (var step in await db.RunSteps.Where(s => s.Name.EndsWith("decide:refund")).Select(s => new { s.RunId, s.Result }).ToListAsync())
            {
                JsonElement decided = JsonElement.Parse(step.Result).GetProperty("value");
                decimal amount = decided.GetProperty("amount").GetProperty("amount").GetDecimal();
                if (decided.GetProperty("allowed").GetBoolean() && amount > 100 && amount <= 200) expected.Add(await TurnOfAsync(db, step.RunId));
            }
        }

        expected.Count.ShouldBeGreaterThan(20);
        (Guid Conversation, ReplayedTurn Turn)[] changed = [.. (await ReplayAllAsync(against)).Where(t => !t.Turn.Report.Identical)];

        changed.Select(t => t.Turn.Report.RunId).ShouldBe(expected, ignoreOrder: true);
        foreach ((_, ReplayedTurn turn) in changed)
        {
            ReplayDifference difference = turn.Report.Differences.ShouldHaveSingleItem();
            (difference.Kind, difference.Name).ShouldBe(("decide:refund", "billing/refund-processor/decide:refund"));
            (difference.Recorded!.Value.Text("neededScope"), difference.Recomputed!.Value.IsNull("neededScope")).ShouldBe(("approve:refunds", true));
        }
    }

    [Fact]
    public async Task A_rule_that_forbids_what_was_offered_shows_the_decision_the_steps_and_the_words_that_would_differ()
    {
        TenantPolicies against = TenantPolicies.Default with { Refunds = TenantPolicies.Default.Refunds with { FirstPaymentDays = 1 } };
        RecordedTurn turn = await server.TurnAsync("offered");

        ReplayReport report = await server.Services.GetRequiredService<TurnReplay>().ReplayAsync(turn, against, default);

        report.Differences.Select(d => (d.Kind, d.Name)).ShouldBe(
        [
            ("decide:refund", "billing/refund-processor/decide:refund"),
            ("step", "billing/refund-processor/propose:refund.issue"),
            ("step", "billing/refund-processor/confirm:refund.issue"),
            ("text", "reply"),
            ("text", "reply.status"),
        ]);
        ReplayDifference words = report.Differences[3];
        words.Recorded!.Value.GetString()!.ShouldContain("Shall I do that?");
        words.Recomputed!.Value.GetString()!.ShouldContain("I cannot give the payment");
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task What_was_altered_in_a_journal_is_told_and_nothing_else(string talk, string what, string kind, string name, bool recorded, bool recomputed)
    {
        RecordedTurn turn = await server.TurnAsync(talk);
        (await ReplayAsync(turn)).Identical.ShouldBeTrue();

        ReplayReport report = await ReplayAsync(Mutate(turn, what));

        ReplayDifference difference = report.Differences.ShouldHaveSingleItem();
        (difference.Kind, difference.Name, difference.Recorded is not null, difference.Recomputed is not null).ShouldBe((kind, name, recorded, recomputed));
    }

    public static TheoryData<string, string, string, string, bool, bool> Mutations => new()
    {
        { "offered", "understood", "understand", "understand:message", true, true },
        { "offered", "route", "route", "route:agent", true, true },
        { "offered", "decided", "decide:refund", "billing/refund-processor/decide:refund", true, true },
        { "offered", "confirm", "text", "billing/refund-processor/confirm:refund.issue", true, true },
        { "offered", "reply", "text", "reply", true, true },
        { "offered", "step missing", "step", "billing/refund-processor/decide:candidates", false, true },
        { "offered", "step added", "step", "billing/refund-processor/decide:bogus", true, false },
        { "offered", "swapped", "step", "order", true, true },
        { "offered", "proposal", "step", "billing/refund-processor/propose:refund.issue", true, true },
        { "offered", "read missing", "step", "read:payments", false, true },
        { "acted", "performance missing", "step", "perform:refund.issue", false, true },
        { "answered", "guard", "guard", "guards", true, true },
        { "answered", "citations", "text", "reply.citations", true, true },
        { "answered", "own step added", "step", "desk/knowledge-answerer/decide:bogus", true, false },
    };

    [Fact]
    public async Task A_check_that_read_another_passage_stops_the_reply_in_the_replay_too()
    {
        RecordedTurn turn = await server.TurnAsync("answered");

        ReplayReport report = await ReplayAsync(With(turn, PassageRead.StepName, step => step with { Result = step.Result.Replace("\"digest\":\"", "\"digest\":\"x", StringComparison.Ordinal) }));

        report.Differences.Select(d => d.Kind).ShouldContain("guard");
        report.Differences.Single(d => d.Name == "hops").Recomputed!.Value.EnumerateArray().Select(h => h.GetString()).ShouldBe(["desk/knowledge-answerer", "desk/human-handoff"]);
    }

    [Fact]
    public async Task Why_a_turn_cannot_be_replayed_is_said_with_a_code()
    {
        RecordedTurn turn = await server.TurnAsync("offered");
        RecordedTurn later = await server.TurnAsync("acted");

        async Task<ReplayRefusal?> RefusalAsync(RecordedTurn one) => (await ReplayAsync(one)).Refusal;

        (await RefusalAsync(turn with { Steps = [.. turn.Steps.Where(s => s.Name != TurnBasis.StepName)] })).ShouldBe(ReplayRefusal.NotRecorded);
        (await RefusalAsync(turn with { Steps = [] })).ShouldBe(ReplayRefusal.JournalDeleted);
        (await RefusalAsync(turn with { Trigger = null })).ShouldBe(ReplayRefusal.MessagesGone);
        (await RefusalAsync(turn with { Contact = null })).ShouldBe(ReplayRefusal.ContactGone);
        (await RefusalAsync(turn with { Policies = null })).ShouldBe(ReplayRefusal.PoliciesGone);
        (await RefusalAsync(later with { Dialogues = [] })).ShouldBe(ReplayRefusal.DialogueGone);
        (await RefusalAsync(With(turn, TurnBasis.StepName, step => step with { Result = """{"v":1,"value":{"owner":"nobody"}}""" }))).ShouldBe(ReplayRefusal.Unreadable);
    }

    [Fact]
    public async Task Steps_of_turns_that_were_stored_without_a_version_are_still_read()
    {
        RecordedTurn turn = await server.TurnAsync("offered");
        turn.Steps.Single(s => s.Name == TurnLog.UnderstandStep).Result.ShouldStartWith("""{"v":1,"value":{""");

        RecordedTurn older = turn with { Steps = [.. turn.Steps.Select(s => s.Name is TurnLog.UnderstandStep or TurnLog.RouteStep ? s with { Result = Journal.ValueOf(s).GetRawText() } : s)] };

        (await ReplayAsync(older)).Identical.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_turn_keeps_for_its_replay_stays_small()
    {
        await using SwitchboardDb db = Data.For(server.TenantId);
        var sizes = (await db.RunSteps.Where(s => s.Name == TurnBasis.StepName || s.Name == PassageRead.StepName).Select(s => new { s.Name, s.Result }).ToListAsync())
            .GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.Average(s => Encoding.UTF8.GetByteCount(s.Result)));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", sizes.Select(s => $"{s.Key} {s.Value:0} bytes")));
        sizes[TurnBasis.StepName].ShouldBeLessThan(600);
        sizes[PassageRead.StepName].ShouldBeLessThan(1200);
    }

    private Task<ReplayReport> ReplayAsync(RecordedTurn turn) => server.Services.GetRequiredService<TurnReplay>().ReplayAsync(turn, null, default);

    private async Task<IReadOnlyList<(Guid Conversation, ReplayedTurn Turn)>> ReplayAllAsync(TenantPolicies? against)
    {
        List<Guid> conversations;
        await using (SwitchboardDb db = Data.For(server.TenantId)) conversations = await db.Conversations.Select(c => c.Id).ToListAsync();
        var found = new List<(Guid, ReplayedTurn)>();
        await Parallel.ForEachAsync(conversations, async (id, token) =>
        {
            IReadOnlyList<ReplayedTurn> turns = await Replay.ConversationAsync(server.TenantId, id, against, token);
            lock (found) found.AddRange(turns.Select(t => (id, t)));
        });
        return found;
    }

    /// <summary>The turn in which a dialogue was opened; a turn's own id as it is.</summary>
    private static async Task<Guid> TurnOfAsync(SwitchboardDb db, Guid runId)
    {
        Run run = await db.Runs.SingleAsync(r => r.Id == runId);
        if (run.Kind == RunKind.Turn) return runId;
        string subject = Subjects.Conversation(Subjects.DeskConversationOf(run.Subject)!.Value);
        // The decision was taken in the turn that opened the dialogue, or in the one in which the customer said which payment is meant.
        bool asked = await db.RunSteps.AnyAsync(s => s.RunId == runId && s.Name.StartsWith("need:"));
        int wish = Core.Json.Read<DialogueInput>(run.Input).WishSequence;
        return await db.Runs.Where(r => r.Subject == subject && r.Kind == RunKind.Turn && (asked ? r.Ordinal > wish : r.Ordinal == wish)).OrderBy(r => r.Ordinal).Select(r => r.Id).FirstAsync();
    }

    private static RecordedTurn With(RecordedTurn turn, string name, Func<JournalEntry, JournalEntry> change) => turn with { Steps = [.. turn.Steps.Select(s => s.Name == name ? change(s) : s)] };

    private static RecordedTurn Dialogue(RecordedTurn turn, Func<IReadOnlyList<JournalEntry>, IEnumerable<JournalEntry>> change) => turn with { Dialogues = [.. turn.Dialogues.Select(d => d with { Taken = [.. change(d.Taken)] })] };

    private static RecordedTurn Step(RecordedTurn turn, string name, string old, string now) =>
        Dialogue(turn, steps => steps.Select(s => s.Name == name ? s with { Result = Changed(s.Result, old, now) } : s));

    private static string Changed(string text, string old, string now)
    {
        text.ShouldContain(old);
        return text.Replace(old, now, StringComparison.Ordinal);
    }

    private static RecordedTurn Mutate(RecordedTurn turn, string what) => what switch
    {
        "understood" => With(turn, TurnLog.UnderstandStep, s => s with { Result = Changed(s.Result, "\"language\":\"", "\"language\":\"x") }),
        "route" => With(turn, TurnLog.RouteStep, s => s with { Result = Changed(s.Result, "\"reason\":\"", "\"reason\":\"x") }),
        "decided" => Step(turn, "decide:refund", "\"offerCancellation\":false", "\"offerCancellation\":true"),
        "confirm" => Step(turn, "confirm:refund.issue", "Shall I do that?", "Shall I?"),
        "reply" => turn with { Reply = turn.Reply!.WithText("Something else.") },
        "step missing" => Dialogue(turn, steps => steps.Where(s => s.Name != "decide:candidates")),
        "step added" => Dialogue(turn, steps => [.. steps, Journal.EntryOf("decide:bogus", 1)]),
        "swapped" => Dialogue(turn, steps => [steps[0], steps[2], steps[1], .. steps.Skip(3)]),
        "proposal" => Step(turn, "propose:refund.issue", "\\\"amount\\\":", "\\\"amount\\\":1"),
        "read missing" => Dialogue(turn, steps => steps.Where(s => s.Name != "read:payments")),
        "performance missing" => Dialogue(turn, steps => steps.Where(s => s.Name != "perform:refund.issue")),
        "guard" => turn with { Run = turn.Run.WithResult(Changed(turn.Run.Result!, "stand in their articles", "stand there")) },
        "citations" => turn with { Reply = turn.Reply!.WithCitations([.. turn.Reply!.Citations.Skip(1)]) },
        "own step added" => turn with { Steps = [.. turn.Steps, Journal.EntryOf("desk/knowledge-answerer/decide:bogus", 1)] },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "is no alteration"),
    };

    /// <summary>A server on which a thousand conversations of all sorts were carried out.</summary>
    public sealed class TalkedServer : TestServer
    {
        public const int Conversations = 1000;

        private static readonly string[] foreign =
        [
            "Wie kann ich mein Passwort zurücksetzen, wenn ich meine Adresse nicht mehr habe?", "¿Cómo puedo cambiar la contraseña de mi cuenta si la he olvidado?",
            "Comment puis-je changer le mot de passe de mon compte si je l'ai oublié ?", "Como posso alterar a minha senha se me esqueci dela ontem?",
            "パスワードを忘れた場合はどうすればいいですか", "Hur kan jag ändra mitt lösenord om jag har glömt det?", "Come posso reimpostare la password del mio account?",
        ];

        private readonly Dictionary<string, Guid> named = [];

        private Talks Talks => new(Services, TenantId);

        /// <summary>The last turn of a conversation that the tests know by name.</summary>
        public async Task<RecordedTurn> TurnAsync(string name)
        {
            IRecordedRuns recorded = Services.GetRequiredService<IRecordedRuns>();
            return (await recorded.TurnAsync(TenantId, (await recorded.TurnsOfAsync(TenantId, named[name], default))[^1], default))!;
        }

        protected override async ValueTask FilledAsync()
        {
            Contact joao = await Talks.ContactAsync("joao@pampa-clara.example"), wanjiru = await Talks.ContactAsync("wanjiru@zanbara-health.example"), devika = await Talks.ContactAsync("devika@kestrelmoor-cycles.example");
            Contact callum = await Talks.ContactAsync("callum@kestrelmoor-cycles.example"), two = await Talks.AddCustomerAsync("two-payments", 120, 55), twice = await Talks.AddCustomerAsync("charged-twice", 150, 150);
            named["offered"] = await Talks.PlayAsync(await Talks.AddCustomerAsync("offered", 45), "I want my money back");
            named["acted"] = await Talks.PlayAsync(await Talks.AddCustomerAsync("acted", 45), "I want my money back", "yes");
            named["answered"] = await Talks.PlayAsync(null, Questions.Good);
            string[] titles;
            await using (SwitchboardDb db = Services.GetRequiredService<Data>().For(TenantId)) titles = [.. (await db.Set<KbArticle>().OrderBy(a => a.Title).Select(a => a.Title).ToListAsync())];

            await Parallel.ForEachAsync(Enumerable.Range(0, Conversations - named.Count - 2), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            {
                string title = titles[i % titles.Length], other = titles[(i * 7) % titles.Length];
                (Contact? Who, string[] Says) talk = (i % 20) switch
                {
                    < 5 => new(null, [title]),
                    < 8 => new(joao, [title, other]),
                    8 => new(null, [$"How do I find out about {title}?", "thanks, that helps"]),
                    9 => new(null, ["Hello!", "What is your name?", "bye"]),
                    10 => new(null, ["Talk to a human", "ada@example.com", "hello?"]),
                    11 => new(devika, [title, "I want to talk to a person"]),
                    12 => new(null, [Questions.Unknown, Questions.AlsoUnknown]),
                    13 => new(wanjiru, ["Refund please", "no"]),
                    14 => new(wanjiru, ["Refund please", "hm", "well"]),
                    15 => new(twice, ["I was charged twice", title, "no"]),
                    16 => new(null, ["I want my money back", title]),
                    17 => new(i % 40 == 17 ? joao : null, [foreign[i / 20 % foreign.Length], "Talk to a human", "no"]),
                    18 => new(two, ["Refund please", "the 120.00 USD one", "no"]),
                    _ when i % 100 == 19 => new(joao, ["I want my money back", "yes"]),
                    _ => new(callum, ["I want a refund"]),
                };
                await Talks.PlayAsync(talk.Who, talk.Says);
            });
            await DecideAsync(devika, "approve");
            await DecideAsync(wanjiru, "reject");
            // From here on nothing in the background writes any more, however long the replays take: when a key was last used is noted within a minute, and was taken for their work.
            await Server.App.StopAsync();
        }

        /// <summary>A refund that somebody must decide, and the decision.</summary>
        private async Task DecideAsync(Contact contact, string decision)
        {
            Guid id = await Talks.PlayAsync(contact, "I want my money back", "yes");
            Guid approval = (await Owner().GetJsonAsync("/api/v1/approvals?status=pending")).Items().ShouldHaveSingleItem().Id("id");
            await (await Owner().PostAsJsonAsync($"/api/v1/approvals/{approval}/{decision}", new { })).JsonAsync(200);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while ((await Talks.LastAsync(id)).Status == ReplyStatus.WaitingApproval) await Task.Delay(20, limit.Token);
        }

        /// <summary>A hash of all rows of all tables, whatever their order.</summary>
        public async Task<byte[]> HashAsync()
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(DataPath, "switchboard.db")};Mode=ReadOnly");
            await connection.OpenAsync();
            var tables = new List<string>();
            await using (SqliteCommand list = connection.CreateCommand())
            {
                list.CommandText = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
                await using SqliteDataReader names = await list.ExecuteReaderAsync();
                while (await names.ReadAsync()) tables.Add(names.GetString(0));
            }

            tables.Count.ShouldBeGreaterThan(40);
            byte[] sum = new byte[32];
            foreach (string table in tables)
            {
                await using SqliteCommand read = connection.CreateCommand();
                read.CommandText = $"select * from \"{table}\"";
                await using SqliteDataReader rows = await read.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                {
                    var row = new StringBuilder(table);
                    for (int c = 0; c < rows.FieldCount; c++) row.Append('\u001f').Append(rows.GetValue(c) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(rows.GetValue(c), System.Globalization.CultureInfo.InvariantCulture));
                    byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(row.ToString()));
                    for (int b = 0; b < sum.Length; b++) sum[b] ^= hash[b];
                }
            }

            return sum;
        }
    }
}
