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

    protected override async Task TakenAsync()
    {
        while ((await Desk.Home.TextsAsync("select count(*)::text from runs where node_id is null"))[0] != "0") await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
