using System.Data.Common;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

public sealed class EmbeddedDispatcherSuiteTests() : DispatcherSuite(SqliteHome.CreateAsync)
{
    protected override DispatcherUnderTest Make(Desk desk, IRunExecutor executor, LaneWorkers workers)
    {
        var dispatcher = new EmbeddedDispatcher(desk.Store, desk.Get<IRunQueue>(), executor, desk.Get<RunSignals>(), workers, desk.Clock, _ => { });
        return new DispatcherUnderTest(dispatcher, stopping => dispatcher.RunAsync(resume: true, stopping));
    }
}

public sealed class PostgresDispatcherTests(PostgresServer server) : DispatcherSuite(server.NewHomeAsync)
{
    protected override DispatcherUnderTest Make(Desk desk, IRunExecutor executor, LaneWorkers workers)
    {
        var dispatcher = new PostgresDispatcher(
            desk.Get<PostgresNodes>(), desk.Store, desk.Get<IRunQueue>(), executor, desk.Get<RunSignals>(), desk.Tenants, desk.Get<NodePlace>(), NodeRole.All, takesOthers: true, new NodeTiming(), workers, desk.Clock, _ => { });
        return new DispatcherUnderTest(dispatcher, dispatcher.RunAsync);
    }

    protected override async Task<IAsyncDisposable?> WithholdAsync()
    {
        DbConnection connection = Desk.Home.Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "begin; select 1 from runs for update";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    protected override async Task JoinedAsync()
    {
        while (Desk.Get<NodePlace>().NodeId is null) await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
