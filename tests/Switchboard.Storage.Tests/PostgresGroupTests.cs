using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

/// <summary>Commits that come together share a transaction, and what befalls one of them is nothing to the others.</summary>
public sealed class PostgresGroupTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    private Desk desk = null!;
    private NpgsqlDataSource source = null!;
    private PostgresGroups groups = null!;
    private NpgsqlConnection outside = null!;
    private NpgsqlTransaction holding = null!;
    private Task busy = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync(await server.NewHomeAsync());
        source = NpgsqlDataSource.Create(desk.Home.Database.ConnectionString!);
        groups = new PostgresGroups(source);
        outside = await source.OpenConnectionAsync();
        holding = await outside.BeginTransactionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await outside.DisposeAsync();
        await source.DisposeAsync();
        await desk.DisposeAsync();
    }

    [Fact]
    public async Task Those_who_come_while_others_are_under_way_go_together()
    {
        await KeepBusyAsync();
        EngineQuery<long>[] queries = [.. Enumerable.Range(0, 10).Select(_ => Transaction())];
        Task[] together = [.. queries.Select((q, n) => groups.CommitAsync(desk.TenantId, q, n % 2 == 0 ? $"list:{n}" : null))];
        await LetGoAsync();

        await Task.WhenAll(together).WaitAsync(limit);
        queries.ShouldAllBe(q => q.Rows.Count == 1);
        queries.Select(q => q.First).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Those_of_another_tenant_go_by_themselves()
    {
        await KeepBusyAsync();
        EngineQuery<string?> theirs = new(new EngineStatement($"select current_setting('{PostgresPrincipal.TenantSetting}')"), row => row.TextOrNull(0));
        var other = Guid.CreateVersion7();

        await groups.CommitAsync(other, theirs, null).WaitAsync(limit);
        theirs.First.ShouldBe(other.ToString("D"), "the others are still under way");
        await LetGoAsync();
    }

    [Fact]
    public async Task One_whose_subject_is_held_by_others_does_not_hold_up_its_company()
    {
        await KeepBusyAsync();
        await using NpgsqlConnection second = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction held = await second.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await LockAsync(second, "list:held");
        EngineQuery<long> waits = Transaction();
        EngineQuery<long>[] queries = [Transaction(), Transaction()];
        Task waiting = groups.CommitAsync(desk.TenantId, waits, "list:held");
        Task[] company = [.. queries.Select(q => groups.CommitAsync(desk.TenantId, q, null))];
        await LetGoAsync();

        await Task.WhenAll(company).WaitAsync(limit);
        waiting.IsCompleted.ShouldBeFalse();
        await held.CommitAsync(TestContext.Current.CancellationToken);
        await waiting.WaitAsync(limit);
        queries.Append(waits).ShouldAllBe(q => q.Rows.Count == 1);
    }

    [Fact]
    public async Task One_that_fails_fails_alone()
    {
        await KeepBusyAsync();
        EngineQuery<long>[] queries = [Transaction(), new(new EngineStatement("select 1 / (@n - @n)").Set("@n", 1), row => row.Long(0)), Transaction()];
        Task[] together = [.. queries.Select(q => groups.CommitAsync(desk.TenantId, q, null))];
        await LetGoAsync();

        (await Should.ThrowAsync<PostgresException>(() => together[1].WaitAsync(limit))).SqlState.ShouldBe(PostgresErrorCodes.DivisionByZero);
        await Task.WhenAll(together[0], together[2]).WaitAsync(limit);
        queries[0].Rows.Count.ShouldBe(1, "what the undone group had answered is forgotten");
        queries[2].Rows.Count.ShouldBe(1);
        queries[0].First.ShouldNotBe(queries[2].First);
    }

    [Fact]
    public async Task A_lost_connection_is_told_to_each_and_those_who_come_later_go_on()
    {
        await KeepBusyAsync();
        EngineQuery<long>[] queries = [Transaction(), new(new EngineStatement("select 1 from pg_sleep(60)"), row => row.Long(0)), Transaction()];
        Task[] together = [.. queries.Select(q => groups.CommitAsync(desk.TenantId, q, null))];
        await LetGoAsync();
        await using (NpgsqlConnection second = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var kill = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)' and pid <> pg_backend_pid()", second);
            while (await kill.ExecuteScalarAsync(TestContext.Current.CancellationToken) is null) await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        foreach (Task one in together) DatabaseFailures.IsBroken(await Should.ThrowAsync<Exception>(() => one.WaitAsync(limit))).ShouldBeTrue();
        source.Clear();
        EngineQuery<long> later = Transaction();
        await groups.CommitAsync(desk.TenantId, later, null).WaitAsync(limit);
        later.Found.ShouldBeTrue();
    }

    private static EngineQuery<long> Transaction() => new(new EngineStatement("select pg_current_xact_id()::text::bigint"), row => row.Long(0));

    /// <summary>As many as go at once wait for subjects that somebody outside holds.</summary>
    private async Task KeepBusyAsync()
    {
        await LockAsync(outside, "list:a");
        await LockAsync(outside, "list:b");
        busy = Task.WhenAll(groups.CommitAsync(desk.TenantId, Transaction(), "list:a"), groups.CommitAsync(desk.TenantId, Transaction(), "list:b"));
    }

    private async Task LetGoAsync()
    {
        await holding.CommitAsync();
        await busy.WaitAsync(limit);
    }

    private async Task LockAsync(NpgsqlConnection connection, string subject)
    {
        await using var locks = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 1))", connection) { Parameters = { new() { Value = PostgresPrincipal.LockName(desk.TenantId.ToString("D"), subject) } } };
        await locks.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
