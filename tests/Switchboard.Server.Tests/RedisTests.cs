using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Redis;
using Switchboard.Core.Limits;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Tests;

/// <summary>Several servers on one PostgreSQL database with one Redis beside it, which is flushed, frozen, killed and started again.</summary>
public sealed class RedisTests(PostgresServer postgres) : IAsyncLifetime
{
    private const int limit = 40;

    private readonly TempFolder temp = new();
    private readonly List<SwitchboardServer> servers = [];
    private readonly List<HttpClient> clients = [];
    private PostgresHome home = null!;
    private RedisServer redis = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        home = await postgres.NewHomeAsync(isEmpty: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        foreach (SwitchboardServer server in servers) await server.DisposeAsync();
        if (redis is not null) await redis.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task Two_nodes_share_one_limit_and_a_refusal_says_when_to_come_again()
    {
        HttpClient[] nodes = [await NodeAsync(Hourly), await NodeAsync(Hourly)];
        (int allowed, HttpResponseMessage refused) = await SpendAsync(nodes, limit + 5);

        allowed.ShouldBe(limit);
        JsonElement problem = await refused.ProblemAsync(429, "rate_limited");
        problem.Text("detail").ShouldContain("read-key");
        int wait = int.Parse(Header(refused, "Retry-After"));
        wait.ShouldBeInRange(1, 3600 / limit);
        Header(refused, "RateLimit-Limit").ShouldBe($"{limit}");
        Header(refused, "RateLimit-Remaining").ShouldBe("0");
        Header(refused, "RateLimit-Policy").ShouldBe($"\"read-key\";q={limit};w=3600");
        Header(refused, "RateLimit").ShouldStartWith("\"read-key\";r=0;t=");
        (await nodes[0].GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK, "health is never refused");
    }

    [Fact]
    public async Task While_Redis_is_gone_each_node_allows_its_share_and_when_it_is_back_the_limit_is_shared_again()
    {
        HttpClient[] nodes = [await NodeAsync(Hourly), await NodeAsync(Hourly)];
        await UntilAsync(() => Task.FromResult(servers.All(s => s.App.Services.GetRequiredService<NodeCount>().Value == 2)));

        await redis.SignalAsync("KILL");
        await UntilAsync(() => HealthAsync("degraded"));
        (int first, _) = await SpendAsync([nodes[0]], limit + 5);
        (int second, HttpResponseMessage refused) = await SpendAsync([nodes[1]], limit + 5);
        (first, second).ShouldBe((limit / 2, limit / 2));
        await refused.ProblemAsync(429, "rate_limited");

        await redis.RestartAsync();
        var since = Stopwatch.StartNew();
        await UntilAsync(() => HealthAsync("ok"));
        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        // It came back empty, but the nodes remember: what is used up stays so, and what is new is one limit for both.
        (await SpendAsync(nodes, 6)).Allowed.ShouldBe(0);
        JsonElement made = await (await Client(servers[0].Address, servers[0].LocalToken, local: true).PostAsJsonAsync("/api/v1/api-keys", new { name = "new" })).JsonAsync(201);
        (await SpendAsync([.. servers.Select(s => Client(s.Address, made.Text("key")))], limit + 5)).Allowed.ShouldBe(limit);
    }

    [Fact]
    public async Task A_frozen_Redis_holds_up_a_call_for_a_moment_and_no_call_fails()
    {
        HttpClient[] nodes = [await NodeAsync(LimitRules.Usual), await NodeAsync(LimitRules.Usual)];
        await SpendAsync(nodes, 4);

        await redis.SignalAsync("STOP");
        var first = Stopwatch.StartNew();
        (await nodes[0].GetAsync("/api/v1/conversations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await UntilAsync(() => HealthAsync("degraded"));
        (await SpendAsync(nodes, 20)).Allowed.ShouldBe(20);
        await redis.SignalAsync("CONT");
        await UntilAsync(() => HealthAsync("ok"));
    }

    [Fact]
    public async Task Flushed_in_the_middle_of_load_it_changes_no_answer()
    {
        HttpClient[] nodes = [await NodeAsync(LimitRules.None), await NodeAsync(Wide)];
        Guid conversation = (await nodes[0].BeginAsync(Questions.Good)).Id("conversationId");
        JsonElement before = await nodes[0].GetJsonAsync("/api/v1/policies");
        using var enough = new CancellationTokenSource();
        Task flushing = FlushAsync(enough.Token);

        string[] answers = [.. await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            HttpClient node = nodes[i % 2];
            if (i % 10 == 0) await node.SayAsync(conversation, Questions.AlsoGood);
            return (await node.GetJsonAsync("/api/v1/policies")).GetRawText();
        }))];
        await enough.CancelAsync();
        await flushing;

        answers.ShouldAllBe(a => a == before.GetRawText());
        JsonElement[] messages = await nodes[1].MessagesAsync(conversation);
        messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, 14));
        messages.Count(m => m.Text("author") == "agent").ShouldBe(7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_kept_before_a_change_is_not_served_after_it_on_another_node(bool isRedisLost)
    {
        HttpClient[] nodes = [await NodeAsync(LimitRules.None), await NodeAsync(LimitRules.None)];
        await ChangeFirstPaymentAsync(nodes[0], 30, 21);
        foreach (HttpClient node in nodes) (await FirstPaymentAsync(node)).ShouldBe(21);
        (await redis.CommandAsync("DBSIZE")).ShouldNotBe(":0", "the text of the policies is kept in Redis");
        HttpClient page = nodes[1];
        Guid article = await ArticleAsync(nodes[0], "The harbour office opens at seven.");
        await UntilAsync(async () => (await PageAsync(page, article)).Contains("opens at seven", StringComparison.Ordinal));

        if (isRedisLost) await redis.SignalAsync("KILL");
        await ChangeFirstPaymentAsync(nodes[0], 21, 14);
        (await FirstPaymentAsync(nodes[1])).ShouldBe(14, "the database says which version holds");
        await ArticleAsync(nodes[0], "The harbour office opens at nine.");
        var since = Stopwatch.StartNew();
        (await PageAsync(nodes[0], article)).ShouldContain("opens at nine");
        await UntilAsync(async () => (await PageAsync(page, article)).Contains("opens at nine", StringComparison.Ordinal));
        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));

        // A text of an earlier version that came back into Redis is asked for by nobody: the name of each version is its own.
        if (!isRedisLost) (await FirstPaymentAsync(await NodeAsync(LimitRules.None))).ShouldBe(14);
    }

    [Fact]
    public async Task A_help_page_and_the_policies_take_their_texts_from_the_database_once()
    {
        HttpClient node = await NodeAsync(LimitRules.None);
        await ChangeFirstPaymentAsync(node, 30, 21);
        (await FirstPaymentAsync(node)).ShouldBe(21);
        await node.ImportAsync("/harbour", ("opening.md", "# Opening hours of the harbour\n\nSee [the map](map.md)."), ("map.md", "# Map\n\nThe harbour is in the south."));
        string page = $"/help/demo/{await TextAsync("select id::text from kb_articles where title = 'Opening hours of the harbour'")}";
        using var statements = new Statements();

        (await statements.OfAsync(node, page)).Count(s => s.Contains("kb_articles", StringComparison.Ordinal)).ShouldBe(2);
        (await statements.OfAsync(node, page)).Count(s => s.Contains("kb_articles", StringComparison.Ordinal)).ShouldBe(0);

        // A node that starts finds the text in Redis: it asks which version holds, by a prepared statement that is not counted here, and no more.
        HttpClient other = await NodeAsync(LimitRules.None);
        (await statements.OfAsync(other, "/api/v1/policies")).Count(s => s.Contains("policy_documents", StringComparison.Ordinal)).ShouldBe(0);
        await redis.CommandAsync("FLUSHALL");
        HttpClient third = await NodeAsync(LimitRules.None);
        (await statements.OfAsync(third, "/api/v1/policies")).Count(s => s.Contains("policy_documents", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_on_the_other_node()
    {
        HttpClient[] nodes = [await NodeAsync(LimitRules.None), await NodeAsync(LimitRules.None)];
        JsonElement made = await (await nodes[0].PostAsJsonAsync("/api/v1/api-keys", new { name = "short" })).JsonAsync(201);
        HttpClient other = Client(servers[1].Address, made.Text("key"));
        (await other.GetAsync("/api/v1/conversations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await nodes[0].DeleteAsync($"/api/v1/api-keys/{made.Id("id")}")).IsSuccessStatusCode.ShouldBeTrue();
        await (await other.GetAsync("/api/v1/conversations")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Progress_between_two_writes_is_seen_on_another_node_and_the_row_has_the_end_when_Redis_is_lost()
    {
        var work = new ShowingWork();
        HttpClient worker = await NodeAsync(LimitRules.None, services => services.AddSingleton<RunHandler>(work));
        HttpClient web = await NodeAsync(LimitRules.None, role: NodeRole.Web);
        SwitchboardServer own = servers[0];
        Guid tenant = own.Seeded!.Tenant.Id;
        Enqueued enqueued = await own.App.Services.GetRequiredService<IRunQueue>().EnqueueAsync(
            new RunRequest { Actor = new SystemActor(tenant, "test"), Kind = RunKind.Job, Handler = work.Name, Subject = "test:showing", Input = "{}", At = TimeProvider.System.GetUtcNow() }, default);
        own.App.Services.GetRequiredService<IDispatcher>().Wake(enqueued.Run);
        Guid run = enqueued.Run.RunId;

        using HttpResponseMessage stream = await web.OpenStreamAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{run}/events"));
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        work.Show.SetResult();
        await UntilAsync(async () => (await web.GetJsonAsync($"/api/v1/jobs/{run}")).GetProperty("progress").GetDouble() >= 0.5);
        long writes = await NumberAsync($"select version from runs where id = '{run}'");
        string text = "";
        while (!text.Contains("job.progress", StringComparison.Ordinal)) text += await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) + "\n";
        text.Split("\n\n")[^1].ShouldNotContain("id: ", Case.Sensitive, "what is not stored has no number");

        // A word of whoever held the run before does not count.
        await UntilAsync(() => Task.FromResult(work.Shown == 200));
        await own.App.Services.GetRequiredService<IRunProgress>().TellAsync(new LiveProgress(tenant, run, Version: 0, 0.125), default);
        (await web.GetJsonAsync($"/api/v1/jobs/{run}")).GetProperty("progress").GetDouble().ShouldNotBe(0.125);

        await redis.SignalAsync("KILL");
        work.End.SetResult();
        await UntilAsync(async () => (await web.GetJsonAsync($"/api/v1/jobs/{run}")).Text("status") == "succeeded");
        work.Shown.ShouldBe(200);
        writes.ShouldBeLessThan(10, "two hundred words cost few writes");
        while (!text.Contains("run.finished", StringComparison.Ordinal)) text += await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) + "\n";
        (await worker.GetJsonAsync($"/api/v1/jobs/{run}")).GetProperty("progress").GetDouble().ShouldBe(1);
    }

    [Fact]
    public async Task A_server_whose_Redis_is_not_there_starts_says_so_and_uses_it_when_it_comes()
    {
        await redis.SignalAsync("KILL");
        HttpClient node = await NodeAsync(Hourly);
        (await HealthAsync("degraded")).ShouldBeTrue();
        (await node.GetJsonAsync("/api/v1/info")).Text("redis").ShouldBe("degraded");
        (await node.BeginAsync(Questions.Good)).GetProperty("reply").Text("status").ShouldBe("answered");
        await redis.RestartAsync();
        await UntilAsync(() => HealthAsync("ok"));
        servers[0].App.Services.GetRequiredService<ILimiter>().ShouldBeOfType<RedisLimiter>();
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).ShouldHaveSingleItem();

    private static LimitRules Hourly => LimitRules.None.With([((RouteClass.Read, LimitedBy.Key), new LimitRate(limit, TimeSpan.FromHours(1)))]);

    private static LimitRules Wide => LimitRules.Usual;

    private async Task<HttpClient> NodeAsync(LimitRules limits, Action<IServiceCollection>? configure = null, NodeRole role = NodeRole.All)
    {
        var options = new ServerOptions(temp[$"node {servers.Count}"]) { Database = home.Database, Redis = new RedisOptions(redis.ConnectionString), Limits = limits, Role = role, Urls = "http://127.0.0.1:0" };
        SwitchboardServer server = await SwitchboardServer.StartAsync(options, configure, default);
        servers.Add(server);
        return Client(server.Address, servers[0].Seeded!.ApiKey);
    }

    private HttpClient Client(string address, string key, bool local = false)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        if (local)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            client.DefaultRequestHeaders.Add("X-Switchboard-Tenant", "demo");
        }
        else
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        clients.Add(client);
        return client;
    }

    /// <summary>Calls by turns and gives how many were allowed, and the last that was not.</summary>
    private static async Task<(int Allowed, HttpResponseMessage Refused)> SpendAsync(HttpClient[] nodes, int calls)
    {
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, calls).Select(i => nodes[i % nodes.Length].GetAsync("/api/v1/conversations?limit=1")));
        responses.ShouldAllBe(r => r.StatusCode == HttpStatusCode.OK || r.StatusCode == HttpStatusCode.TooManyRequests);
        return (responses.Count(r => r.StatusCode == HttpStatusCode.OK), responses.LastOrDefault(r => r.StatusCode == HttpStatusCode.TooManyRequests)!);
    }

    private async Task<bool> HealthAsync(string state)
    {
        foreach (SwitchboardServer server in servers)
        {
            using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
            JsonElement ready = await client.GetJsonAsync("/health/ready");
            ready.Text("database").ShouldBe("ok");
            if (ready.Text("redis") != state) return false;
        }

        return true;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            (await redis.CommandAsync("FLUSHALL")).ShouldBe("+OK");
            await redis.CommandAsync("SCRIPT FLUSH");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task<int> FirstPaymentAsync(HttpClient node) => (await node.GetJsonAsync("/api/v1/policies")).GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32();

    private static async Task ChangeFirstPaymentAsync(HttpClient node, int from, int to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/policies");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/yaml"));
        using HttpResponseMessage read = await node.SendAsync(request);
        string yaml = await read.Content.ReadAsStringAsync();
        yaml.ShouldContain($"firstPaymentDays: {from}");
        using var change = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = new StringContent(yaml.Replace($"firstPaymentDays: {from}", $"firstPaymentDays: {to}", StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/yaml") };
        if (read.Headers.ETag is { } tag) change.Headers.IfMatch.Add(tag);
        using HttpResponseMessage changed = await node.SendAsync(change);
        changed.IsSuccessStatusCode.ShouldBeTrue(await changed.Content.ReadAsStringAsync());
    }

    private async Task<Guid> ArticleAsync(HttpClient node, string text)
    {
        await node.ImportAsync("/harbour", ("opening.md", $"# Opening hours of the harbour\n\n{text}"));
        return Guid.Parse(await TextAsync("select id::text from kb_articles where title = 'Opening hours of the harbour'"));
    }

    private static async Task<string> PageAsync(HttpClient node, Guid article) => await (await node.GetAsync($"/help/demo/{article}")).Content.ReadAsStringAsync();

    private async Task<string> TextAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = home.Connect();
        await connection.OpenAsync();
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync()}";
    }

    private async Task<long> NumberAsync(string sql) => long.Parse(await TextAsync(sql));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Work in one step that says two hundred times how far it is.</summary>
    private sealed class ShowingWork : RunHandler
    {
        public TaskCompletionSource Show { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Shown { get; private set; }

        public override string Name => "test.showing";

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
        {
            await run.StepAsync("work", "all", async cancel =>
            {
                await Show.Task.WaitAsync(cancel);
                for (int i = 1; i <= 200; i++)
                {
                    await run.ShowAsync(i / 200.0, cancel);
                    Shown++;
                    await Task.Delay(10, cancel);
                }

                await End.Task.WaitAsync(cancel);
                return 0;
            }, cancellationToken);
            return null;
        }
    }
}
