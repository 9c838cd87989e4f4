using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Compliance;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Storage;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Switchboard.Server.Tests;

/// <summary>A server whose rows are in PostgreSQL.</summary>
public sealed class PostgresTestServer(PostgresServer postgres) : TestServer
{
    private StorageHome? home;

    protected override async Task<DatabaseOptions> DatabaseAsync() => (home = await postgres.NewHomeAsync(isEmpty: true)).Database;

    public override async ValueTask InitializeAsync()
    {
        // Without an installed server the tests skip themselves; a fixture cannot.
        if (PostgresServer.Binaries is not null) await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
    }
}

public sealed class PostgresServingTests : IClassFixture<PostgresTestServer>
{
    private readonly PostgresTestServer server;
    private readonly PostgresServer postgres;

    public PostgresServingTests(PostgresTestServer server, PostgresServer postgres)
    {
        PostgresServer.SkipWithout();
        (this.server, this.postgres) = (server, postgres);
    }

    [Fact]
    public async Task A_member_of_the_staff_signs_in_and_goes_on_and_is_out_when_suspended_on_PostgreSQL()
    {
        const string Password = "Correct horse battery 7";
        JsonElement invited = await (await server.Local().PostAsJsonAsync("/api/v1/users/invite", new { email = "robin@example.com", name = "Robin", role = "lead" })).JsonAsync(201);
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/accept-invitation", new { token = invited.Text("token"), password = Password })).JsonAsync(200);
        JsonElement tokens = await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/login", new { tenant = "demo", email = "robin@example.com", password = Password })).JsonAsync(200);
        tokens = await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = tokens.Text("refreshToken") })).JsonAsync(200);
        HttpClient robin = server.WithToken(tokens.Text("accessToken"));
        (await robin.GetJsonAsync("/api/v1/auth/me")).GetProperty("user").Text("role").ShouldBe("lead");
        (await server.Anonymous().GetJsonAsync("/.well-known/jwks.json")).Items("keys").ShouldHaveSingleItem();
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{invited.GetProperty("user").Id("id")}", new { status = "suspended" })).JsonAsync(200);
        await (await robin.GetAsync("/api/v1/auth/me")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_message_is_answered_streamed_listed_and_repeated_on_PostgreSQL()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement first = await (await visitor.PostAsync("/api/v1/conversations", new { message = Questions.Good }, "smoke")).JsonAsync(201);
        first.GetProperty("reply").Text("status").ShouldBe("answered");
        first.GetProperty("reply").Items("citations").ShouldNotBeEmpty();
        Guid id = first.Id("conversationId");

        JsonElement again = await (await visitor.PostAsync("/api/v1/conversations", new { message = Questions.Good }, "smoke")).JsonAsync(201);
        again.Id("messageId").ShouldBe(first.Id("messageId"));
        List<Told> told = await visitor.StreamAsync($"/api/v1/conversations/{id}/messages", new { text = Questions.AlsoGood });
        told[0].Kind.ShouldBe("run.started");
        told[^1].Kind.ShouldBe("run.finished");
        told.Select(t => t.Id).ShouldBe(Enumerable.Range((int)told[0].Id, told.Count).Select(i => (long)i));

        (await visitor.MessagesAsync(id)).Select(m => m.Text("author")).ShouldBe(["customer", "agent", "customer", "agent"]);
        (await visitor.DecisionsAsync(id)).Length.ShouldBe(2);
        (await server.Owner().GetJsonAsync("/api/v1/conversations?limit=100")).Items().ShouldContain(c => c.Id("id") == id);
        JsonElement system = await server.Local().GetJsonAsync("/api/v1/system");
        system.GetProperty("database").Text("provider").ShouldBe("postgres");
        Directory.GetFiles(server.DataPath, "*.db").ShouldBeEmpty("all rows are on the server");
    }

    [Fact]
    public async Task Fifty_messages_at_once_in_five_conversations_are_each_answered_once_and_in_order()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid[] conversations = [.. (await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => visitor.BeginAsync(Questions.Good)))).Select(b => b.Id("conversationId"))];
        await Task.WhenAll(Enumerable.Range(0, 45).Select(i => visitor.SayAsync(conversations[i % 5], Questions.AlsoGood)));

        foreach (Guid conversation in conversations)
        {
            JsonElement[] messages = await visitor.MessagesAsync(conversation);
            messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, 20));
            messages.Count(m => m.Text("author") == "agent").ShouldBe(10);
        }
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_its_own_key_works_on_PostgreSQL()
    {
        Guid id = (await (await server.VisitorAsync()).BeginAsync(Questions.Good)).Id("conversationId");
        (_, HttpClient stranger) = await server.TenantAsync("stranger");

        (await stranger.GetJsonAsync("/api/v1/conversations")).Items().ShouldBeEmpty();
        await (await stranger.GetAsync($"/api/v1/conversations/{id}")).ProblemAsync(404, "not_found");
        await (await server.WithKey("swb_live_" + new string('x', 43)).GetAsync("/api/v1/conversations")).ProblemAsync(401, "unauthenticated");
        (await stranger.ImportAsync("/kb", ("opening.md", "# Opening hours\n\nThe harbour office opens at seven in the morning."))).GetProperty("added").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_commands_work_on_the_database_that_the_settings_name()
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        using var temp = new TempFolder();
        temp.Write("here/.env", $"SWITCHBOARD__DATABASE__PROVIDER=postgres\nSWITCHBOARD__DATABASE__CONNECTIONSTRING={home.Database.ConnectionString}\n");

        (int migrated, string output, string error) = await RunAsync(temp, "db", "migrate", "--json");
        migrated.ShouldBe(0, error);
        JsonElement.Parse(output).Text("path").ShouldContain($"/{home.Name}");
        JsonElement.Parse(output).Items("applied").ShouldNotBeEmpty();
        (_, output, _) = await RunAsync(temp, "db", "status", "--json");
        JsonElement.Parse(output).Items("pending").ShouldBeEmpty();
        (int asked, output, error) = await RunAsync(temp, "ask", Questions.Good, "--json");
        asked.ShouldBe(0, error);
        JsonElement.Parse(output).Text("status").ShouldBe("answered");

        temp.Write("here/.env", "SWITCHBOARD__DATABASE__PROVIDER=oracle\n");
        (int refused, _, error) = await RunAsync(temp, "db", "status");
        refused.ShouldBe(1);
        error.ShouldContain("error: Database:Provider (in the .env file) must be sqlite or postgres, not \"oracle\".");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(TempFolder temp, params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Server, [.. arguments, "--data", temp["data"]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = temp["here"],
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
