using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Switchboard.Compliance.Storage;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Auditing;

/// <summary>Whoever can write the database, and has neither the key nor the note, cannot alter the audit without being found out.</summary>
public sealed class AuditTamperingTests : IAsyncLifetime
{
    private const int rounds = 1000;
    private const int seed = 20261125;

    private static readonly string[] columns = ["tenant_id", "id", "actor", "action", "entity", "entity_id", "before", "after", "at", "mark", "position", "seal"];
    private readonly Random random = new(seed);
    private Desk desk = null!;
    private Guid other;
    private SqliteConnection stranger = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync(new SqliteHome());
        Guid first = desk.TenantId;
        other = await desk.UseTenantAsync("other");
        for (int i = 0; i < 10; i++) await desk.AddCustomerAsync($"other {i}");
        await desk.FinishAsync(first, await Enter(first));
        for (int i = 0; i < 12; i++)
        {
            Customer customer = await desk.AddCustomerAsync($"customer {i}");
            await desk.ChangeAsync<Customer>(customer.Id, c => c.Plan = "premium");
            if (i % 4 == 0) await desk.Data.WriteAsync(desk.Actor, db => db.Remove(db.Customers.Single(c => c.Id == customer.Id)), default);
            // Several passes, so that the chain is not sealed in one.
            if (i % 3 == 0) await desk.Sealer().SealAsync(default);
            if (i == 6) Remember("older");
        }

        await desk.Sealer().SealAsync(default);
        stranger = desk.Stranger();
        Remember("clean");

        async Task<Core.Runs.AcceptResult> Enter(Guid tenant)
        {
            await desk.AddCustomerAsync("one more of the other");
            await desk.Sealer().SealAsync(default);
            UseTenant(tenant);
            return await desk.AcceptAsync(await desk.AddConversationAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stranger.DisposeAsync();
        await desk.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_random_tamperings_are_all_found_and_without_one_nothing_is()
    {
        byte[] note = await File.ReadAllBytesAsync(NotePath);
        await ShouldBeWholeAsync("before anything");
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int round = 0; round < rounds; round++)
        {
            (string what, Action tamper) = Choose(round);
            tamper();
            // Half of the time the program runs on, seals what it finds, and writes its note anew.
            bool goesOn = random.Next(2) == 0;
            if (goesOn)
            {
                await AddEntryAsync();
                await desk.FreshSealer().SealAsync(default);
            }

            bool isFound = !(await desk.VerifyAsync()).IsWhole || !(await desk.VerifyAsync(other)).IsWhole;
            isFound.ShouldBeTrue($"seed {seed}, round {round}: {what}{(goesOn ? ", and the program went on" : "")}");
            found[what] = found.GetValueOrDefault(what) + 1;
            Restore("clean");
            await File.WriteAllBytesAsync(NotePath, note);
            if (round % 100 == 0) await ShouldBeWholeAsync($"after round {round}");
        }

        await ShouldBeWholeAsync("at the end");
        foreach ((string what, int times) in found) TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {times} of {times} found");
        found.Count.ShouldBe(kinds);
        found.Values.Sum().ShouldBe(rounds);
    }

    private const int kinds = 16;

    private string NotePath => Path.Combine(desk.Folder.Path, "audit-anchor");

    private (string What, Action Tamper) Choose(int round) => (round % kinds) switch
    {
        0 => ("edit a text", EditText),
        1 => ("edit an id, a time or a hash", EditBytes),
        2 => ("delete one", () => Done(stranger.Execute("delete from audit_entries where rowid = @r", ("@r", AnyRow())))),
        3 => ("delete several", DeleteSeveral),
        4 => ("delete one and close the gap", DeleteAndClose),
        5 => ("insert a forged row behind the end", InsertBehind),
        6 => ("insert a forged row in the middle", InsertBetween),
        7 => ("insert a forged row that waits", () => Insert(null, null, WrongKey)),
        8 => ("exchange two places", () => Exchange("position")),
        9 => ("exchange two places with their seals", () => Exchange("position, seal")),
        10 => ("cut the tail", () => Done(stranger.Execute("delete from audit_entries where tenant_id = @t and position > @p", ("@t", Tenant), ("@p", random.Next((int)Length))))),
        11 => ("edit and compute all anew with another key", Recompute),
        12 => ("put back an older state", () => Restore("older")),
        13 => ("take the seals of the tail away", () => Done(stranger.Execute("update audit_entries set position = null, seal = null where tenant_id = @t and position > @p", ("@t", Tenant), ("@p", random.Next((int)Length))))),
        14 => ("move a row to another tenant", MoveToOther),
        _ => ("repeat a row", Repeat),
    };

    private byte[] Tenant => desk.TenantId.Bytes();

    private long Length => stranger.Scalar<long>("select count(*) from audit_entries where tenant_id = @t", ("@t", Tenant));

    private AuditKey WrongKey => new(RandomNumberGenerator.GetBytes(32));

    private long AnyRow() => stranger.Scalar<long>("select rowid from audit_entries where tenant_id = @t order by position limit 1 offset @o", ("@t", Tenant), ("@o", random.Next((int)Length)));

    private void EditText()
    {
        string column = ((string[])["actor", "action", "entity", "before", "after"])[random.Next(5)];
        string change = ((string[])[$"coalesce({column}, '') || ' '", $"'{random.Next()}'", $"coalesce(upper({column}), '') || 'x'", $"'{{\"plan\":\"enterprise\"}}'"])[random.Next(4)];
        Done(stranger.Execute($"update audit_entries set {column} = {change} where rowid = @r", ("@r", AnyRow())));
    }

    private void EditBytes()
    {
        string column = ((string[])["entity_id", "mark", "seal", "id"])[random.Next(4)];
        if (random.Next(4) == 0) Done(stranger.Execute("update audit_entries set at = at + @d where rowid = @r", ("@d", random.Next(1, 1000)), ("@r", AnyRow())));
        else Done(stranger.Execute($"update audit_entries set {column} = @b where rowid = @r", ("@b", RandomNumberGenerator.GetBytes(column is "mark" or "seal" ? 32 : 16)), ("@r", AnyRow())));
    }

    private void DeleteSeveral()
    {
        int count = random.Next(2, 8);
        for (int i = 0; i < count; i++) Done(stranger.Execute("delete from audit_entries where rowid = @r", ("@r", AnyRow())));
    }

    private void DeleteAndClose()
    {
        long row = AnyRow();
        long place = stranger.Scalar<long>("select position from audit_entries where rowid = @r", ("@r", row));
        Done(stranger.Execute("delete from audit_entries where rowid = @r", ("@r", row)));
        Shift($"position > {place}", -1);
    }

    private void InsertBehind()
    {
        AuditEntry last = Read("position = (select max(position) from audit_entries where tenant_id = @t)");
        Insert(Length + 1, last.Seal, random.Next(2) == 0 ? WrongKey : new AuditKey([]));
    }

    private void InsertBetween()
    {
        long place = random.Next(1, (int)Length);
        AuditEntry before = Read($"position = {place}");
        Shift($"position > {place}", 1);
        Insert(place + 1, before.Seal, WrongKey);
    }

    private void Exchange(string what)
    {
        long a = random.Next(1, (int)Length + 1), b;
        do b = random.Next(1, (int)Length + 1);
        while (b == a);
        (object? sealA, object? sealB) = (Read($"position = {a}").Seal, Read($"position = {b}").Seal);
        bool seals = what.Contains("seal", StringComparison.Ordinal);
        Done(stranger.Execute("update audit_entries set position = -1 where tenant_id = @t and position = @a", ("@t", Tenant), ("@a", a)));
        Done(stranger.Execute("update audit_entries set position = @a where tenant_id = @t and position = @b", ("@t", Tenant), ("@a", a), ("@b", b)));
        Done(stranger.Execute("update audit_entries set position = @b where tenant_id = @t and position = -1", ("@t", Tenant), ("@b", b)));
        if (!seals) return;
        Done(stranger.Execute("update audit_entries set seal = @s where tenant_id = @t and position = @p", ("@t", Tenant), ("@s", sealA), ("@p", a)));
        Done(stranger.Execute("update audit_entries set seal = @s where tenant_id = @t and position = @p", ("@t", Tenant), ("@s", sealB), ("@p", b)));
    }

    private void Recompute()
    {
        AuditKey key = WrongKey;
        long from = random.Next(1, (int)Length + 1);
        Done(stranger.Execute("update audit_entries set actor = 'somebody else' where tenant_id = @t and position = @p", ("@t", Tenant), ("@p", from)));
        byte[] previous = from == 1 ? [] : Read($"position = {from - 1}").Seal!;
        for (long place = from; place <= Length; place++)
        {
            AuditEntry entry = Read($"position = {place}");
            AuditEntry marked = Copy(entry, entry.Id, key.Mark(entry));
            previous = key.Seal(marked, place, previous);
            Done(stranger.Execute("update audit_entries set mark = @m, seal = @s where tenant_id = @t and position = @p", ("@m", marked.Mark), ("@s", previous), ("@t", Tenant), ("@p", place)));
        }
    }

    private void MoveToOther()
    {
        long end = stranger.Scalar<long>("select max(position) from audit_entries where tenant_id = @t", ("@t", other.Bytes()));
        Done(stranger.Execute("update audit_entries set tenant_id = @o, position = @p where rowid = @r", ("@o", other.Bytes()), ("@p", end + 1), ("@r", AnyRow())));
    }

    private void Repeat()
    {
        AuditEntry entry = Read($"position = {random.Next(1, (int)Length + 1)}");
        bool waits = random.Next(2) == 0;
        Write(Copy(entry, desk.NewId(), entry.Mark), waits ? null : Length + 1, waits ? null : entry.Seal);
    }

    private void Insert(long? place, byte[]? previous, AuditKey key)
    {
        var bare = new AuditEntry { TenantId = desk.TenantId, Id = desk.NewId(), Actor = "system:cli", Action = "created", Entity = "customer", EntityId = desk.NewId(), After = "{}", At = desk.Clock.GetUtcNow(), Mark = [] };
        AuditEntry entry = Copy(bare, bare.Id, key.Mark(bare));
        Write(entry, place, place is { } p ? key.Seal(entry, p, previous!) : null);
    }

    private void Write(AuditEntry entry, long? place, byte[]? seal) =>
        Done(stranger.Execute(
            "insert into audit_entries (tenant_id, id, actor, action, entity, entity_id, before, after, at, mark, position, seal) values (@t, @i, @actor, @action, @entity, @e, @before, @after, @at, @mark, @p, @seal)",
            ("@t", Tenant), ("@i", entry.Id.Bytes()), ("@actor", entry.Actor), ("@action", entry.Action), ("@entity", entry.Entity), ("@e", entry.EntityId?.Bytes()), ("@before", entry.Before), ("@after", entry.After),
            ("@at", (entry.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond), ("@mark", entry.Mark), ("@p", place), ("@seal", seal)));

    /// <summary>Moves places by one; twice over, since no place may be given twice on the way.</summary>
    private void Shift(string which, int by)
    {
        stranger.Execute($"update audit_entries set position = -position where tenant_id = @t and {which}", ("@t", Tenant));
        stranger.Execute($"update audit_entries set position = -position + {by} where tenant_id = @t and position < 0", ("@t", Tenant));
    }

    private AuditEntry Read(string which)
    {
        using SqliteCommand command = stranger.CreateCommand();
        command.CommandText = $"select id, actor, action, entity, entity_id, before, after, at, mark, position, seal from audit_entries where tenant_id = @t and {which}";
        command.Parameters.AddWithValue("@t", Tenant);
        using SqliteDataReader row = command.ExecuteReader();
        row.Read().ShouldBeTrue(which);
        return new AuditEntry
        {
            TenantId = desk.TenantId,
            Id = new Guid((byte[])row[0], bigEndian: true),
            Actor = row.GetString(1),
            Action = row.GetString(2),
            Entity = row.GetString(3),
            EntityId = row.IsDBNull(4) ? null : new Guid((byte[])row[4], bigEndian: true),
            Before = row.IsDBNull(5) ? null : row.GetString(5),
            After = row.IsDBNull(6) ? null : row.GetString(6),
            At = DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(7) * TimeSpan.TicksPerMicrosecond),
            Mark = (byte[])row[8],
            Position = row.GetInt64(9),
            Seal = (byte[])row[10],
        };
    }

    private static AuditEntry Copy(AuditEntry entry, Guid id, byte[] mark) => new()
    {
        TenantId = entry.TenantId,
        Id = id,
        Actor = entry.Actor,
        Action = entry.Action,
        Entity = entry.Entity,
        EntityId = entry.EntityId,
        Before = entry.Before,
        After = entry.After,
        At = entry.At,
        Mark = mark,
    };

    private async Task AddEntryAsync() => await desk.AddCustomerAsync("while it was tampered with");

    private async Task ShouldBeWholeAsync(string when)
    {
        (await desk.VerifyAsync()).Faults.ShouldBeEmpty(when);
        (await desk.VerifyAsync(other)).Faults.ShouldBeEmpty(when);
    }

    private void Remember(string name)
    {
        using SqliteConnection connection = desk.Stranger();
        connection.Execute($"create table kept_{name} as select {string.Join(", ", columns)} from audit_entries");
    }

    private void Restore(string name)
    {
        string all = string.Join(", ", columns);
        stranger.Execute($"begin immediate; delete from audit_entries; insert into audit_entries ({all}) select {all} from kept_{name}; commit");
    }

    private void UseTenant(Guid tenant) => desk.UseTenant(tenant);

    private static void Done(int rows) => rows.ShouldBeGreaterThan(0);
}
