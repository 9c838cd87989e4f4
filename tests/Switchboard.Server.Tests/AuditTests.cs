using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Switchboard.Storage.Auditing;

namespace Switchboard.Server.Tests;

public sealed class AuditTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_stop_that_has_no_time_left_ends_all_the_same()
    {
        await using var hurried = new TestServer();
        await hurried.InitializeAsync();
        IHostedService sealing = hurried.Services.GetServices<IHostedService>().Single(s => s.GetType().Name == "AuditSealing");
        await Should.NotThrowAsync(() => sealing.StopAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Who_changed_what_is_listed_newest_first_with_filters_and_pages()
    {
        using HttpClient owner = server.Owner();
        JsonElement key = await (await owner.PostAsJsonAsync("/api/v1/api-keys", new { name = "to be revoked" })).JsonAsync(201);
        string id = key.Text("id");
        (await owner.DeleteAsync($"/api/v1/api-keys/{id}")).EnsureSuccessStatusCode();

        JsonElement entries = await (await owner.GetAsync($"/api/v1/audit?entity=api_key&entityId={id}")).JsonAsync(200);
        entries.Items().Select(e => e.Text("action")).ShouldBe(["changed", "created"]);
        JsonElement changed = entries.Items()[0];
        changed.Text("actor").ShouldStartWith("key:");
        changed.GetProperty("before").GetProperty("revokedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        changed.GetProperty("after").GetProperty("revokedAt").ValueKind.ShouldBe(JsonValueKind.String);
        entries.Items()[1].GetProperty("after").Text("hash").ShouldBe("***");

        (await (await owner.GetAsync($"/api/v1/audit?action=created&entityId={id}")).JsonAsync(200)).Items().Length.ShouldBe(1);
        (await (await owner.GetAsync($"/api/v1/audit?actor=nobody&entityId={id}")).JsonAsync(200)).Items().ShouldBeEmpty();
        string at = Uri.EscapeDataString(changed.Text("at"));
        (await (await owner.GetAsync($"/api/v1/audit?entityId={id}&from={at}")).JsonAsync(200)).Items().Select(e => e.Text("action")).ShouldBe(["changed"]);
        (await (await owner.GetAsync($"/api/v1/audit?entityId={id}&to={at}")).JsonAsync(200)).Items().Select(e => e.Text("action")).ShouldBe(["created"]);

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            JsonElement page = await (await owner.GetAsync($"/api/v1/audit?limit=50{(cursor.Length > 0 ? "&cursor=" + cursor : "")}")).JsonAsync(200);
            seen.AddRange(page.Items().Select(e => e.Text("id")));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        seen.Count.ShouldBeGreaterThan(100, "the demonstration was entered row by row");
        seen.ShouldBeUnique();
        seen.ShouldBe(seen.OrderDescending(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("cursor=yesterday")]
    [InlineData("entityId=1")]
    [InlineData("from=2026-02-02T00:00:00Z&to=2026-01-01T00:00:00Z")]
    public async Task A_filter_that_means_nothing_is_refused(string query) =>
        await (await server.Owner().GetAsync($"/api/v1/audit?{query}")).ProblemAsync(400, "invalid_request");

    [Fact]
    public async Task The_audit_is_for_those_with_its_scope_and_each_tenant_sees_its_own()
    {
        using HttpClient without = server.WithKey(await server.KeyAsync("read:conversations"));
        using HttpClient with = server.WithKey(await server.KeyAsync("read:audit"));
        foreach (string route in (string[])["/api/v1/audit", "/api/v1/audit/verify"])
        {
            await (await without.GetAsync(route)).ProblemAsync(403, "missing_scope");
            await (await (await server.VisitorAsync()).GetAsync(route)).ProblemAsync(403, "not_for_contacts");
            await (await server.Anonymous().GetAsync(route)).ProblemAsync(401, "unauthenticated");
            await (await with.GetAsync(route)).JsonAsync(200);
        }

        (_, HttpClient other) = await server.TenantAsync("audit-other");
        JsonElement theirs = await (await other.GetAsync("/api/v1/audit")).JsonAsync(200);
        theirs.Items().Select(e => e.Text("entity")).ShouldBe(["api_key", "user", "tenant"]);
    }

    [Fact]
    public async Task A_backup_is_for_the_command_line_of_the_installation_alone()
    {
        await (await server.Owner().PostAsJsonAsync("/api/v1/backup", new { path = "/tmp/b.zip" })).ProblemAsync(401, "unauthenticated");
        await (await server.Local().PostAsJsonAsync("/api/v1/backup", new { path = "b.zip" })).ProblemAsync(400, "invalid_request");
        string path = Path.Combine(server.DataPath, "..", "backup-by-api.zip");
        JsonElement written = await (await server.Local().PostAsJsonAsync("/api/v1/backup", new { path })).JsonAsync(200);
        written.GetProperty("rows").GetInt64().ShouldBeGreaterThan(100);
        await (await server.Local().PostAsJsonAsync("/api/v1/backup", new { path = server.DataPath })).ProblemAsync(409, "backup_failed");
    }
}

/// <summary>Tampering spoils a server's audit, so it has a server of its own.</summary>
public sealed class TamperedAuditTests : IAsyncDisposable
{
    private readonly TestServer server = new();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_verification_names_the_place_and_the_kind_of_a_fault_and_nothing_before()
    {
        await server.InitializeAsync();
        await server.Services.GetRequiredService<AuditSealer>().SealAsync(default);
        JsonElement before = await (await server.Owner().GetAsync("/api/v1/audit/verify")).JsonAsync(200);
        before.GetProperty("isWhole").GetBoolean().ShouldBeTrue();
        before.GetProperty("sealed").GetInt64().ShouldBe(before.GetProperty("anchored").GetInt64());
        before.GetProperty("sealed").GetInt64().ShouldBeGreaterThan(100);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "switchboard.db")};Pooling=false"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "update audit_entries set actor = 'nobody' where position = 42";
            command.ExecuteNonQuery().ShouldBe(1);
        }

        JsonElement after = await (await server.Owner().GetAsync("/api/v1/audit/verify")).JsonAsync(200);
        after.GetProperty("isWhole").GetBoolean().ShouldBeFalse();
        JsonElement fault = after.Items("faults").Single();
        (fault.Text("kind"), fault.GetProperty("position").GetInt64()).ShouldBe(("mark", 42));
    }
}
