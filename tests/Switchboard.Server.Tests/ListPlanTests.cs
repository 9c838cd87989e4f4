using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Server.Tests;

/// <summary>How SQLite answers the lists: its plan does not change with the number of rows, for it keeps no statistics here.</summary>
public sealed class ListPlanTests(CustomerListTests.Seeded server) : IClassFixture<CustomerListTests.Seeded>
{
    [Theory]
    [InlineData("/api/v1/customers")]
    [InlineData("/api/v1/customers?sort=since")]
    [InlineData("/api/v1/customers?sort=name")]
    [InlineData("/api/v1/customers?sort=-name")]
    [InlineData("/api/v1/customers?plan=premium")]
    [InlineData("/api/v1/customers?lifecycle=at_risk")]
    [InlineData("/api/v1/customers/{id}/contacts")]
    [InlineData("/api/v1/customers/{id}/notes")]
    [InlineData("/api/v1/customers/{id}/subscriptions")]
    [InlineData("/api/v1/customers/{id}/invoices")]
    [InlineData("/api/v1/customers/{id}/payments")]
    [InlineData("/api/v1/customers/{id}/usage")]
    [InlineData("/api/v1/customers/{id}/health")]
    [InlineData("/api/v1/customers/{id}/consents")]
    [InlineData("/api/v1/customers/{id}/timeline")]
    [InlineData("/api/v1/conversations")]
    [InlineData("/api/v1/conversations?status=open")]
    [InlineData("/api/v1/conversations?owner=bot")]
    public async Task A_page_is_read_from_an_index_that_holds_its_filter_and_its_order(string path)
    {
        string asked = path.Replace("{id}", server.CustomerId.ToString("D")) + (path.Contains('?') ? "&" : "?") + "limit=5";
        using var statements = new Statements();
        HttpClient owner = server.Owner();
        JsonElement first = await (await owner.GetAsync(asked)).JsonAsync(200);
        string[] sent = [.. await statements.OfAsync(owner, asked), .. await statements.OfAsync(owner, $"{asked}&cursor={Uri.EscapeDataString(first.Text("nextCursor"))}")];

        sent.Count(s => s.Contains("ORDER BY", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2);
        foreach (string sql in sent)
        {
            List<string> plan = Plan(sql);
            plan.ShouldNotBeEmpty();
            foreach (string step in plan) Problem(step, path).ShouldBeNull($"{string.Join('\n', plan)}\n{sql}");
        }
    }

    /// <summary>What is wrong with a step; null when it reads no more than it must.</summary>
    private static string? Problem(string step, string path)
    {
        if (step.StartsWith("SCAN", StringComparison.Ordinal) && !step.StartsWith("SCAN CONSTANT", StringComparison.Ordinal)) return "reads a whole table";
        // Rows of one instant may be put in the order of their ids: they are few, and that is told as the last term.
        if (step.StartsWith("USE TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal)) return "sorts all that the filter leaves";
        // A list of everything walks the order until the page is full. One with a filter would walk over all that it leaves out.
        bool filtered = path.Contains("{id}", StringComparison.Ordinal) || path.Contains("plan=", StringComparison.Ordinal) || path.Contains("lifecycle=", StringComparison.Ordinal) || path.Contains("status=", StringComparison.Ordinal) || path.Contains("owner=", StringComparison.Ordinal);
        return filtered && step.EndsWith("(tenant_id=?)", StringComparison.Ordinal) ? "walks over all rows of the tenant" : null;
    }

    /// <summary>SQLite's plan, line by line; parameters need no values for it.</summary>
    private List<string> Plan(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "switchboard.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        var steps = new List<string>();
        raw.sqlite3_prepare_v2(connection.Handle, "explain query plan " + sql, out sqlite3_stmt statement).ShouldBe(raw.SQLITE_OK, sql);
        using (statement)
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW) steps.Add(raw.sqlite3_column_text(statement, 3).utf8_to_string());
        return steps;
    }
}
