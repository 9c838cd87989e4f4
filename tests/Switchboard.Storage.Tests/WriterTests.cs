using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Storage;
using Switchboard.Domain.Customers;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Tests;

public sealed class WriterTests : IAsyncLifetime
{
    private Desk desk = null!;

    public async ValueTask InitializeAsync() => desk = await Desk.OpenAsync(new SqliteHome());

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task Writers_that_come_together_share_a_commit_and_one_that_fails_harms_no_other()
    {
        using var gate = new ManualResetEventSlim();
        long before = desk.Get<SqliteWriter>().Commits;
        Task<int> first = desk.Get<SqliteWriter>().RunAsync(_ => { gate.Wait(); return 0; }, default);
        Task<int>[] all = [.. Enumerable.Range(0, 40).Select(i => desk.Get<SqliteWriter>().RunAsync(item => i == 17 ? FailAfterWriting(item) : Insert(item, i), default))];
        gate.Set();

        await first;
        await Should.ThrowAsync<InvalidOperationException>(() => all[17]);
        await Task.WhenAll(all.Where((_, i) => i != 17));

        (desk.Get<SqliteWriter>().Commits - before).ShouldBeLessThanOrEqualTo(3);
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.CountAsync()).ShouldBe(39);
        (await db.Customers.AnyAsync(c => c.Name == "never")).ShouldBeFalse();
    }

    [Fact]
    public async Task Work_cancelled_before_it_begins_writes_nothing_and_the_writer_goes_on()
    {
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        Task<int> first = desk.Get<SqliteWriter>().RunAsync(_ => { gate.Wait(); return 0; }, default);
        Task<int> cancelled = desk.Get<SqliteWriter>().RunAsync(item => Insert(item, 1), cancellation.Token);
        await cancellation.CancelAsync();
        gate.Set();

        await first;
        await Should.ThrowAsync<TaskCanceledException>(() => cancelled);
        await desk.Get<SqliteWriter>().RunAsync(item => Insert(item, 2), default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.Select(c => c.Name).ToListAsync()).ShouldBe(["customer 2"]);
    }

    [Fact]
    public async Task Work_that_has_begun_is_finished_though_its_caller_cancels()
    {
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        Task<int> work = desk.Get<SqliteWriter>().RunAsync(item => { begun.Set(); gate.Wait(); return Insert(item, 1); }, cancellation.Token);
        begun.Wait();
        await cancellation.CancelAsync();
        gate.Set();

        (await work).ShouldBe(1, "a caller that is told of a cancellation may rely on it that nothing was written");
    }

    [Fact]
    public async Task A_commit_that_fails_fails_every_item_of_its_batch_and_nothing_is_kept()
    {
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        Task<int> first = desk.Get<SqliteWriter>().RunAsync(_ => { begun.Set(); gate.Wait(); return 0; }, default);
        begun.Wait();
        Task<int> good = desk.Get<SqliteWriter>().RunAsync(item => Insert(item, 1), default);
        // A foreign key that is checked at the commit only makes the commit itself fail.
        Task<int> bad = desk.Get<SqliteWriter>().RunAsync(
            item =>
            {
                item.Command("pragma defer_foreign_keys=on").Execute();
                return item.Command("insert into customers (tenant_id, id, name, plan, since) values (x'00', x'01', 'orphan', 'free', 0)").Execute();
            },
            default);
        gate.Set();
        await first;

        await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => bad);
        await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => good);
        await desk.Get<SqliteWriter>().RunAsync(item => Insert(item, 2), default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.Select(c => c.Name).ToListAsync()).ShouldBe(["customer 2"]);
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_writer_and_see_only_what_is_committed()
    {
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        Task<int> work = desk.Get<SqliteWriter>().RunAsync(item => { int done = Insert(item, 1); begun.Set(); gate.Wait(); return done; }, default);
        begun.Wait();

        await using (SwitchboardDb during = desk.Data.For(desk.TenantId)) (await during.Customers.CountAsync()).ShouldBe(0);
        (await desk.Store.UnfinishedAsync(default)).ShouldBeEmpty();
        gate.Set();
        await work;

        await using SwitchboardDb after = desk.Data.For(desk.TenantId);
        (await after.Customers.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_queued_when_the_writer_ends_is_written_and_later_work_is_refused()
    {
        using var gate = new ManualResetEventSlim();
        Task<int> first = desk.Get<SqliteWriter>().RunAsync(_ => { gate.Wait(); return 0; }, default);
        Task<int>[] queued = [.. Enumerable.Range(0, 100).Select(i => desk.Get<SqliteWriter>().RunAsync(item => Insert(item, i), default))];
        Task end = desk.Get<SqliteWriter>().DisposeAsync().AsTask();
        gate.Set();

        await end;
        await Task.WhenAll([first, .. queued]);
        await Should.ThrowAsync<ObjectDisposedException>(() => desk.Get<SqliteWriter>().RunAsync(item => Insert(item, 1), default));
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.CountAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task The_writer_flushes_each_commit_and_checks_foreign_keys()
    {
        (await desk.Get<SqliteWriter>().RunAsync(item => (item.Command("pragma synchronous").Number(), item.Command("pragma foreign_keys").Number(), item.Command("pragma journal_mode").Text()), default))
            .ShouldBe((2, 1, "wal"));
        await Should.ThrowAsync<DbUpdateException>(() => desk.Data.WriteAsync(desk.Actor,
            db => db.Add(new Contact { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = desk.NewId(), Email = "x@example.com", Name = "X", Role = ContactRole.User }),
            default));
    }

    private int Insert(SqliteWriteContext item, int number)
    {
        SqliteDb db = item.Context(desk.Actor);
        db.Add(new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = $"customer {number}", Plan = "free", Since = Desk.Start });
        db.SaveChanges();
        return number;
    }

    private int FailAfterWriting(SqliteWriteContext item)
    {
        SqliteDb db = item.Context(desk.Actor);
        db.Add(new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = "never", Plan = "free", Since = Desk.Start });
        db.SaveChanges();
        throw new InvalidOperationException("after writing");
    }
}
