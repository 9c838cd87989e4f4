using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage;
using Switchboard.Storage.Policies;

namespace Switchboard.Compliance.Storage;

/// <summary>What every action promises, whatever it does. The actions are found in the program: one without a case is found too.</summary>
public abstract class EveryActionSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private ActionWorld world = null!;

    public static TheoryData<string> Names => [.. DeskActions.All.Keys.Order(StringComparer.Ordinal)];

    private IActionStore Actions => Desk.Get<IActionStore>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, ActionWorld.Policies, Desk.Start, default);
        world = new ActionWorld(Desk) { HasCharge = true };
        await world.FoundAsync();
    }

    [Fact]
    public void Every_action_of_the_program_has_a_case() => world.Cases.Keys.Order(StringComparer.Ordinal).ShouldBe(DeskActions.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Arguments_come_back_as_they_were_stored_and_a_dry_run_leaves_every_row_as_it_is_and_predicts_exactly_what_is_done(string name)
    {
        DeskAction action = Case(name).Action;
        DeskActions.Read(name, ActionPreview.ArgumentsOf(action)).ShouldBe(action);
        string before = await DatabaseDump.AllAsync(Desk);
        ActionPreview preview = await Actions.PreviewAsync(new ActionCaller(Actor(action), null, null, null, null), action, Desk.Start, default);
        (await DatabaseDump.AllAsync(Desk)).ShouldBe(before);
        preview.Allowed.ShouldBeTrue(preview.Clause.Text);
        preview.Changes.ShouldNotBeEmpty();

        Dictionary<string, JsonObject> rows = await DatabaseDump.RowsAsync(Desk);
        Performance done = (await PerformedAsync(action)).ShouldNotBeNull();
        Dictionary<string, JsonObject> after = await DatabaseDump.RowsAsync(Desk);

        List<OutboxEntry> sent = await SentAsync();
        done.Changes.Where(c => c.Change != "sent").Select(Exact).ShouldBe(DatabaseDump.Difference(rows, after), ignoreOrder: true);
        done.Changes.Count(c => c.Change == "sent").ShouldBe(sent.Count);
        foreach ((RowChange told, OutboxEntry entry) in done.Changes.Where(c => c.Change == "sent").Zip(sent))
        {
            told.After!.ShouldContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(entry.Request))));
            entry.Key.ShouldBe(done.Key);
        }

        HashSet<string> known = [.. rows.Keys];
        preview.Changes.Select(c => Blurred(c, known)).ShouldBe(done.Changes.Select(c => Blurred(c, known)));
        (await AuditedAsync(name)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_done_once_though_the_process_ends_before_and_behind_the_commit_and_the_run_is_taken_up_again(string name)
    {
        DeskAction action = Case(name).Action;
        Enqueued run = await EnqueueAsync(Actor(action));
        foreach (string site in (string[])["perform:before-commit", "perform:after-commit"])
        {
            int times = 0;
            Desk.Faults.When = at => at == site && times++ == 0;
            await ExecuteAsync(run, action);
            Desk.Clock.Advance(TimeSpan.FromMinutes(2));
            await Desk.Get<IRunQueue>().WakeDueAsync(Desk.Clock.GetUtcNow(), 10, default);
        }

        Desk.Faults.When = null;
        await ExecuteAsync(run, action);
        await ExecuteAsync(run, action);

        (await AuditedAsync(name)).ShouldBe(1);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Runs.SingleAsync(r => r.Id == run.Run.RunId)).Status.ShouldBe(RunStatus.Succeeded);
        (await db.RunSteps.Where(s => s.RunId == run.Run.RunId).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync()).ShouldBe(["propose:it", "perform:it"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_is_done_when_the_rows_it_rests_on_changed_between_preview_and_performance(string name)
    {
        Dictionary<string, JsonObject> rows = [];
        Performance? done = await PerformedAsync(Case(name).Action, async () =>
        {
            await Desk.Data.WriteAsync(Desk.Actor, db =>
            {
                Case(name).Disturb(db);
                return 0;
            }, default);
            rows = await DatabaseDump.RowsAsync(Desk);
        });

        done.ShouldBeNull();
        DatabaseDump.Difference(rows, await DatabaseDump.RowsAsync(Desk)).ShouldBeEmpty();
        (await AuditedAsync(name), (await SentAsync()).Count).ShouldBe((0, 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_is_done_when_the_policy_that_decides_it_changed(string name)
    {
        if (Case(name).Policy is not { } change) return;
        Dictionary<string, JsonObject> rows = [];
        Performance? done = await PerformedAsync(Case(name).Action, async () =>
        {
            await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, change(ActionWorld.Policies), Desk.Start, default);
            rows = await DatabaseDump.RowsAsync(Desk);
        });

        done.ShouldBeNull();
        DatabaseDump.Difference(rows, await DatabaseDump.RowsAsync(Desk)).ShouldBeEmpty();
        (await AuditedAsync(name)).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Who_lacks_the_scope_is_another_or_has_no_card_that_declares_it_gets_the_reason_and_nothing_else(string name)
    {
        DeskAction action = Case(name).Action;
        ActionPreview scopeless = await Actions.PreviewAsync(new ActionCaller(world.Staff("read:agents"), null, null, null, null), action, Desk.Start, default);
        (scopeless.Allowed, scopeless.Clause.Rule, scopeless.Changes.Count).ShouldBe((false, "scope_missing", 0));
        ActionPreview undeclared = await Actions.PreviewAsync(new ActionCaller(Actor(action), "some/agent", ["act:other"], null, null), action, Desk.Start, default);
        (undeclared.Allowed, undeclared.Clause.Rule).ShouldBe((false, "capability_missing"));

        Dictionary<string, JsonObject> rows = await DatabaseDump.RowsAsync(Desk);
        Enqueued run = await EnqueueAsync(world.Staff("read:agents"));
        await ExecuteAsync(run, action);
        DatabaseDump.Difference(rows, await DatabaseDump.RowsAsync(Desk)).ShouldBeEmpty();
        (await AuditedAsync(name)).ShouldBe(0);

        Guid other = await Desk.AddTenantAsync("other");
        ActionPreview foreign = await Actions.PreviewAsync(new ActionCaller(world.Staff(action.Scope, other), null, null, null, null), action, Desk.Start, default);
        (foreign.Allowed, foreign.Clause.Rule).ShouldBe((false, Case(name).NotFound));

        var stranger = new ActionWorld(Desk);
        await stranger.FoundAsync(email: "bob@other.example");
        ActionPreview contact = await Actions.PreviewAsync(new ActionCaller(new ContactActor(Desk.TenantId, Guid.Empty, stranger.Contact.Id, Proof.Widget), null, null, null, null), action, Desk.Start, default);
        (contact.Allowed, contact.Clause.Rule).ShouldBe((false, action.ContactRoles.Count == 0 ? "role_missing" : Case(name).NotFound));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_that_fails_afterwards_puts_the_rows_back_or_names_what_stays_done(string name)
    {
        DeskAction action = Case(name).Action;
        Dictionary<string, JsonObject> rows = await DatabaseDump.RowsAsync(Desk);
        Enqueued run = await EnqueueAsync(Actor(action));
        await RunHandlerSuite.Executor(Desk, async (context, cancel) =>
        {
            await ActionRuns.PerformAsync(context, "it", action, cancel);
            return await context.StepAsync<bool>("call", "next", _ => throw new StepFailedException("no_more", "It goes no further.", canRetry: false), cancel);
        }).ExecuteAsync(run.Run, default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Run ended = await db.Runs.SingleAsync(r => r.Id == run.Run.RunId);
        (ended.Status, ended.ErrorCode).ShouldBe((RunStatus.Failed, "no_more"));
        RunUndone undone = Json.Read<RunUndone>(ended.Result!);
        List<string> left = DatabaseDump.Difference(rows, await DatabaseDump.RowsAsync(Desk));
        if (undone.StaysDone.Count == 0)
        {
            undone.Undone.ShouldHaveSingleItem().Action.ShouldBe(name);
            left.ShouldBeEmpty();
        }
        else
        {
            RunEffect stays = undone.StaysDone.ShouldHaveSingleItem();
            (stays.Action, stays.UndoFailed).ShouldBe((name, false));
            ended.Error.ShouldNotBeNull().ShouldContain(stays.Why!);
            (left.Count + (await SentAsync()).Count).ShouldBeGreaterThan(0);
        }
    }

    private ActionCase Case(string name) => world.Cases[name];

    private KeyActor Actor(DeskAction action) => world.Staff(action.Scope);

    private Task<Enqueued> EnqueueAsync(Actor actor) =>
        Desk.Get<IRunQueue>().EnqueueAsync(new RunRequest { Actor = actor, Kind = RunKind.Job, Handler = "test.work", Subject = $"act:{Desk.NewId()}", Input = "{}", At = Desk.Clock.GetUtcNow() }, default);

    private Task<RunRef?> ExecuteAsync(Enqueued run, DeskAction action) =>
        RunHandlerSuite.Executor(Desk, (context, cancel) => ActionRuns.PerformAsync(context, "it", action, cancel)).ExecuteAsync(run.Run, default);

    /// <summary>Has a run perform the action; what came of it when it was performed. What is given happens between the preview and the performance.</summary>
    private async Task<Performance?> PerformedAsync(DeskAction action, Func<Task>? between = null)
    {
        Enqueued run = await EnqueueAsync(Actor(action));
        var actions = new RunActions(between is null ? Actions : new Disturbed(Actions, between), Desk.Get<IApprovalStore>());
        await RunHandlerSuite.Executor(Desk, (context, cancel) => ActionRuns.PerformAsync(context, "it", action, cancel), actions).ExecuteAsync(run.Run, default);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        string result = await db.RunSteps.Where(s => s.RunId == run.Run.RunId && s.Name == "perform:it").Select(s => s.Result).SingleAsync();
        Performance performance = Core.Conversations.Journal.ValueOf<Performance>(new JournalEntry("perform:it", result));
        return performance.Kind == PerformanceKind.Performed ? performance : null;
    }

    private async Task<int> AuditedAsync(string name)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<AuditEntry>().CountAsync(a => a.Action == name);
    }

    private async Task<List<OutboxEntry>> SentAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<OutboxEntry>().Where(e => !e.Key.StartsWith(ActionWorld.ChargeKeys)).OrderBy(e => e.Id).ToListAsync();
    }

    /// <summary>Something happens to the rows when the preview is stored and nothing is performed yet.</summary>
    private sealed class Disturbed(IActionStore inner, Func<Task> between) : IActionStore
    {
        public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => inner.PreviewAsync(caller, action, now, cancellationToken);

        public async Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken)
        {
            await between();
            return await inner.PerformAsync(caller, action, grant, place, now, cancellationToken);
        }
    }

    private static string Exact(RowChange change) => $"{change.Change} {change.Entity} {change.Id} {DatabaseDump.Fields(change.Before)} {DatabaseDump.Fields(change.After)}";

    /// <summary>A change without the ids of rows that were not there before, and without instants.</summary>
    private static string Blurred(RowChange change, HashSet<string> known)
    {
        string id = change.Id is { } given && known.Contains($"{change.Entity} {given}") ? given.ToString() : "new";
        return $"{change.Change} {change.Entity} {id} {Fields(change.Before)} {Fields(change.After)}";

        static string Fields(string? json)
        {
            if (json is null) return "-";
            JsonObject fields = JsonNode.Parse(json)!.AsObject();
            foreach ((string field, JsonNode? value) in fields.ToList())
                if (value?.GetValueKind() == JsonValueKind.String && DateTimeOffset.TryParse(value.GetValue<string>(), out _) && value.GetValue<string>().Contains('T', StringComparison.Ordinal)) fields[field] = "instant";
            return fields.ToJsonString();
        }
    }
}
