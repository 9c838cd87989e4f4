using System.Diagnostics;
using Npgsql;
using Switchboard.Compliance.Postgres;

namespace Switchboard.Server.Tests.Faults;

/// <summary>What lies between the nodes and their database breaks: its backends are killed, its server restarts, one node is cut off from it.</summary>
public sealed class BrokenConnectionTests(PostgresServer postgres)
{
    private static readonly TimeSpan recovery = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Backends_that_are_killed_in_the_middle_of_their_work_cost_no_message_and_double_no_reply()
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        await using var fleet = new Fleet();
        var load = Load.Begin([await fleet.StartAsync(home.Database), await fleet.StartAsync(home.Database)], conversations: 4);
        int killed = 0;
        TimeSpan longest = TimeSpan.Zero;
        for (int round = 0; round < 5; round++)
        {
            await load.AnsweredAsync(8);
            killed += int.Parse((await home.TextsAsync("select count(pg_terminate_backend(pid))::text from pg_stat_activity where datname = current_database() and application_name = 'switchboard'"))[0]);
            TimeSpan took = await load.RecoveredAsync(recovery);
            if (took > longest) longest = took;
        }

        await load.EndAsync(home);
        killed.ShouldBeGreaterThan(5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} backends killed, recovered after {longest.TotalSeconds:0.0} s at most");
        for (int i = 0; i < 2; i++) (await fleet.AuditAsync(i)).Items("faults").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_server_that_restarts_costs_no_message_and_doubles_no_reply(bool isImmediate)
    {
        await using var mortal = new PostgresServer { Durable = true };
        await using PostgresHome home = await mortal.NewHomeAsync(isEmpty: true);
        await using var fleet = new Fleet();
        HttpClient[] visitors = [await fleet.StartAsync(home.Database), await fleet.StartAsync(home.Database)];
        var load = Load.Begin(visitors, conversations: 4);
        await load.AnsweredAsync(12);

        await mortal.RestartAsync(isImmediate, secondsAway: 2);
        await load.RefusedAsync("database_unavailable", 1);
        // The two seconds in which there is none are part of it.
        TimeSpan took = await load.RecoveredAsync(recovery);
        await Load.UntilAsync(async () => (await visitors[0].GetAsync("/health/ready")).IsSuccessStatusCode, recovery);
        await load.EndAsync(home);

        TestContext.Current.TestOutputHelper?.WriteLine($"recovered after {took.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task A_node_that_is_cut_off_from_the_database_holds_up_nobody_and_comes_back()
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        var settings = new NpgsqlConnectionStringBuilder(home.Database.ConnectionString);
        await using var wire = new TcpProxy(settings.Port);
        settings.Port = wire.Port;
        await using var fleet = new Fleet();
        HttpClient here = await fleet.StartAsync(home.Database), away = await fleet.StartAsync(home.Database with { ConnectionString = settings.ConnectionString });
        Guid node = (await away.GetJsonAsync("/api/v1/info")).GetProperty("node").Id("id");
        Load near = Load.Begin([here], conversations: 2), far = Load.Begin([away], conversations: 3);
        await far.AnsweredAsync(10);

        wire.Cut();
        var since = Stopwatch.StartNew();
        await near.AnsweredAsync(10);
        await Load.UntilAsync(async () => (await home.TextsAsync($"select count(*)::text from runs where finished_at is null and node_id = '{node}'"))[0] == "0", recovery);
        TestContext.Current.TestOutputHelper?.WriteLine($"what it held was taken over after {since.Elapsed.TotalSeconds:0.0} s");
        await far.RefusedAsync("database_unavailable", 3);
        near.Refused.ShouldBeEmpty();

        wire.Heal();
        TimeSpan took = await far.RecoveredAsync(recovery);
        await Load.UntilAsync(async () => (await away.GetJsonAsync("/api/v1/info")).GetProperty("node").Id("id") != node, recovery);
        TestContext.Current.TestOutputHelper?.WriteLine($"it came back after {took.TotalSeconds:0.0} s");
        await far.EndAsync(home, others: await near.StopAsync());
    }
}
