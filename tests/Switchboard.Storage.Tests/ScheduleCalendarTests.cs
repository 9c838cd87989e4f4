using System.Collections.Concurrent;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Schedules;
using Switchboard.Storage.Schedules;

namespace Switchboard.Storage.Tests;

public sealed class SqliteScheduleCalendarTests() : ScheduleCalendarSuite(SqliteHome.CreateAsync)
{
    private static readonly Schedule hourly = new("test.hourly", "0 0 * * * ?", "UTC", MisfireRule.RunOnce, "test", "{}");

    [Fact]
    public async Task An_instant_whose_process_ended_while_it_was_told_is_told_again_by_the_next()
    {
        SetClock("2026-06-01T10:30:00Z");
        var ended = new TaskCompletionSource();
        int begun = 0;
        QuartzCalendar first = NewCalendar();
        await first.StartAsync(
            async (_, _) =>
            {
                Interlocked.Increment(ref begun);
                await ended.Task;
            },
            default);
        await first.PlaceAsync([hourly], await TenantsAsync(), default);
        SetClock("2026-06-01T11:00:00Z");
        await UntilAsync(() => begun == 1, "the instant is being told");

        var told = new ConcurrentQueue<ScheduledInstant>();
        await StartAsync(told);
        await UntilAsync(() => !told.IsEmpty, "it is told again");
        ended.SetResult();

        told.Distinct().ShouldBe([new ScheduledInstant(hourly.Name, Desk.TenantId, Instant("2026-06-01T11:00:00Z"))]);
    }

    [Fact]
    public async Task The_calendar_has_a_file_of_its_own_that_nobody_else_may_read()
    {
        await (await StartAsync([])).PlaceAsync([hourly], await TenantsAsync(), default);

        string file = Path.Combine(Desk.Home.DataPath, "schedules.db");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await Desk.Home.TextsAsync("select name from sqlite_master where name like 'qrtz%'")).ShouldBeEmpty();
    }
}

public sealed class PostgresScheduleCalendarTests(PostgresServer server) : ScheduleCalendarSuite(server.NewHomeAsync)
{
    private static readonly Schedule hourly = new("test.hourly", "0 0 * * * ?", "UTC", MisfireRule.RunOnce, "test", "{}");

    [Fact]
    public async Task Three_processes_tell_each_instant_once_between_them_and_have_a_schema_of_their_own()
    {
        SetClock("2026-06-01T10:30:00Z");
        var told = new ConcurrentQueue<ScheduledInstant>();
        QuartzCalendar[] nodes = await PassingAsync(Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(told))));
        IReadOnlyList<Domain.Organisation.Tenant> tenants = await TenantsAsync();
        await PassingAsync(Task.WhenAll(nodes.Select(async n =>
        {
            await n.PlaceAsync([hourly], tenants, default);
            return true;
        })));

        for (int hour = 11; hour < 16; hour++)
        {
            SetClock($"2026-06-01T{hour}:00:00Z");
            await UntilAsync(() => told.Count >= hour - 10, $"{hour} o'clock is told");
        }

        foreach (QuartzCalendar node in nodes) await node.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        told.Select(t => t.At.Hour).ShouldBe([11, 12, 13, 14, 15]);
        (await Desk.Home.TextsAsync("select tablename::text from pg_tables where schemaname = 'quartz' and tablename = 'qrtz_triggers'")).Count.ShouldBe(1);
        (await Desk.Home.TextsAsync("select tablename::text from pg_tables where schemaname = 'public' and tablename like 'qrtz%'")).ShouldBeEmpty();
    }

    /// <summary>Lets the time pass while the work goes on: who meets another at a lock waits by the clock and tries again.</summary>
    private async Task<T> PassingAsync<T>(Task<T> work)
    {
        for (int i = 0; i < 400 && !work.IsCompleted; i++)
        {
            await Task.WhenAny(work, Task.Delay(50));
            Desk.Clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        return await work.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
