using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Tests;

/// <summary>A commit that is one statement, on a connection that is dead: nobody knows whether it was carried out, so it is sent again where that does no harm.</summary>
public sealed class PostgresSentAgainTests(PostgresServer server)
{
    private const string kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = 'switchboard' and pid <> pg_backend_pid()";

    [Fact]
    public async Task A_run_asked_for_or_ended_on_a_dead_connection_is_stored_once_and_nobody_sees_an_error()
    {
        await using Desk desk = await Desk.OpenAsync(await server.NewHomeAsync());
        IRunQueue queue = desk.Get<IRunQueue>();
        Enqueued first = await queue.EnqueueAsync(Request(desk, "list:1"), default);
        await desk.Home.ExecuteAsync(kill);
        Enqueued second = await queue.EnqueueAsync(Request(desk, "list:2"), default);
        await desk.Home.ExecuteAsync(kill);
        FinishResult ended = await queue.EndAsync(
            new RunEnding(new RunFence(first.Run, 1), RunStatus.Succeeded, "1", null, null, [new JournalEntry("do:one", "{}")], [new PendingEvent("run.finished", "{}")], desk.Clock.GetUtcNow()), default);

        ended.Finished.ShouldBeTrue();
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Runs.OrderBy(r => r.Subject).Select(r => r.Id).ToListAsync()).ShouldBe([first.Run.RunId, second.Run.RunId]);
        (await db.RunEvents.CountAsync()).ShouldBe(3);
    }

    private static RunRequest Request(Desk desk, string subject) =>
        new() { Actor = desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = "{}", At = desk.Clock.GetUtcNow() };
}
