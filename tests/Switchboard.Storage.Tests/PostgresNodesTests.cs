using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

/// <summary>Nodes that share a database take runs from each other, and what a lost one still writes is refused.</summary>
public sealed class PostgresNodesTests(PostgresServer server) : StorageSuite(server.NewHomeAsync)
{
    private static readonly TimeSpan gone = TimeSpan.FromSeconds(6);

    private PostgresNodes Nodes => Desk.Get<PostgresNodes>();

    [Fact]
    public async Task A_run_that_nobody_took_is_taken_once_and_counts_no_attempt()
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        (Guid first, Guid second) = (await JoinAsync(), await JoinAsync());

        IReadOnlyList<RunRef>[] taken = await Task.WhenAll(ClaimAsync(first), ClaimAsync(second));

        taken.SelectMany(t => t).Select(r => r.RunId).ShouldBe([accepted.RunId]);
        Run run = (await Desk.LoadAsync(accepted)).Run;
        (run.NodeId, run.Attempts, run.Version).ShouldBe((taken[0].Count == 1 ? first : second, 0, 2));
        (await Task.WhenAll(ClaimAsync(first), ClaimAsync(second))).ShouldAllBe(t => t.Count == 0);
    }

    [Fact]
    public async Task A_commit_of_a_node_that_works_takes_the_run_it_begins_and_the_next_one()
    {
        Guid node = await JoinAsync();
        Desk.Get<NodePlace>().Become(node);
        Guid conversation = await Desk.AddConversationAsync();
        AcceptResult first = await Desk.AcceptAsync(conversation), second = await Desk.AcceptAsync(conversation);
        (await NodeOfAsync(first), await NodeOfAsync(second)).ShouldBe((node, null));

        await Desk.FinishAsync(first);

        (await NodeOfAsync(second)).ShouldBe(node);
        (await ClaimAsync(await JoinAsync())).ShouldBeEmpty();
        (await Nodes.OwnAsync(node, default)).Select(r => r.RunId).ShouldBe([second.RunId]);
    }

    [Fact]
    public async Task A_frozen_node_that_thaws_cannot_finish_what_another_took_over()
    {
        (AcceptResult accepted, TurnState late) = await TakenOverAsync();

        (await Desk.Store.FinishAsync(Desk.Finishing(late), default)).Finished.ShouldBeFalse();
        (await RepliesAsync()).ShouldBe(0);

        TurnState mine = await Desk.LoadAsync(accepted);
        mine.Run.Attempts.ShouldBe(1, "it was begun before");
        (await Desk.Store.FinishAsync(Desk.Finishing(mine), default)).Finished.ShouldBeTrue();
        (await Desk.Store.FinishAsync(Desk.Finishing(late), default)).Finished.ShouldBeFalse();
        (await RepliesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_version_the_late_finish_would_go_through()
    {
        (_, TurnState late) = await TakenOverAsync();
        var unfenced = new Unfenced(Desk);

        (await unfenced.FinishAsync(Desk.Finishing(late))).Finished.ShouldBeTrue("the version is all that holds it back");
    }

    [Fact]
    public async Task A_node_that_stands_still_in_the_middle_of_a_commit_keeps_its_run_from_the_others_no_longer_than_any_that_is_gone()
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        Guid frozen = await JoinAsync(), other = await JoinAsync();
        await ClaimAsync(frozen);
        TurnState late = await Desk.LoadAsync(accepted);
        using var thaw = new ManualResetEventSlim();
        using var stands = new ManualResetEventSlim();
        Desk.Faults.When = site =>
        {
            if (site != "finish:before-commit" || thaw.IsSet) return false;
            stands.Set();
            thaw.Wait(TimeSpan.FromSeconds(30));
            return false;
        };
        Task<FinishResult> finishing = Task.Run(() => Desk.Store.FinishAsync(Desk.Finishing(late), default));
        stands.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        var since = Stopwatch.StartNew();
        await FreezeAsync(frozen);
        (await ClaimAsync(other)).ShouldBeEmpty("its row is locked");

        while ((await ClaimAsync(other)).Count == 0)
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(100);
        }

        thaw.Set();
        await Should.ThrowAsync<Exception>(() => finishing);
        (await RepliesAsync()).ShouldBe(0);
        (await Desk.FinishAsync(accepted)).Finished.ShouldBeTrue();
        (await RepliesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_was_not_seen_for_long_is_told_that_it_is_gone()
    {
        Guid node = await JoinAsync();
        (await Nodes.BeatAsync(node, gone, default)).ShouldBeTrue();
        await FreezeAsync(node);
        (await Nodes.BeatAsync(node, gone, default)).ShouldBeFalse();
        (await Nodes.BeatAsync(Guid.NewGuid(), gone, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_node_that_leaves_sets_its_runs_free_under_a_new_version()
    {
        Guid node = await JoinAsync();
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        await ClaimAsync(node);
        TurnState begun = await Desk.LoadAsync(accepted);

        await Nodes.LeaveAsync(node, default);

        (await Desk.Store.FinishAsync(Desk.Finishing(begun), default)).Finished.ShouldBeFalse();
        (await ClaimAsync(await JoinAsync())).Select(r => r.RunId).ShouldBe([accepted.RunId]);
        (await Desk.LoadAsync(accepted)).Run.Attempts.ShouldBe(0, "leaving is no failure");
    }

    [Fact]
    public async Task Lanes_are_taken_apart_the_higher_priority_first_and_no_more_than_there_is_room_for()
    {
        Guid node = await JoinAsync();
        await Desk.AcceptAsync(await Desk.AddConversationAsync());
        foreach (int priority in (int[])[0, 5, 1])
        {
            await Desk.Get<IRunQueue>().EnqueueAsync(
                new RunRequest { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test", Subject = $"job:{priority}", Input = "{}", At = Desk.Clock.GetUtcNow(), Lane = RunLane.Batch, Priority = priority }, default);
        }

        (await Nodes.ClaimAsync(node, RunLane.Batch, 2, gone, default)).Select(r => r.Subject).ShouldBe(["job:5", "job:1"], ignoreOrder: true);
        (await Nodes.ClaimAsync(node, RunLane.Interactive, 9, gone, default)).Count.ShouldBe(1);
        (await Nodes.ClaimAsync(node, RunLane.Batch, 9, gone, default)).Select(r => r.Subject).ShouldBe(["job:0"]);
    }

    [Theory]
    [InlineData("update runs set input = '{}'")]
    [InlineData("update runs set status = 'succeeded'")]
    [InlineData("update runs set tenant_id = id")]
    [InlineData("select input from runs")]
    [InlineData("delete from runs")]
    public async Task Whoever_takes_runs_over_can_neither_read_nor_change_what_they_are_about(string statement)
    {
        await Desk.AcceptAsync(await Desk.AddConversationAsync());
        await using NpgsqlConnection connection = ((PostgresHome)Desk.Home).ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"set role {PostgresPrincipal.WorkerRole}; {statement}", connection);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Watched_subjects_of_all_tenants_are_looked_up_in_one_way()
    {
        AcceptResult here = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        (Guid, string) mine = (Desk.TenantId, Subjects.Conversation(here.ConversationId));
        Guid other = await Desk.AddTenantAsync("other");

        IReadOnlyDictionary<(Guid, string), long> newest = await Nodes.NewestAsync([mine, (other, mine.Item2), (other, "job:none")], default);

        newest[mine].ShouldBe(1);
        newest[(other, mine.Item2)].ShouldBe(0, "another tenant's events are not seen");
        newest[(other, "job:none")].ShouldBe(0);
    }

    private async Task<(AcceptResult Accepted, TurnState Late)> TakenOverAsync()
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        Guid frozen = await JoinAsync();
        await ClaimAsync(frozen);
        TurnState late = await Desk.LoadAsync(accepted);
        Guid other = await JoinAsync();
        (await ClaimAsync(other)).ShouldBeEmpty("its node is there");
        await FreezeAsync(frozen);
        (await ClaimAsync(other)).Count.ShouldBe(1);
        return (accepted, late);
    }

    private async Task<Guid> JoinAsync()
    {
        Guid id = Guid.NewGuid();
        await Nodes.JoinAsync(id, "test", NodeRole.All, default);
        return id;
    }

    private Task<IReadOnlyList<RunRef>> ClaimAsync(Guid node) => Nodes.ClaimAsync(node, RunLane.Interactive, 10, gone, default);

    private async Task<Guid?> NodeOfAsync(AcceptResult accepted) =>
        (await Desk.Home.TextsAsync($"select coalesce(node_id::text, '') from runs where id = '{accepted.RunId}'"))[0] is { Length: > 0 } id ? Guid.Parse(id, CultureInfo.InvariantCulture) : null;

    private async Task<int> RepliesAsync() => int.Parse((await Desk.Home.TextsAsync("select count(*)::text from messages where author = 'agent'"))[0], CultureInfo.InvariantCulture);

    /// <summary>What a process looks like to the others that was stopped for ten seconds.</summary>
    private Task FreezeAsync(Guid node) => Desk.Home.TextsAsync($"update run_nodes set seen_at = now() - interval '10 seconds' where id = '{node}' returning name");

    /// <summary>A store that lost the version check: it reads the version again just before it writes.</summary>
    private sealed class Unfenced(Desk desk)
    {
        public async Task<FinishResult> FinishAsync(FinishTurn turn)
        {
            TurnState now = (await desk.Store.LoadAsync(new RunRef(turn.Run.TenantId, turn.Run.Id, turn.Run.Subject), default))!;
            return await desk.Store.FinishAsync(turn with { Run = now.Run, Version = now.Run.Version }, default);
        }
    }
}
