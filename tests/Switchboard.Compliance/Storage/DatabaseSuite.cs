using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>What values mean in the database, and what becomes of them when the process ends.</summary>
public abstract class DatabaseSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    [Fact]
    public async Task The_database_is_up_to_date_after_it_was_migrated_and_again_after_it_was_migrated_twice()
    {
        IDatabase database = Desk.Get<IDatabase>();
        DatabaseStatus status = await database.StatusAsync(default);
        status.Pending.ShouldBeEmpty();
        status.Unknown.ShouldBeEmpty();
        status.Applied.ShouldNotBeEmpty();

        await database.MigrateAsync(default);

        (await database.StatusAsync(default)).Applied.ShouldBe(status.Applied);
    }

    [Fact]
    public async Task All_rows_are_there_after_the_process_ends_and_begins_again()
    {
        StorageHome place = Desk.Home;
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        await Desk.CloseAsync();

        await using Desk again = await Desk.OpenAsync(place, ownsHome: false);
        (await again.Tenants.ListAsync(default)).ShouldHaveSingleItem().Id.ShouldBe(Desk.TenantId);
        RunRef run = (await again.Store.UnfinishedAsync(default)).ShouldHaveSingleItem();
        run.RunId.ShouldBe(accepted.RunId);
        (await again.Store.LoadAsync(run, default))!.Trigger.Id.ShouldBe(accepted.MessageId);
    }

    [Fact]
    public async Task Instants_keep_their_microseconds_and_are_compared_by_the_database()
    {
        DateTimeOffset[] instants = [DateTimeOffset.UnixEpoch.AddTicks(-10), Desk.Start.AddTicks(12_345_670), new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero), new(2026, 3, 2, 9, 30, 0, TimeSpan.FromHours(2))];
        await AddAsync(instants.Select(at => Customer(since: at)));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Customers.OrderBy(c => c.Since).Select(c => c.Since).ToListAsync()).ShouldBe(instants.Order());
        (await db.Customers.CountAsync(c => c.Since > Desk.Start)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_finer_than_a_microsecond_is_cut_off()
    {
        await AddAsync([Customer(since: Desk.Start.AddTicks(19))]);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Customers.SingleAsync()).Since.ShouldBe(Desk.Start.AddTicks(10));
        (await db.Customers.CountAsync(c => c.Since == Desk.Start.AddTicks(11))).ShouldBe(1, "a question's instant is cut off like a row's");
    }

    [Fact]
    public async Task The_order_of_ids_in_the_database_is_the_order_of_their_time()
    {
        Guid[] ids = [.. Enumerable.Range(0, 300).Select(i => Guid.CreateVersion7(Desk.Start.AddMilliseconds(i * 997)))];
        await AddAsync(ids.Reverse().Select(id => Customer(id: id)));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Customers.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync()).ShouldBe(ids);
        Guid middle = ids[150];
        (await db.Customers.CountAsync(c => c.Id.CompareTo(middle) < 0)).ShouldBe(150, "a cursor stands between its rows");
    }

    [Fact]
    public async Task The_order_of_texts_is_that_of_their_characters_numbers()
    {
        string[] names = ["Zoe", "ada", "Ärger", "Bo", "b-1", "b1", "ß"];
        await AddAsync(names.Select(name => Customer(name: name)));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Customers.OrderBy(c => c.Name).Select(c => c.Name).ToListAsync()).ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("日本語 العربية 🧾 é")]
    [InlineData("a\0b")]
    [InlineData("'; drop table messages; --")]
    public async Task Any_text_is_stored_and_found(string text)
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync(), text);
        await AddAsync([Customer(name: text)]);

        // A database without a place for the null character keeps the mark of an unreadable one.
        (await Desk.LoadAsync(accepted)).Trigger.Text.Replace('\uFFFD', '\0').ShouldBe(text);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Customers.SingleAsync(c => c.Name == text)).Name.Replace('\uFFFD', '\0').ShouldBe(text);
    }

    [Fact]
    public async Task Of_writers_that_count_at_the_same_time_none_is_lost()
    {
        const int Writers = 16;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                Tenant tenant = db.Tenants.Single(t => t.Id == db.TenantId);
                tenant.KnowledgeVersion++;
                return 0;
            },
            default))));

        await using SwitchboardDb read = Desk.Data.For(Desk.TenantId);
        (await read.Tenants.SingleAsync(t => t.Id == Desk.TenantId)).KnowledgeVersion.ShouldBe(Writers);
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync<int>(
            Desk.Actor,
            db =>
            {
                db.Add(Customer());
                db.SaveChanges();
                throw new InvalidOperationException("after writing");
            },
            default));

        await using SwitchboardDb read = Desk.Data.For(Desk.TenantId);
        (await read.Customers.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Work_cancelled_before_it_begins_writes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Desk.Data.WriteAsync(Desk.Actor, db => db.Add(Customer()), cancellation.Token));

        await using SwitchboardDb read = Desk.Data.For(Desk.TenantId);
        (await read.Customers.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_belongs_to_no_row_is_refused() =>
        await Should.ThrowAsync<DbUpdateException>(() => Desk.Data.WriteAsync(
            Desk.Actor,
            db => db.Add(new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = Desk.NewId(), Email = "x@example.com", Name = "X", Role = ContactRole.User }),
            default));

    private Customer Customer(Guid? id = null, string name = "C", DateTimeOffset? since = null) =>
        new() { TenantId = Desk.TenantId, Id = id ?? Desk.NewId(), Name = name, Plan = "free", Since = since ?? Desk.Start };

    private Task AddAsync(IEnumerable<Customer> customers) =>
        Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(customers.ToList());
                return 0;
            },
            default);
}
