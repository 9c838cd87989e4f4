using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Schedules;

namespace Switchboard.Compliance.Storage;

public abstract class ScheduleCalendarSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly Schedule nightly = new("test.nightly", "0 30 2 * * ?", TimeZone: null, MisfireRule.RunOnce, "test", "{}");
    private static readonly Schedule tea = new("test.tea", "0 0 16 * * ?", "Europe/London", MisfireRule.Skip, "test", "{}");

    private readonly List<QuartzCalendar> calendars = [];

    public override async ValueTask DisposeAsync()
    {
        foreach (QuartzCalendar calendar in calendars) await calendar.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("2026-03-27T12:00:00Z", "2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z", "Berlin goes from 2:00 to 3:00 on the 29th")]
    [InlineData("2026-10-23T12:00:00Z", "2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z", "Berlin has the hour from 2:00 twice on the 25th")]
    public async Task Half_past_two_comes_once_a_day_whatever_the_clocks_do(string from, string instants, string why)
    {
        SetClock(from);
        var told = new ConcurrentQueue<ScheduledInstant>();
        QuartzCalendar calendar = await StartAsync(told);
        await calendar.PlaceAsync([nightly], await TenantsAsync(), default);
        DateTimeOffset[] expected = [.. instants.Split(' ').Select(Instant)];

        for (DateTimeOffset end = expected[^1] + TimeSpan.FromHours(2); Desk.Clock.GetUtcNow() < end;)
        {
            Desk.Clock.Advance(TimeSpan.FromMinutes(30));
            await UntilAsync(() => told.Count >= expected.Count(e => e <= Desk.Clock.GetUtcNow()), why);
        }

        told.Select(t => t.At).ShouldBe(expected, why);
        told.ShouldAllBe(t => t.Schedule == nightly.Name && t.TenantId == Desk.TenantId);
    }

    [Fact]
    public async Task After_days_without_a_server_what_makes_up_for_them_is_told_once_and_what_is_too_late_not_at_all()
    {
        SetClock("2026-06-01T12:00:00Z");
        QuartzCalendar before = await StartAsync([]);
        await before.PlaceAsync([nightly, tea], await TenantsAsync(), default);
        await before.StopAsync(default);
        SetClock("2026-06-05T10:00:00Z");

        var told = new ConcurrentQueue<ScheduledInstant>();
        QuartzCalendar after = await StartAsync(told);
        await after.PlaceAsync([nightly, tea], await TenantsAsync(), default);
        await UntilAsync(() => !told.IsEmpty, "the missed nights are made up for");

        SetClock("2026-06-05T15:00:00Z");
        await UntilAsync(() => told.Count >= 2, "the next tea is told as ever");
        SetClock("2026-06-06T00:30:00Z");
        await UntilAsync(() => told.Count >= 3, "the next night is told as ever");
        told.Select(t => t.Schedule).ShouldBe([nightly.Name, tea.Name, nightly.Name]);
        told.Select(t => t.At).ShouldBe([Instant("2026-06-02T00:30:00Z"), Instant("2026-06-05T15:00:00Z"), Instant("2026-06-06T00:30:00Z")]);
    }

    [Fact]
    public async Task An_instant_that_could_not_be_told_is_told_again_as_the_same_one()
    {
        SetClock("2026-06-01T23:00:00Z");
        var told = new ConcurrentQueue<ScheduledInstant>();
        QuartzCalendar calendar = NewCalendar();
        await calendar.StartAsync(
            (instant, _) =>
            {
                told.Enqueue(instant);
                return told.Count < 3 ? throw new IOException("The disk is full.") : Task.CompletedTask;
            },
            default);
        await calendar.PlaceAsync([nightly], await TenantsAsync(), default);
        SetClock("2026-06-02T00:30:00Z");
        await UntilAsync(() => told.Count == 1, "the instant has come");

        for (int i = 0; i < 100 && told.Count < 3; i++)
        {
            Desk.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }

        told.Select(t => t.At).ShouldBe(Enumerable.Repeat(Instant("2026-06-02T00:30:00Z"), 3));
    }

    [Fact]
    public async Task Tenants_and_schedules_that_come_change_and_go_are_followed_and_the_others_stay()
    {
        SetClock("2026-06-01T23:00:00Z");
        var told = new ConcurrentQueue<ScheduledInstant>();
        QuartzCalendar calendar = await StartAsync(told);
        Guid berlin = Desk.TenantId;
        await calendar.PlaceAsync([nightly, tea], await TenantsAsync(), default);
        Guid later = await Desk.AddTenantAsync("later");
        Tenant[] tenants = [.. (await TenantsAsync()).Select(t => t.Id == later ? In(t, "Asia/Tokyo") : t)];
        await calendar.PlaceAsync([nightly], tenants, default);

        SetClock("2026-06-02T00:30:00Z");
        await UntilAsync(() => told.Count == 1, "half past two in Berlin");
        SetClock("2026-06-02T17:30:00Z");
        await UntilAsync(() => told.Count == 2, "half past two in Tokyo; tea is no more");
        await calendar.PlaceAsync([nightly with { Cron = "0 45 2 * * ?" }], tenants, default);
        SetClock("2026-06-02T17:45:00Z");
        await UntilAsync(() => told.Count == 3, "a quarter to three in Tokyo");
        SetClock("2026-06-03T00:45:00Z");
        await UntilAsync(() => told.Count == 4, "a quarter to three in Berlin");

        told.ShouldBe([
            new(nightly.Name, berlin, Instant("2026-06-02T00:30:00Z")),
            new(nightly.Name, later, Instant("2026-06-02T17:30:00Z")),
            new(nightly.Name, later, Instant("2026-06-02T17:45:00Z")),
            new(nightly.Name, berlin, Instant("2026-06-03T00:45:00Z")),
        ]);
    }

    [Fact]
    public async Task The_next_instant_is_told_in_the_schedules_zone_or_in_the_tenants()
    {
        Tenant tenant = (await TenantsAsync()).Single();
        QuartzCalendar calendar = NewCalendar();

        calendar.NextAfter(nightly, tenant, Instant("2026-03-29T00:59:00Z")).ShouldBe(Instant("2026-03-29T01:00:00Z"));
        calendar.NextAfter(nightly, In(tenant, "Asia/Tokyo"), Instant("2026-03-29T00:59:00Z")).ShouldBe(Instant("2026-03-29T17:30:00Z"));
        calendar.NextAfter(tea, In(tenant, "Asia/Tokyo"), Instant("2026-07-01T00:00:00Z")).ShouldBe(Instant("2026-07-01T15:00:00Z"));
    }

    /// <summary>A calendar of its own process on the desk's database.</summary>
    protected QuartzCalendar NewCalendar()
    {
        var calendar = new QuartzCalendar(Desk.Folder, Desk.Home.Database, Desk.Clock, NullLoggerFactory.Instance);
        calendars.Add(calendar);
        return calendar;
    }

    protected async Task<QuartzCalendar> StartAsync(ConcurrentQueue<ScheduledInstant> told)
    {
        QuartzCalendar calendar = NewCalendar();
        await calendar.StartAsync(
            (instant, _) =>
            {
                told.Enqueue(instant);
                return Task.CompletedTask;
            },
            default);
        return calendar;
    }

    protected Task<IReadOnlyList<Tenant>> TenantsAsync() => Desk.Tenants.ListAsync(default);

    protected void SetClock(string to)
    {
        TimeSpan way = Instant(to) - Desk.Clock.GetUtcNow();
        Desk.Clock.Advance(way);
    }

    protected static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    protected static async Task UntilAsync(Func<bool> condition, string why)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition() && !limit.IsCancellationRequested) await Task.Delay(10);
        condition().ShouldBeTrue(why);
    }

    private static Tenant In(Tenant tenant, string zone) =>
        new() { Id = tenant.Id, Slug = tenant.Slug, Name = tenant.Name, Currency = tenant.Currency, TimeZone = zone, Locale = tenant.Locale, CreatedAt = tenant.CreatedAt };
}
