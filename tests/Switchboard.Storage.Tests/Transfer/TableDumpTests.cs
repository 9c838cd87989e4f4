using System.Text.Json;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Transfer;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Support;
using Switchboard.Storage.Figures;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage.Tests.Transfer;

/// <summary>A dump of another system's tables comes in whole. What is expected is counted from the files, so the source itself is the measure.</summary>
public abstract class TableDumpSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    [Fact]
    public async Task Counts_and_sums_of_a_dump_equal_the_source_and_a_second_import_changes_nothing()
    {
        string folder = Folder();
        FolderReport dry = await ImportAsync(folder, dryRun: true);
        FolderReport report = await ImportAsync(folder);

        report.Files.SelectMany(f => f.Errors.Select(e => $"{f.File} {e}")).ShouldBeEmpty();
        dry.Files.Select(f => f with { DryRun = false, Applied = f.Kind is not null }).Select(Json).ShouldBe(report.Files.Select(Json));
        foreach (ImportReport file in report.Files) (file.Added + file.Skipped.Sum(s => s.Count) + file.Derived.Where(d => d.Kind == "logins").Sum(d => d.Added + d.Skipped.Sum(s => s.Count))).ShouldBe(Records(folder, file.File!).Count, file.File);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        db.Customers.Count().ShouldBe(Records(folder, "customers.json").Count);
        db.Set<Contact>().Count().ShouldBe(Records(folder, "customers.json").Select(r => Text(r, "email")).Distinct().Count());
        db.Users.Count().ShouldBe(Records(folder, "employees.json").Count);
        (db.Set<Subscription>().Count(), db.Set<Subscription>().AsEnumerable().Sum(s => s.Mrr), db.Set<Subscription>().AsEnumerable().Sum(s => s.Arr), db.Set<Subscription>().Sum(s => s.SeatsUsed))
            .ShouldBe((Records(folder, "subscriptions.json").Count, Sum(folder, "subscriptions.json", "mrr"), Sum(folder, "subscriptions.json", "arr"), (int)Sum(folder, "subscriptions.json", "seats_used")));
        (db.Set<Invoice>().Count(), db.Set<Invoice>().AsEnumerable().Sum(i => i.Total)).ShouldBe((Records(folder, "invoices.json").Count, Sum(folder, "invoices.json", "amount")));
        db.Set<Invoice>().Select(i => i.Number!).Order().ToList().ShouldBe(Records(folder, "invoices.json").Select(r => Text(r, "invoice_number")).Order());
        Sums(folder, "invoices.json", "amount", r => Text(r, "status") == "past_due" ? "open" : Text(r, "status")).ShouldBe(db.Set<Invoice>().AsEnumerable().GroupBy(i => i.Status.ToString().ToLowerInvariant()).ToDictionary(g => g.Key, g => g.Sum(i => i.Total)), ignoreOrder: true);
        (db.Set<Payment>().Count(), db.Set<Payment>().AsEnumerable().Sum(p => p.Amount)).ShouldBe((Records(folder, "payments.json").Count, Sum(folder, "payments.json", "amount")));
        Sums(folder, "payments.json", "amount", r => Text(r, "status")).ShouldBe(db.Set<Payment>().AsEnumerable().GroupBy(p => p.Status.ToString().ToLowerInvariant()).ToDictionary(g => g.Key, g => g.Sum(p => p.Amount)), ignoreOrder: true);
        (db.Set<Credit>().Count(), db.Set<Credit>().AsEnumerable().Sum(c => c.Amount), db.Set<Credit>().AsEnumerable().Sum(c => c.Used))
            .ShouldBe((Records(folder, "credits.json").Count, Sum(folder, "credits.json", "amount"), Sum(folder, "credits.json", "used_amount")));
        (db.Set<Lead>().Count(), db.Set<Lead>().Sum(l => l.Score)).ShouldBe((Records(folder, "leads.json").Count, (int)Sum(folder, "leads.json", "lead_score")));
        (db.Set<Deal>().Count(), db.Set<Deal>().AsEnumerable().Sum(d => d.Value)).ShouldBe((Records(folder, "deals.json").Count, Sum(folder, "deals.json", "value")));
        db.Set<Deal>().AsEnumerable().Sum(d => (decimal)d.Probability).ShouldBe(Sum(folder, "deals.json", "probability") / 100);
        (db.Set<Quote>().Count(), db.Set<Quote>().AsEnumerable().Sum(q => q.Total)).ShouldBe((Records(folder, "quotes.json").Count, Sum(folder, "quotes.json", "total_amount")));
        db.Set<DealActivity>().Count().ShouldBe(Records(folder, "sales_activities.json").Count);
        db.Conversations.Count().ShouldBe(Records(folder, "conversations.json").Count);
        db.Conversations.Count(c => c.Status == ConversationStatus.Resolved).ShouldBe(Records(folder, "conversations.json").Count(r => Text(r, "status") == "resolved"));
        (db.Messages.Count(), db.Messages.Sum(m => m.Tokens)).ShouldBe((Records(folder, "messages.json").Count, (int)Sum(folder, "messages.json", "tokens_used")));
        db.Messages.AsEnumerable().GroupBy(m => m.ConversationId).ShouldAllBe(g => g.OrderBy(m => m.CreatedAt).Select(m => m.Sequence).SequenceEqual(Enumerable.Range(1, g.Count())));
        db.Handoffs.Count().ShouldBe(Records(folder, "agent_handoffs.json").Count);
        db.Set<Integration>().Count().ShouldBe(Records(folder, "customer_integrations.json").Count);
        db.Set<SegmentMembership>().Count().ShouldBe(Records(folder, "customer_segments.json").Count);
        List<JsonElement> calls = [.. Records(folder, "usage_events.json").Where(r => Text(r, "unit") == "api_calls")], uploads = [.. Records(folder, "usage_events.json").Where(r => Text(r, "unit") == "mb")];
        db.Set<UsageEvent>().AsEnumerable().GroupBy(u => u.Meter).ToDictionary(g => g.Key, g => (g.Count(), g.Sum(u => u.Quantity)))
            .ShouldBe(new Dictionary<Meter, (int, decimal)> { [Meter.ApiCalls] = (calls.Count, calls.Sum(r => r.GetProperty("quantity").GetDecimal())), [Meter.StorageGb] = (uploads.Count, uploads.Sum(r => r.GetProperty("quantity").GetDecimal()) / 1000) }, ignoreOrder: true);

        string before = await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId);
        Desk.Clock.Advance(TimeSpan.FromDays(1));
        FolderReport second = await ImportAsync(folder);
        second.Files.ShouldAllBe(f => f.Added == 0 && f.Changed == 0 && f.Failed == 0);
        second.Files.Sum(f => f.Unchanged).ShouldBe(report.Files.Sum(f => f.Added));
        (await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId)).ShouldBe(before);
    }

    [Fact]
    public async Task Figures_of_a_dump_are_those_that_follow_from_its_records()
    {
        string folder = Folder();
        await ImportAsync(folder);
        var period = FigurePeriod.Of(new DateOnly(2020, 1, 1), new DateOnly(2030, 12, 31), TimeZoneInfo.Utc);
        FigureStore figures = Desk.Get<FigureStore>();
        List<JsonElement> paying = [.. Records(folder, "subscriptions.json").Where(r => Text(r, "status") is "active" or "past_due")];
        List<JsonElement> ended = [.. Records(folder, "subscriptions.json").Where(r => Text(r, "status") == "canceled")];

        Revenue revenue = await figures.RevenueAsync(Desk.TenantId, period, default);
        revenue.Movements.End.ShouldBe(paying.Sum(r => Amount(r, "mrr")));
        revenue.Movements.Churn.ShouldBe(ended.Sum(r => Amount(r, "mrr")));
        revenue.Movements.New.ShouldBe(paying.Concat(ended).Sum(r => Amount(r, "mrr")));
        revenue.Customers.CustomersAtEnd.ShouldBe(paying.Select(r => Text(r, "customer_id")).Distinct().Count());
        revenue.Customers.Arpa!.Value.ShouldBe(paying.Sum(r => Amount(r, "mrr")) / paying.Count, 0.0001m);

        List<JsonElement> talks = Records(folder, "conversations.json");
        ResolutionFigures resolutions = await figures.ResolutionsAsync(Desk.TenantId, period, new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), default);
        resolutions.Total.ShouldBe(talks.Count);
        resolutions.HandedOff.ShouldBe(talks.Count(r => Text(r, "status") == "escalated"));

        ResponseFigures responses = await figures.ResponsesAsync(Desk.TenantId, period, default);
        responses.Resolutions.ShouldBe(talks.Count(r => Text(r, "status") == "resolved"));
        responses.TtrMedian!.Value.ShouldBeLessThanOrEqualTo(responses.TtrP90!.Value);
    }

    [Fact]
    public async Task The_next_invoice_follows_the_highest_number_of_the_dump()
    {
        string folder = Folder();
        await ImportAsync(folder);
        int highest = Records(folder, "invoices.json").Max(r => int.Parse(Text(r, "invoice_number")[9..]));
        string next = await Desk.Data.WriteAsync(Desk.Actor, db => db.Set<InvoiceCounter>().Single(c => c.Year == 2025).Next().ToString(), default);
        next.ShouldBe($"INV-2025-{highest + 1:D5}");
    }

    private Task<FolderReport> ImportAsync(string folder, bool dryRun = false) => Desk.Get<Importer>().ImportFolderAsync(
        Desk.Actor,
        [.. Directory.GetFiles(folder, "*.json").Select(f => new ImportedFile(Path.GetFileName(f), _ => Task.FromResult<Stream>(File.OpenRead(f))))],
        new ImportOptions { DryRun = dryRun },
        null,
        default);

    private static string Folder()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Switchboard.slnx"))) at = at.Parent;
        string folder = Path.GetFullPath(Path.Combine(at!.FullName, "..", "shared", "data", "projectflow", "sql_seed"));
        if (!Directory.Exists(folder)) Assert.Skip($"The dump is not at {folder}.");
        return folder;
    }

    private static List<JsonElement> Records(string folder, string file) => [.. JsonElement.Parse(File.ReadAllText(Path.Combine(folder, file))).GetProperty("records").EnumerateArray()];

    private static decimal Sum(string folder, string file, string field) => Records(folder, file).Sum(r => Amount(r, field));

    /// <summary>An amount of the source, which writes 2730.0299999999997 where it means 2730.03.</summary>
    private static decimal Amount(JsonElement record, string field) => decimal.Round(record.GetProperty(field).GetDecimal(), 6);

    private static Dictionary<string, decimal> Sums(string folder, string file, string field, Func<JsonElement, string> by) => Records(folder, file).GroupBy(by).ToDictionary(g => g.Key, g => g.Sum(r => Amount(r, field)));

    private static string Text(JsonElement record, string field) => record.GetProperty(field).GetString()!;

    private static string Json(ImportReport report) => Switchboard.Core.Json.Write(report);
}

public sealed class SqliteTableDumpTests() : TableDumpSuite(SqliteHome.CreateAsync);

public sealed class PostgresTableDumpTests(PostgresServer server) : TableDumpSuite(server.NewHomeAsync);
