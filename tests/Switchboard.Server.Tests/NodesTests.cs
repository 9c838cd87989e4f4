using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Compliance.Postgres;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

/// <summary>Several servers on one PostgreSQL database.</summary>
public sealed class NodesTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly TempFolder temp = new();
    private readonly List<SwitchboardServer> servers = [];
    private readonly List<HttpClient> clients = [];
    private PostgresHome home = null!;

    public async ValueTask InitializeAsync() => home = await postgres.NewHomeAsync(isEmpty: true);

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        foreach (SwitchboardServer server in servers) await server.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task Messages_to_three_nodes_are_each_answered_once_and_in_order()
    {
        HttpClient[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync(NodeRole.Worker)];
        await SignInAsync(nodes);
        Guid[] conversations = [.. (await Task.WhenAll(Enumerable.Range(0, 4).Select(i => nodes[i % 3].BeginAsync(Questions.Good)))).Select(b => b.Id("conversationId"))];

        await Task.WhenAll(Enumerable.Range(0, 36).Select(i => nodes[i % 3].SayAsync(conversations[i % 4], Questions.AlsoGood)));

        foreach (Guid conversation in conversations)
        {
            JsonElement[] messages = await nodes[0].MessagesAsync(conversation);
            messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, 20));
            messages.Count(m => m.Text("author") == "agent").ShouldBe(10);
        }

        (await NumberAsync("select count(*) from runs where kind = 'turn'")).ShouldBe(40);
        (await NumberAsync("select count(*) from runs where kind = 'turn' and status = 'succeeded' and attempts = 0")).ShouldBe(40);
        (await NumberAsync("select count(*) from run_nodes")).ShouldBe(3);
    }

    [Fact]
    public async Task A_node_that_only_serves_calls_is_answered_by_a_worker_and_streams_what_that_one_says()
    {
        HttpClient web = await NodeAsync(NodeRole.Web);
        HttpClient worker = await NodeAsync(NodeRole.Worker);
        await SignInAsync([web, worker]);
        JsonElement info = await web.GetJsonAsync("/api/v1/info");
        info.GetProperty("node").Text("role").ShouldBe("web");

        Guid conversation = (await web.BeginAsync(Questions.Good)).Id("conversationId");
        List<Told> told = await web.StreamAsync($"/api/v1/conversations/{conversation}/messages", new { text = Questions.AlsoGood });
        told[^1].Kind.ShouldBe("run.finished");
        (await NumberAsync($"select count(*) from runs r join run_nodes n on n.id = r.node_id where n.role = 'worker' and r.status = 'succeeded' and r.subject = 'conversation:{conversation}'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_on_one_node_shows_each_event_of_another_once_and_goes_on_at_a_third_where_it_broke_off()
    {
        HttpClient[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync()];
        await SignInAsync(nodes);
        Guid conversation = (await nodes[0].BeginAsync(Questions.Good)).Id("conversationId");
        Task<List<Told>> following = nodes[1].FollowAsync(conversation, 8);
        for (int i = 0; i < 4; i++) await nodes[0].SayAsync(conversation, Questions.AlsoGood);

        List<Told> first = await following.WaitAsync(TimeSpan.FromSeconds(20));
        first.Select(t => t.Id).ShouldBe(Enumerable.Range(1, 8).Select(i => (long)i));
        List<Told> rest = await nodes[2].FollowAsync(conversation, 4, lastEventId: 8);
        rest.Select(t => t.Id).ShouldBe([9, 10, 11, 12]);
    }

    [Fact]
    public async Task What_a_node_held_that_is_gone_is_carried_out_by_another_within_ten_seconds()
    {
        HttpClient web = await NodeAsync(NodeRole.Web);
        await SignInAsync([web]);
        Task<HttpResponseMessage> call = web.PostAsync("/api/v1/conversations", new { message = Questions.Good }, "orphan");
        // As if a worker had taken it and died in this moment.
        Guid dead = Guid.NewGuid();
        await UntilAsync(async () => await NumberAsync("select count(*) from runs where status = 'running'") == 1);
        await NumberAsync($"insert into run_nodes (id, name, role, started_at, seen_at) values ('{dead}', 'dead', 'worker', now(), now()) returning 1");
        await NumberAsync($"update runs set node_id = '{dead}', version = version + 1 where status = 'running' returning 1");
        var since = Stopwatch.StartNew();

        await NodeAsync(NodeRole.Worker);
        await UntilAsync(async () => await NumberAsync("select count(*) from runs where status = 'succeeded' and attempts = 1") == 1);

        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        (await (await call).JsonAsync(201)).GetProperty("reply").Text("status").ShouldBe("answered");
    }

    [Fact]
    public async Task A_node_that_counts_as_gone_becomes_another_one_and_goes_on()
    {
        HttpClient node = await NodeAsync();
        await SignInAsync([node]);
        Guid before = (await node.GetJsonAsync("/api/v1/info")).GetProperty("node").Id("id");
        await UntilAsync(async () => await NumberAsync($"select count(*) from run_nodes where id = '{before}'") == 1);
        await NumberAsync("update run_nodes set seen_at = now() - interval '1 minute' returning 1");

        await UntilAsync(async () => (await node.GetJsonAsync("/api/v1/info")).GetProperty("node").Id("id") != before);

        (await node.BeginAsync(Questions.Good)).GetProperty("reply").Text("status").ShouldBe("answered");
        await UntilAsync(async () => await NumberAsync("select count(*) from run_nodes") == 1);
    }

    [Fact]
    public async Task A_node_that_stops_leaves_no_run_and_no_trace()
    {
        HttpClient stays = await NodeAsync();
        HttpClient leaves = await NodeAsync();
        await SignInAsync([stays, leaves]);
        Guid[] conversations = [.. (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => leaves.BeginAsync(Questions.Good)))).Select(b => b.Id("conversationId"))];
        Task[] calls = [.. conversations.Select(c => leaves.PostAsync($"/api/v1/conversations/{c}/messages", new { text = Questions.AlsoGood }, $"{c}").ContinueWith(_ => { }, TaskScheduler.Default))];
        await UntilAsync(async () => await NumberAsync("select count(*) from runs where kind = 'turn'") >= 8);

        SwitchboardServer leaving = servers[1];
        servers.Remove(leaving);
        await leaving.DisposeAsync();
        await Task.WhenAll(calls);

        (await NumberAsync("select count(*) from run_nodes")).ShouldBe(1);
        await UntilAsync(async () => await NumberAsync("select count(*) from runs where finished_at is null") == 0);
        (await NumberAsync("select count(*) from messages where author = 'agent'")).ShouldBe(await NumberAsync("select count(*) from messages where author = 'customer'"));
    }

    [Fact]
    public async Task Another_node_answers_from_an_article_that_was_just_imported_here()
    {
        HttpClient[] nodes = [await NodeAsync(), await NodeAsync()];
        await SignInAsync(nodes);
        const string question = "When does the harbour lighthouse museum open?";
        (await nodes[1].BeginAsync(question)).GetProperty("reply").Text("status").ShouldNotBe("answered");
        const string search = "/api/v1/knowledge/search?q=harbour%20lighthouse%20museum";
        (await nodes[1].GetJsonAsync(search)).Items().ShouldNotContain(h => h.Text("title").Contains("lighthouse"));
        HttpClient local = Client(servers[0].Address, servers[0].LocalToken);
        local.DefaultRequestHeaders.Add("X-Switchboard-Tenant", "demo");
        await local.ImportAsync("/kb", ("lighthouse.md", "# When the harbour lighthouse museum opens\n\nThe harbour lighthouse museum opens at nine in the morning."));

        // No turn has told the other node yet: its search itself looks which version holds.
        (await nodes[1].GetJsonAsync(search)).Items()[0].Text("title").ShouldContain("lighthouse");
        await UntilAsync(async () => (await nodes[1].BeginAsync(question)).GetProperty("reply").Text("status") == "answered");
    }

    [Fact]
    public async Task Another_role_than_all_is_refused_on_SQLite() =>
        (await Should.ThrowAsync<Switchboard.Storage.DatabaseException>(() => SwitchboardServer.StartAsync(new ServerOptions(temp["sqlite"]) { Role = NodeRole.Worker, Urls = "http://127.0.0.1:0" }, null, default)))
        .Message.ShouldContain("role");

    /// <summary>A server with a data folder of its own, which has the secrets of the first one.</summary>
    private async Task<HttpClient> NodeAsync(NodeRole role = NodeRole.All)
    {
        string data = temp[$"node {Directory.GetDirectories(temp.Path).Length}"];
        if (servers.Count > 0)
        {
            string secrets = Path.Combine(Directory.GetDirectories(temp.Path).Order(StringComparer.Ordinal).First(), "secrets");
            Directory.CreateDirectory(Path.Combine(data, "secrets"));
            foreach (string file in Directory.GetFiles(secrets)) File.Copy(file, Path.Combine(data, "secrets", Path.GetFileName(file)));
        }

        SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Database = home.Database, Role = role, Urls = "http://127.0.0.1:0" }, null, default);
        servers.Add(server);
        return Client(server.Address, null);
    }

    private HttpClient Client(string address, string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        clients.Add(client);
        return client;
    }

    /// <summary>One visitor on all nodes.</summary>
    private static async Task SignInAsync(HttpClient[] nodes)
    {
        JsonElement session = await (await nodes[0].PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201);
        foreach (HttpClient node in nodes) node.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Text("token"));
    }

    private async Task<long> NumberAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = home.Connect();
        await connection.OpenAsync();
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
