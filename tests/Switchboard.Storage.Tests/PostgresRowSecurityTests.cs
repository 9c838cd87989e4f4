using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

public sealed class PostgresRowSecurityTests(PostgresServer server) : StorageSuite(server.NewHomeAsync)
{
    private readonly KeyText keyText = KeyText.Create();
    private Guid other;

    private PostgresHome Home => (PostgresHome)Desk.Home;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        other = await Desk.AddTenantAsync("other");
        await Desk.FinishAsync(await Desk.AcceptAsync(await Desk.AddConversationAsync()));
        await AddKeyAsync(keyText);
        await AddKeyAsync(KeyText.Create());
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("conversations")]
    [InlineData("runs")]
    [InlineData("run_events")]
    [InlineData("api_keys")]
    [InlineData("tenants")]
    public async Task The_application_without_a_tenant_or_with_another_one_sees_no_row(string table)
    {
        await using NpgsqlConnection connection = await AsAsync(PostgresPrincipal.AppRole);
        string rows = $"select count(*) from {table} where {(table == "tenants" ? "id" : "tenant_id")} = '{Desk.TenantId}'";
        (await NumberAsync(connection, rows)).ShouldBe(0, "no tenant was told");
        await TellAsync(connection, PostgresPrincipal.TenantSetting, $"{other}");
        (await NumberAsync(connection, rows)).ShouldBe(0, "another tenant was told");
        await TellAsync(connection, PostgresPrincipal.TenantSetting, "");
        (await NumberAsync(connection, rows)).ShouldBe(0, "the tenant was taken back");
        await TellAsync(connection, PostgresPrincipal.TenantSetting, $"{Desk.TenantId}");
        (await NumberAsync(connection, rows)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_application_cannot_write_a_row_of_another_tenant_nor_give_one_away()
    {
        await using NpgsqlConnection connection = await AsAsync(PostgresPrincipal.AppRole);
        await TellAsync(connection, PostgresPrincipal.TenantSetting, $"{Desk.TenantId}");
        await RefusedAsync(connection, $"insert into customers (tenant_id, id, name, plan, since) values ('{other}', gen_random_uuid(), 'X', 'free', now())");
        await RefusedAsync(connection, $"update conversations set tenant_id = '{other}'");
        await RefusedAsync(connection, "create table loot (id int)");
        await RefusedAsync(connection, "alter table messages disable row level security");
    }

    [Fact]
    public async Task Filter_and_wall_hide_rows_each_by_itself()
    {
        PostgresConnections connections = Desk.Get<PostgresConnections>();
        await using (PostgresDb own = connections.Open(PostgresPrincipal.Tenant(Desk.TenantId), Desk.TenantId)) (await own.Messages.CountAsync()).ShouldBe(2);
        await using (PostgresDb filtered = connections.Open(PostgresPrincipal.Tenant(Desk.TenantId), other))
        {
            (await filtered.Messages.CountAsync()).ShouldBe(0);
            (await filtered.Messages.IgnoreQueryFilters(["tenant"]).CountAsync()).ShouldBe(2, "the wall lets the tenant's own rows through");
        }

        await using PostgresDb walled = connections.Open(PostgresPrincipal.Tenant(other), Desk.TenantId);
        (await walled.Messages.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_that_read_for_a_tenant_is_forgotten_before_its_next_use()
    {
        var settings = new NpgsqlConnectionStringBuilder(Home.Database.ConnectionString) { MaxPoolSize = 1, NoResetOnClose = true };
        await using var connections = new PostgresConnections(Home.Database with { ConnectionString = settings.ConnectionString }, Desk.Get<AuditTrail>(), new Faults(), new RunSignals(), new NodePlace());
        await using (PostgresDb read = connections.Open(PostgresPrincipal.Tenant(Desk.TenantId), Desk.TenantId)) (await read.Messages.CountAsync()).ShouldBe(2);

        // The one connection there is was read-only and had a role and a tenant.
        (await connections.SaveAsync(new SystemActor(other, "test"), (_, db, _) => db.Database.ExecuteSqlRaw("update tenants set name = 'renamed'"), default))
            .ShouldBe(1, "of two tenants the writer sees its own");
        await using PostgresDb directory = connections.Open(PostgresPrincipal.Directory, Guid.Empty);
        (await directory.Tenants.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Who_looks_a_key_up_sees_the_key_that_was_shown_and_its_owner_alone()
    {
        await using NpgsqlConnection connection = await AsAsync(PostgresPrincipal.LookupRole);
        (await NumberAsync(connection, "select count(*) from tenants")).ShouldBe(2);
        (await NumberAsync(connection, "select count(*) from api_keys")).ShouldBe(0);
        (await NumberAsync(connection, "select count(*) from users")).ShouldBe(0);
        await TellAsync(connection, PostgresPrincipal.KeySetting, Convert.ToHexString(keyText.Hash));
        (await NumberAsync(connection, "select count(*) from api_keys")).ShouldBe(1);
        (await NumberAsync(connection, "select count(*) from users")).ShouldBe(1);
        await RefusedAsync(connection, "select count(*) from messages");
        await RefusedAsync(connection, "update tenants set name = 'x'");
    }

    [Fact]
    public async Task Who_takes_up_what_is_unfinished_sees_whose_it_is_and_not_what_it_says()
    {
        AcceptResult waiting = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        await using NpgsqlConnection connection = await AsAsync(PostgresPrincipal.WorkerRole);
        (await NumberAsync(connection, "select count(*) from runs")).ShouldBe(1, "the finished one is hidden");
        (await NumberAsync(connection, $"select count(*) from runs where id = '{waiting.RunId}' and tenant_id = '{Desk.TenantId}'")).ShouldBe(1);
        await RefusedAsync(connection, "select input from runs");
        await RefusedAsync(connection, "select count(*) from messages");
        await RefusedAsync(connection, "update runs set status = 'failed'");
    }

    [Theory]
    [InlineData("alter table messages disable row level security", "messages is not under forced row security", true)]
    [InlineData("alter policy tenant on messages using (true)", "policy tenant of table messages is another one", true)]
    [InlineData("create policy open_door on messages for select to switchboard_app using (true)", "policy open_door that does not belong there", true)]
    [InlineData("alter policy tenant on messages to switchboard_worker", "policy tenant of table messages is another one", false)]
    [InlineData("drop policy tenant on messages", "policy tenant of table messages is missing", false)]
    [InlineData("alter table messages no force row level security", "messages is not under forced row security", false)]
    public async Task A_wall_that_was_taken_down_is_noticed_and_the_next_start_puts_it_up_again(string sql, string problem, bool opens)
    {
        await Home.ExecuteAsync(sql);

        await using (NpgsqlConnection connection = await AsAsync(PostgresPrincipal.AppRole))
        {
            await TellAsync(connection, PostgresPrincipal.TenantSetting, $"{other}");
            // The canary: what the check notices is what the tests above would see.
            (await NumberAsync(connection, "select count(*) from messages")).ShouldBe(opens ? 2 : 0);
        }

        (await CheckAsync()).ShouldHaveSingleItem().ShouldContain(problem);
        await Desk.Get<IDatabase>().MigrateAsync(default);
        (await CheckAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void A_new_entity_has_its_rule_without_anybody_thinking_of_it_and_one_without_a_tenant_is_refused()
    {
        using PostgresDb db = new PostgresDbFactory().CreateDbContext([]);
        RowPolicy.Of(db.Model).Where(p => p.Name == "tenant").Select(p => p.Table)
            .ShouldBe(db.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).Select(e => e.GetTableName()!).Order(StringComparer.Ordinal));

        var owned = new ModelBuilder();
        owned.Entity<Invention>().ToTable("inventions").HasKey(i => i.TenantId);
        RowPolicy.Of((IModel)owned.Model).Select(p => (p.Table, p.Name, p.Role, p.ReadOnly))
            .ShouldBe([("inventions", "tenant", PostgresPrincipal.AppRole, false), ("inventions", "backup", PostgresPrincipal.BackupRole, true)]);

        var foundling = new ModelBuilder();
        foundling.Entity<Foundling>().ToTable("foundlings").HasKey(f => f.Id);
        Should.Throw<InvalidOperationException>(() => RowPolicy.Of((IModel)foundling.Model)).Message.ShouldContain(nameof(Foundling));
    }

    private async Task<IReadOnlyList<string>> CheckAsync()
    {
        using PostgresDb model = new PostgresDbFactory().CreateDbContext([]);
        await using NpgsqlConnection connection = Home.ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        return await new RowSecurity(model.Model).CheckAsync(connection, default);
    }

    /// <summary>A connection as the program has it: logged in as the owner, working in a role.</summary>
    private async Task<NpgsqlConnection> AsAsync(string role)
    {
        NpgsqlConnection connection = Home.ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"set role {role}");
        return connection;
    }

    private static Task<int> TellAsync(NpgsqlConnection connection, string setting, string value) => ExecuteAsync(connection, $"set {setting} = '{value}'");

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task RefusedAsync(NpgsqlConnection connection, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connection, sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);

    private async Task AddKeyAsync(KeyText text)
    {
        var owner = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = $"{Desk.NewId():N}@example.com", Name = "Olga", Role = Role.Owner, CreatedAt = Desk.Start };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(owner), default);
        await Desk.Get<ApiKeys>().CreateAsync(Desk.Actor,
            new ApiKey { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "k", Prefix = text.Prefix, Hash = text.Hash, OwnerId = owner.Id, Scopes = ScopeSet.Parse("read:agents"), CreatedAt = Desk.Start }, default);
    }

    private sealed class Invention : ITenantOwned
    {
        public Guid TenantId { get; init; }
    }

    private sealed class Foundling
    {
        public Guid Id { get; init; }
    }
}
