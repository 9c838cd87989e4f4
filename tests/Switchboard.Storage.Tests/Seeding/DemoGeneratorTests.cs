using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Storage;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Product;
using Switchboard.Domain.Success;
using Switchboard.Storage.Seeding;
using Switchboard.Storage.Seeding.Generator;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Tests.Seeding;

public sealed class DemoGeneratorTests : IAsyncLifetime
{
    private static readonly SeedAsk ask = new(Customers: 300, Years: 1, Until: new DateOnly(2026, 3, 1));

    private Desk desk = null!;
    private Guid tenantId;

    private DemoGenerator Generator => desk.Get<DemoGenerator>();

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync(new SqliteHome());
        tenantId = (await desk.Get<DemoSeed>().SeedAsync(default)).ShouldNotBeNull().Tenant.Id;
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task The_demo_is_filled_beside_what_it_has_and_the_report_counts_what_is_stored()
    {
        var steps = new Steps();
        SeedReport report = await Generator.GenerateAsync(ask, steps, default);

        await using SwitchboardDb db = desk.Data.For(tenantId);
        (await db.Customers.CountAsync(), report.Rows["customer"]).ShouldBe((308, 300));
        (await db.Set<LoginEvent>().CountAsync()).ShouldBe((int)report.Rows["login_event"]);
        (await db.Messages.CountAsync()).ShouldBe((int)report.Rows["message"]);
        report.Total.ShouldBe(report.Rows.Values.Sum());
        steps.Seen.Select(s => s.Done).ShouldBeInOrder();
        steps.Seen[^1].ShouldBe(new SeedProgress(300, 300, report.Total));
        (await db.Users.CountAsync(u => u.Role == Domain.Identity.Role.Owner)).ShouldBe(1);
        Faults().ShouldBe("");
    }

    [Fact]
    public async Task A_second_call_says_what_is_there_and_changes_nothing()
    {
        SeedReport report = await Generator.GenerateAsync(ask, null, default);
        (await Should.ThrowAsync<SeedRefusedException>(() => Generator.GenerateAsync(new SeedAsk(), null, default))).Message.ShouldContain("--customers 300 --years 1 --seed 1 --until 2026-03-01");
        await using SwitchboardDb db = desk.Data.For(tenantId);
        (await db.Set<HealthSnapshot>().CountAsync()).ShouldBe((int)report.Rows["health_snapshot"]);
    }

    [Theory]
    [InlineData("seed:shared-stored")]
    [InlineData("seed:chunk-stored")]
    public async Task One_that_was_cut_off_is_completed_by_the_next_call_to_the_same_rows(string place)
    {
        desk.Faults.At = place;
        await Should.ThrowAsync<InvalidOperationException>(() => Generator.GenerateAsync(ask, null, default));
        (await Should.ThrowAsync<SeedRefusedException>(() => Generator.GenerateAsync(new SeedAsk(Customers: 90), null, default))).Message.ShouldContain("db seed --demo --customers 300");
        desk.Faults.At = null;
        desk.Clock.Advance(TimeSpan.FromDays(3));
        SeedReport rest = await Generator.GenerateAsync(new SeedAsk(), null, default);
        rest.ResumedFrom.ShouldBe(place == "seed:shared-stored" ? 0 : 80);

        await using Desk other = await Desk.OpenAsync(new SqliteHome());
        Guid otherId = (await other.Get<DemoSeed>().SeedAsync(default)).ShouldNotBeNull().Tenant.Id;
        await other.Get<DemoGenerator>().GenerateAsync(ask, null, default);
        await using SwitchboardDb one = desk.Data.For(tenantId), two = other.Data.For(otherId);
        (await Rows(one)).ShouldBe(await Rows(two));
        Faults().ShouldBe("");

        // The demonstration's own first payments have ids of their own; they are five days older than the tenant.
        static async Task<string> Rows(SwitchboardDb db)
        {
            DateTimeOffset demo = (await db.Tenants.SingleAsync(t => t.Id == db.TenantId)).CreatedAt.AddDays(-5);
            return string.Join('\n',
            [
            .. await db.Set<Invoice>().Where(i => i.CreatedAt != demo).OrderBy(i => i.Number).Select(i => i.Number + " " + i.Id + " " + i.Total).ToListAsync(),
                .. await db.Messages.OrderBy(m => m.Id).Select(m => m.Id + " " + m.Text).ToListAsync(),
                .. await db.Set<FeatureUsage>().OrderBy(u => u.Id).Select(u => u.Id + " " + u.Feature).ToListAsync(),
                .. await db.Set<InvoiceCounter>().OrderBy(c => c.Year).Select(c => c.Year + " " + c.Last).ToListAsync(),
            ]);
        }
    }

    [Fact]
    public async Task Numbers_go_on_from_those_the_tenant_has_given_and_the_counter_follows()
    {
        int given = await desk.Data.WriteAsync(new Domain.Identity.SystemActor(tenantId, "test"), db =>
        {
            InvoiceCounter counter = db.Set<InvoiceCounter>().Single(c => c.Year == 2026);
            counter.Next();
            counter.Next();
            return counter.Last;
        }, default);
        await Generator.GenerateAsync(ask, null, default);
        await using SwitchboardDb db = desk.Data.For(tenantId);
        List<string?> numbers = await db.Set<Invoice>().Where(i => i.Number!.StartsWith("INV-2026")).OrderBy(i => i.Number).Select(i => i.Number).ToListAsync();
        numbers.ShouldNotContain($"INV-2026-{given:00000}", "it was given, whatever became of it");
        numbers.ShouldContain($"INV-2026-{given + 1:00000}");
        InvoiceCounter after = await db.Set<InvoiceCounter>().SingleAsync(c => c.Year == 2026);
        after.Last.ShouldBe(numbers.Count + 2);
    }

    [Fact]
    public async Task A_call_that_is_called_off_stops_between_chunks_and_can_be_completed()
    {
        using var stop = new CancellationTokenSource();
        var steps = new Steps(s =>
        {
            if (s.Done > 0) stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => Generator.GenerateAsync(ask, steps, stop.Token));
        (await Generator.GenerateAsync(ask, null, default)).ResumedFrom.ShouldBe(80);
    }

    [Theory]
    [InlineData(0, 1, "--customers")]
    [InlineData(5, 11, "--years")]
    public async Task A_request_out_of_range_is_refused_with_its_range(int customers, int years, string option)
    {
        (await Should.ThrowAsync<SeedRefusedException>(() => Generator.GenerateAsync(new SeedAsk(customers, years), null, default))).Message.ShouldContain(option);
        await using SwitchboardDb db = desk.Data.For(tenantId);
        (await db.Set<DataJob>().AnyAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_demonstration_tenant_nothing_is_made()
    {
        await using Desk bare = await Desk.OpenAsync(new SqliteHome());
        (await Should.ThrowAsync<SeedRefusedException>(() => bare.Get<DemoGenerator>().GenerateAsync(ask, null, default))).Message.ShouldContain("no demonstration tenant");
    }

    /// <summary>What the database finds wrong with itself: rows that point to none, pages that are damaged.</summary>
    private string Faults()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={desk.Get<SqliteDatabase>().Path};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select coalesce(group_concat(\"table\"), '') from pragma_foreign_key_check";
        return (string)command.ExecuteScalar()!;
    }

    private sealed class Steps(Action<SeedProgress>? told = null) : IProgress<SeedProgress>
    {
        public List<SeedProgress> Seen { get; } = [];

        public void Report(SeedProgress value)
        {
            Seen.Add(value);
            told?.Invoke(value);
        }
    }
}
