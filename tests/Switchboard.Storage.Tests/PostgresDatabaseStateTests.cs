using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

public sealed class PostgresDatabaseStateTests(PostgresServer server)
{
    [Fact]
    public async Task The_migrations_make_the_schema_of_the_model()
    {
        await using PostgresHome migrated = await server.NewHomeAsync(isEmpty: true);
        var database = new PostgresDatabase(migrated.Database);
        (await database.StatusAsync(default)).Applied.ShouldBeEmpty();
        (await database.StatusAsync(default)).Pending.ShouldNotBeEmpty();
        await database.MigrateAsync(default);
        (await database.StatusAsync(default)).Pending.ShouldBeEmpty();

        await using PostgresHome created = await server.NewHomeAsync(isEmpty: true);
        await using NpgsqlConnection connection = created.ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        await using var model = new PostgresDb(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(connection).Options, Guid.Empty);
        model.Database.HasPendingModelChanges().ShouldBeFalse();
        await model.Database.EnsureCreatedAsync();
        await new RowSecurity(model.Model).ApplyAsync(connection, default);

        List<string> dump = await DumpAsync(migrated);
        dump.ShouldBe(await DumpAsync(created));
        dump.Count(line => line.StartsWith("CREATE TABLE", StringComparison.Ordinal)).ShouldBe(model.Model.GetEntityTypes().Count());
        dump.ShouldContain(line => line.Contains("WHERE (status = 'running'::text)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_processes_that_start_together_one_migrates_and_the_others_find_it_done()
    {
        await using PostgresHome home = await server.NewHomeAsync(isEmpty: true);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new PostgresDatabase(home.Database).MigrateAsync(default))));
        (await new PostgresDatabase(home.Database).StatusAsync(default)).Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_stays_as_it_is()
    {
        await using StorageHome home = await server.NewHomeAsync();
        await home.ExecuteAsync("""insert into "__EFMigrationsHistory" values ('29990101000000_Future', '99.0')""");
        var database = new PostgresDatabase(home.Database);

        (await database.StatusAsync(default)).IsNewer.ShouldBeTrue();
        (await RefusedAsync(home.Database)).ShouldContain("29990101000000_Future");
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        await using PostgresHome home = await server.NewHomeAsync(isEmpty: true);
        await home.ExecuteAsync("create table photos (id integer)");
        (await RefusedAsync(home.Database)).ShouldContain("is a database of another program (it has a table photos)");
    }

    [Fact]
    public void A_server_that_is_too_old_is_refused()
    {
        Should.Throw<DatabaseException>(() => PostgresDatabase.RequireVersion(new Version(14, 11), "db.example:5432/desk")).Message.ShouldContain("has version 14.11; Switchboard needs 15 or newer");
        PostgresDatabase.RequireVersion(new Version(15, 0), "db.example:5432/desk");
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_named_and_its_password_is_not()
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        string message = await RefusedAsync(new DatabaseOptions(DatabaseProvider.Postgres, $"Host=127.0.0.1;Port={port};Database=desk;Username=desk;Password=secret-word"));
        message.ShouldContain($"127.0.0.1:{port}/desk cannot be reached");
        message.ShouldNotContain("secret-word");
    }

    [Fact]
    public async Task A_database_or_a_user_that_does_not_exist_is_told()
    {
        await using StorageHome home = await server.NewHomeAsync();
        (await RefusedAsync(With(home, s => s.Database = "nowhere"))).ShouldContain("There is no database nowhere");
        (await RefusedAsync(With(home, s => s.Username = "nobody_here"))).ShouldContain("refuses user nobody_here");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Database=desk")]
    [InlineData("Host=h;Port=many")]
    [InlineData("Host=h;Colour=secret-word")]
    public void A_connection_string_that_cannot_be_read_is_refused_without_being_repeated(string text)
    {
        string message = Should.Throw<DatabaseException>(() => PostgresDatabase.Parse(new DatabaseOptions(DatabaseProvider.Postgres, text))).Message;
        message.ShouldContain("it must be like Host=");
        message.ShouldNotContain("secret-word");
        new DatabaseOptions(DatabaseProvider.Postgres, "Password=secret-word").ToString().ShouldNotContain("secret-word");
    }

    [Fact]
    public async Task A_user_who_owns_nothing_serves_and_cannot_migrate()
    {
        await using PostgresHome empty = await server.NewHomeAsync(isEmpty: true);
        await using StorageHome ready = await server.NewHomeAsync();
        string user = $"servant_of_{((PostgresHome)ready).Name}";
        await server.AdministerAsync($"create role {user} login");
        (await RefusedAsync(With(empty, s => s.Username = user))).ShouldContain("db migrate");
        (await RefusedAsync(With(ready, s => s.Username = user))).ShouldContain($"grant switchboard_app, switchboard_lookup, switchboard_worker to \"{user}\"");

        await server.AdministerAsync($"grant switchboard_app, switchboard_lookup, switchboard_worker to {user}");
        await using Desk desk = await Desk.OpenAsync(new Other(ready, With(ready, s => s.Username = user)));
        AcceptResult accepted = await desk.AcceptAsync(await desk.AddConversationAsync());
        (await desk.FinishAsync(accepted)).Finished.ShouldBeTrue();
    }

    [Fact]
    public async Task No_statement_of_a_turn_reads_a_whole_table()
    {
        await using Desk desk = await Desk.OpenAsync(await server.NewHomeAsync());
        // With sequential reads made dear, the planner takes one only where no index serves.
        await desk.Home.ExecuteAsync($"alter role {PostgresServer.Owner} in database {((PostgresHome)desk.Home).Name} set enable_seqscan = off");
        AcceptTurn turn = desk.Turn(await desk.AddConversationAsync(), key: "k", hash: [1]);
        RunRef run = desk.Ref(await desk.Store.AcceptAsync(turn, default));
        Conversation conversation = (await desk.Data.FindConversationAsync(desk.TenantId, turn.ConversationId, default))!;
        FinishTurn finish = desk.Finishing((await desk.Store.LoadAsync(run, default))!, dialogue: new DialogueChange(desk.NewId(), new DialogueInput("a/b", "r", "w", 1, Desk.Start), RunStatus.Waiting, 1, []));
        var human = new HumanMessage(desk.Actor, conversation.Id, desk.NewId(), desk.NewId(), "?", IsPrivate: false, Desk.Start) { IdempotencyKey = "k", RequestHash = [1] };

        EngineQuery[] queries =
        [
            .. new TurnRead(run).Queries, .. new AcceptWork(turn).Queries, .. new FinishWork(finish).Queries, .. new HumanWork(human).Queries,
            RunRead.CountAttempt(run), RunRead.Events(desk.TenantId, run.Subject, 0, 10),
        ];
        queries.Length.ShouldBeGreaterThan(20);
        foreach (EngineQuery query in queries) (await PlanAsync((PostgresHome)desk.Home, desk.TenantId, query)).ShouldNotContain("Seq Scan", Case.Sensitive, query.Statement.Sql);
    }

    private static async Task<string> PlanAsync(PostgresHome home, Guid tenantId, EngineQuery query)
    {
        await using NpgsqlConnection connection = home.ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(PostgresPrincipal.Tenant(tenantId).ForTransaction());
        NpgsqlBatchCommand explained = PostgresTypes.Command(query.Statement);
        explained.CommandText = "explain " + explained.CommandText;
        batch.BatchCommands.Add(explained);
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync();
        await rows.NextResultAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync()) lines.Add(rows.GetString(0));
        return string.Join('\n', lines);
    }

    private static DatabaseOptions With(StorageHome home, Action<NpgsqlConnectionStringBuilder> change)
    {
        var settings = new NpgsqlConnectionStringBuilder(home.Database.ConnectionString);
        change(settings);
        return home.Database with { ConnectionString = settings.ConnectionString };
    }

    private static async Task<string> RefusedAsync(DatabaseOptions options) =>
        (await Should.ThrowAsync<DatabaseException>(() => new PostgresDatabase(options).MigrateAsync(default))).Message;

    /// <summary>The schema in the server's own words, line by line; the order of columns and statements says nothing.</summary>
    private static async Task<List<string>> DumpAsync(PostgresHome home)
    {
        var settings = new NpgsqlConnectionStringBuilder(home.Database.ConnectionString);
        var start = new ProcessStartInfo(Path.Combine(PostgresServer.Binaries!, "pg_dump")) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string argument in new[] { "--schema-only", "--exclude-table=\"__EFMigrationsHistory\"", "-h", settings.Host!, "-p", $"{settings.Port}", "-U", "postgres", settings.Database! }) start.ArgumentList.Add(argument);
        using Process dump = Process.Start(start)!;
        string text = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        dump.ExitCode.ShouldBe(0);
        // Newer versions of the tool mark each dump with a word of its own.
        return [.. text.Split('\n').Select(line => line.Trim().TrimEnd(',')).Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && line[0] != '\\').Order(StringComparer.Ordinal)];
    }

    /// <summary>A home reached by another user; the database stays its maker's.</summary>
    private sealed class Other(StorageHome home, DatabaseOptions database) : StorageHome
    {
        public override DatabaseOptions Database => database;

        public override System.Data.Common.DbConnection Connect() => home.Connect();
    }
}
