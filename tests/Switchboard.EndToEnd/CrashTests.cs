using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

namespace Switchboard.EndToEnd;

/// <summary>The server is killed at every place at which something is half done, and nothing is lost or doubled.</summary>
public sealed partial class CrashTests(FirstStart first) : IAsyncLifetime
{
    private const string listening = "start:listening";
    private static readonly string[] talk = ["How do I add a teammate?", "Talk to a human", "ada@example.com"];
    private readonly TempFolder temp = new();
    private Begun begun = null!;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    private static ParallelOptions Options => new() { MaxDegreeOfParallelism = 2, CancellationToken = Limit };

    public async ValueTask InitializeAsync() => begun = await first.LeftAsync();

    public ValueTask DisposeAsync()
    {
        temp.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_server_killed_anywhere_in_a_conversation_loses_nothing_and_does_nothing_twice()
    {
        Dictionary<string, int> sites = await SitesOfTalkAsync();
        sites.Keys.ShouldBe(
        [
            listening,
            "accept:written-message", "accept:before-commit", "accept:after-commit",
            "turn:loaded", "turn:routed", "turn:handled",
            "finish:written-steps", "finish:written-reply", "finish:written-events", "finish:before-commit", "finish:after-commit",
        ], ignoreOrder: true);
        var left = new ConcurrentQueue<string>(sites.Keys);
        var kills = new ConcurrentDictionary<string, int>();

        // Each of the two servers takes one place after the other: the life that completes what was left is the one that dies next.
        await Parallel.ForEachAsync(Enumerable.Range(1, 2), Options, async (n, cancellation) =>
        {
            await using var server = new MortalServer(temp.Copy(begun.Data, $"talks {n}"));
            int talks = 0;
            while (left.TryDequeue(out string? site))
            {
                bool died = true;
                for (int pass = 1; died; pass++)
                {
                    died = await SurvivesAsync(server, site, pass, ++talks, cancellation);
                    if (died) kills[site] = pass;
                }
            }

            await server.KillAtRestAsync(cancellation);
            using var ledger = new Ledger(server.Data);
            ledger.ShouldBeSound();
        });

        foreach ((string site, int times) in sites)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{site}: killed at passes 1..{kills[site]}");
            kills[site].ShouldBeGreaterThanOrEqualTo(times, site);
        }
    }

    public static TheoryData<string, string> Twice => KillSettings.EveryPassing
        ? new() { { "accept:after-commit", "turn:loaded" }, { "turn:handled", "turn:handled" }, { "finish:before-commit", "finish:written-reply" }, { "finish:after-commit", listening } }
        : new() { { "turn:handled", "turn:handled" }, { "finish:after-commit", listening } };

    [Theory]
    [MemberData(nameof(Twice))]
    public async Task A_server_killed_again_while_it_takes_up_what_it_left_goes_on_at_the_third_start(string before, string after)
    {
        await using var server = new MortalServer(temp.Copy(begun.Data, "data"), ["--kill", before, "2"], ["--kill", after, "1"], ["--kill", after, "1"]);
        await TalkAsync(server, talks: 1, Limit);
        server.Lives.ShouldBe(4);
        await server.KillAtRestAsync(Limit);
        using var ledger = new Ledger(server.Data);
        ledger.ShouldBeSound();
    }

    /// <summary>Talks by contact, with the status of each reply: one with each specialist for money, of two wishes, and of a question which is meant.</summary>
    private static readonly (string? Contact, string[] Said, string[] Told)[] held =
    [
        ("joao@pampa-clara.example", ["I want my money back and add 3 seats", "How do I reset my password?", "yes", "yes"], ["confirm", "answered", "confirm", "acted"]),
        ("wanjiru@zanbara-health.example", ["look into the charges", "the first one", "no"], ["needs_info", "confirm", "declined"]),
        ("devika@kestrelmoor-cycles.example", ["Can you give us 15 percent discount?", "now", "yes"], ["needs_info", "confirm", "acted"]),
        ("maya@kestrelmoor-cycles.example", ["my payment failed", "hm", "no"], ["needs_info", "needs_info", "declined"]),
        ("zoe@norrglimt-energi.example", ["cancel my subscription", "no", "yes"], ["needs_info", "confirm", "acted"]),
        ("leyla@norrglimt-energi.example", ["Please send me our last invoice", "well", "yes"], ["confirm", "confirm", "acted"]),
        (null, ["What would our team pay on premium?", "15"], ["needs_info", "answered"]),
    ];

    [Fact]
    public async Task Talks_whose_server_is_killed_between_any_two_messages_come_to_the_same_end_and_do_each_thing_once()
    {
        string[] data = [temp.Copy(begun.Data, "whole"), temp.Copy(begun.Data, "killed")];

        List<string>[] told = await Task.WhenAll(PlayAsync(data[0], kills: false), PlayAsync(data[1], kills: true));

        told[1].ShouldBe(told[0]);
        long[][] rows = [.. data.Select(folder =>
        {
            using var ledger = new Ledger(folder);
            ledger.ShouldBeSound();
            ledger.Number("select count(*) from runs where kind = 'dialogue' and status = 'waiting'").ShouldBe(0, "nothing is left behind");
            return ((string[])["refunds", "discount_grants", "outbox", "handoffs"]).Select(table => ledger.Number($"select count(*) from {table}")).ToArray();
        })];
        (rows[0][0], rows[0][1]).ShouldBe((1, 1));
        rows[1].ShouldBe(rows[0], "each thing is done once");

        // All talks go on side by side, a message of each between two lives: so few kills are one between any two messages.
        async Task<List<string>> PlayAsync(string folder, bool kills)
        {
            await using var server = new MortalServer(folder) { Always = ["--mail"] };
            using var stranger = Visitor.Of(server);
            JsonNode contacts = (await stranger.GetAsync("api/v1/widget/contacts", Limit))!;
            Visitor[] visitors = [.. held.Select(h => Visitor.Of(server, h.Contact is null ? null : (Guid)contacts["items"]!.AsArray().Single(c => (string?)c!["email"] == h.Contact)!["id"]!))];
            var ids = new Guid?[held.Length];
            var replies = new List<string>();
            int rounds = held.Max(h => h.Said.Length);
            for (int n = 0; n < rounds; n++)
            {
                if (kills && n > 0) await server.KillAsync(Limit);
                for (int t = 0; t < held.Length; t++)
                {
                    if (n >= held[t].Said.Length) continue;
                    Sent sent = ids[t] is { } id ? await visitors[t].SendAsync(id, held[t].Said[n], Limit) : await visitors[t].CreateAsync(held[t].Said[n], Limit);
                    ids[t] = sent.ConversationId;
                    sent.Status.ShouldBe(held[t].Told[n], $"{held[t].Said[n]}: {sent.Reply}");
                    replies.Add($"{sent.Status}: {Ids().Replace(sent.Reply!, "id")}");
                }
            }

            foreach (Visitor visitor in visitors) visitor.Dispose();
            server.Lives.ShouldBe(kills ? rounds : 1);
            await server.KillAtRestAsync(Limit);
            return replies;
        }
    }

    [Fact]
    public async Task A_first_start_killed_anywhere_is_completed_by_the_next()
    {
        Dictionary<string, int> sites = begun.Passed;
        sites.Keys.ShouldBe(
        [
            "migrate:created-file", "migrate:executed-outside-transaction", "migrate:before-commit", "migrate:after-commit", "migrate:done",
            "seed:before-commit", "seed:after-commit", "import:before-commit", "import:after-commit", listening,
        ], ignoreOrder: true);

        // One migration after the other passes the same places: the first and the last stand for those between, which are killed at in the long version.
        (string Site, int N)[] kills = [.. sites.SelectMany(site => Enumerable.Range(1, site.Value).Where(n => KillSettings.EveryPassing || n == 1 || n == site.Value).Select(n => (site.Key, n)))];
        await Parallel.ForEachAsync(kills, Options, async (kill, cancellation) =>
        {
            try
            {
                string data = temp[$"first {kill.Site} {kill.N}".Replace(':', ' ')];
                await using (HostProcess dying = await HostProcess.StartAsync(data, ["--kill", kill.Site, $"{kill.N}"], cancellation)) dying.Address.ShouldBeNull("it was to be killed before it listens");
                // What it left is taken up in this process, which is warm already: only what lies in the folder passes from one to the other.
                await using (SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, null, cancellation))
                {
                    using var visitor = Visitor.Of(server.Address);
                    JsonNode contacts = (await visitor.GetAsync("api/v1/widget/contacts", cancellation))!;
                    contacts["items"]!.AsArray().Count.ShouldBe(20);
                    (await visitor.CreateAsync(talk[0], cancellation)).Status.ShouldBe("answered");
                }

                using var ledger = new Ledger(data);
                using var whole = new Ledger(begun.Data);
                ledger.ShouldBeSound();
                foreach (string table in (string[])["tenants", "users", "api_keys", "customers", "contacts", "kb_articles"])
                    ledger.Number($"select count(*) from {table}").ShouldBe(whole.Number($"select count(*) from {table}"), table);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Killed at {kill.Site}, pass {kill.N}.", error);
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills.Length} kills at {sites.Count} places");
    }

    [Fact]
    public async Task Twelve_kills_at_random_moments_under_load_lose_nothing_and_double_nothing()
    {
        const int Seed = 20261123, Kills = 12, Talkers = 6;
        string[] questions = [talk[0], "Is there an app for iPhone?"];
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        await using var server = new MortalServer(temp.Copy(begun.Data, "random"));
        int kills = 0;
        using var answered = new SemaphoreSlim(0);
        Task killer = KillAsync();
        List<Sent>[] talks = await Task.WhenAll(Enumerable.Range(0, Talkers).Select(_ => TalkAsync()));
        await killer;

        await server.KillAtRestAsync(Limit);
        using var ledger = new Ledger(server.Data);
        ledger.ShouldBeSound();
        ledger.Number("select count(*) from conversations").ShouldBe(Talkers);
        ledger.Number("select count(*) from messages where author = 'customer'").ShouldBe(talks.Sum(t => t.Count));
        ledger.Number("select count(*) from messages where author = 'agent'").ShouldBe(talks.Sum(t => t.Count));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {talks.Sum(t => t.Count)} turns");

        async Task KillAsync()
        {
            for (; kills < Kills; kills++)
            {
                HostProcess host = await server.AliveAsync(Limit);
                // Every third dies wherever it is in its first turns; the others are let come into their stride first.
                while (answered.Wait(0)) { }
                if (kills % 3 != 0) await answered.WaitAsync(Limit);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300)), Limit);
                await host.KillAsync();
            }
        }

        async Task<List<Sent>> TalkAsync()
        {
            using var visitor = Visitor.Of(server);
            var sent = new List<Sent> { await visitor.CreateAsync(talk[0], Limit) };
            while (!killer.IsCompleted)
            {
                sent.Add(await visitor.SendAsync(sent[0].ConversationId, questions[sent.Count % 2], Limit));
                answered.Release();
            }
            List<JsonNode> messages = await visitor.ListAsync($"api/v1/conversations/{sent[0].ConversationId}/messages", Limit);
            CheckMessages(messages, sent);
            return sent;
        }
    }

    /// <summary>Holds the whole talk with a server that is to die at the n-th passing of a place; says whether it did.</summary>
    private static async Task<bool> SurvivesAsync(MortalServer server, string site, int n, int talks, CancellationToken cancellationToken)
    {
        try
        {
            using var tester = Visitor.Of(server);
            // A life passes this place before it could be told of it, and once.
            if (site == listening && n == 1) await server.KillAsync(["--kill", site, "1"], cancellationToken);
            else await tester.ArmAsync(site, n, cancellationToken);
            int lives = server.Lives;
            await TalkAsync(server, talks, cancellationToken);
            // Only the life that was told dies; one that did not is not to die in the next talk either.
            await tester.ArmAsync(null, 0, cancellationToken);
            return server.Lives - lives > (site == listening && n == 1 ? 1 : 0);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Killed at {site}, pass {n}.", error);
        }
    }

    /// <summary>Holds the whole talk, and checks it as the customer sees it and as it is stored.</summary>
    /// <param name="server">The server, which may die.</param>
    /// <param name="talks">How many talks there are by then.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    private static async Task TalkAsync(MortalServer server, int talks, CancellationToken cancellationToken)
    {
        using var visitor = Visitor.Of(server);
        var sent = new List<Sent> { await visitor.CreateAsync(talk[0], cancellationToken) };
        foreach (string text in talk[1..]) sent.Add(await visitor.SendAsync(sent[0].ConversationId, text, cancellationToken));
        sent.Select(s => s.Status).ShouldBe(["answered", "needs_info", "handed_off"]);

        Guid conversation = sent[0].ConversationId;
        CheckMessages(await visitor.ListAsync($"api/v1/conversations/{conversation}/messages", cancellationToken), sent);
        (await visitor.ListAsync($"api/v1/conversations/{conversation}/decisions", cancellationToken)).Select(d => (Guid)d["runId"]!).ShouldBe(sent.Select(s => s.RunId));
        JsonNode info = (await visitor.GetAsync($"api/v1/conversations/{conversation}", cancellationToken))!;
        ((string?)info["owner"], (string?)info["replyEmail"]).ShouldBe(("human", "ada@example.com"));
        await CheckEventsAsync(visitor, conversation, (long)info["lastEventSeq"]!, sent, cancellationToken);

        using var ledger = new Ledger(server.Data);
        ledger.ShouldBeSoundSoFar();
        ledger.Number("select count(*) from conversations").ShouldBe(talks);
        ledger.Number("select count(*) from messages").ShouldBe(talks * 2 * talk.Length);
        ledger.Number("select count(*) from runs where kind = 'turn'").ShouldBe(talks * talk.Length);
        ledger.Number("select count(*) from runs where kind = 'dialogue' and status = 'succeeded'").ShouldBe(talks);
        ledger.Number("select count(*) from runs where kind = 'dialogue'").ShouldBe(talks);
        ledger.Number("select count(*) from handoffs").ShouldBe(talks);
    }

    /// <summary>Each message once and in its place, each followed by its own reply.</summary>
    private static void CheckMessages(List<JsonNode> messages, List<Sent> sent)
    {
        messages.Select(m => (int)m["sequence"]!).ShouldBe(Enumerable.Range(1, 2 * sent.Count));
        foreach ((Sent s, int i) in sent.Select((s, i) => (s, i)))
        {
            (JsonNode message, JsonNode reply) = (messages[2 * i], messages[(2 * i) + 1]);
            ((string?)message["author"], (Guid)message["id"]!, (string?)message["text"], (Guid)message["runId"]!).ShouldBe(("customer", s.MessageId, s.Question, s.RunId));
            ((string?)reply["author"], (string?)reply["text"], (Guid)reply["runId"]!).ShouldBe(("agent", s.Reply, s.RunId));
        }
    }

    private static async Task CheckEventsAsync(Visitor visitor, Guid conversation, long last, List<Sent> sent, CancellationToken cancellationToken)
    {
        var events = new List<StreamEvent>();
        await foreach (StreamEvent stored in visitor.EventsAsync(conversation, 0, cancellationToken))
        {
            events.Add(stored);
            if (stored.Seq == last) break;
        }
        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, (int)last).Select(i => (long)i));
        events.Where(e => e.Kind == "run.started").Select(e => (Guid)e.Data["runId"]!).ShouldBe(sent.Select(s => s.RunId));
        events.Where(e => e.Kind == "run.finished").Select(e => (Guid)e.Data["runId"]!).ShouldBe(sent.Select(s => s.RunId));
        events.Where(e => e.Kind == "message.completed").Select(e => (string?)e.Data["text"]).ShouldBe(sent.Select(s => s.Reply));
        events.Count(e => e.Kind == "handoff").ShouldBe(1);
    }

    /// <summary>The places a talk passes, and how often.</summary>
    private async Task<Dictionary<string, int>> SitesOfTalkAsync()
    {
        var recording = new Recording();
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(temp.Copy(begun.Data, "clean")) { Urls = "http://127.0.0.1:0" }, s => s.AddSingleton<IFaultPoints>(recording), Limit);
        using var visitor = Visitor.Of(server.Address);
        Guid conversation = (await visitor.CreateAsync(talk[0], Limit)).ConversationId;
        foreach (string text in talk[1..]) await visitor.SendAsync(conversation, text, Limit);
        return recording.Passed;
    }

    /// <summary>Ids differ from one talk to another.</summary>
    [System.Text.RegularExpressions.GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial System.Text.RegularExpressions.Regex Ids();
}
