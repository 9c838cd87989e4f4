using System.Text.Json.Nodes;

namespace Switchboard.EndToEnd;

/// <summary>
/// The shapes a run can have, each walked from its beginning to its end by somebody who asks again when the server dies, and checked on the way as that
/// somebody sees it. What was asked for is counted, so that the rows can be compared with it.
/// </summary>
/// <param name="servers">The servers that die, of one database; who walks writes to one of them.</param>
/// <param name="ownerKey">A key of the staff.</param>
/// <param name="otherSide">Where effects go.</param>
public sealed class Shapes(IReadOnlyList<MortalServer> servers, string ownerKey, OtherSide otherSide)
{
    public const string Turn = "turn", Dialogue = "dialogue", Approval = "approval", Branches = "branches", Timer = "timer", Knowing = "effect, key known", Blind = "effect, key unknown", Acting = "acting", Undoing = "undoing";

    private int visits;
    private int messages;
    private int walked;
    private int unknown;
    private int handoffs;
    private int refunds;
    private int workflows;
    private int effects;
    private int acted;
    private int undone;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Turn, Dialogue, Approval, Branches, Timer, Knowing, Blind, Acting, Undoing];

    /// <summary>
    /// Whether a shape passes a place with the same rows as another shape does, so that the short version kills there in that one alone: runs are asked for, take steps and
    /// end as <see cref="Branches"/> do, and effects are sent as <see cref="Knowing"/> ones, unless the shape is there for just that. The long version kills everywhere.
    /// </summary>
    public static bool IsKilledInAnother(string shape, string site)
    {
        string kind = site[..site.IndexOf(':', StringComparison.Ordinal)];
        return shape switch
        {
            Timer => kind is "enqueue" or "advance" or "end",
            Blind => kind is "enqueue" or "advance" or "end",
            Acting or Undoing => kind is "enqueue" or "advance" or "attempt" or "outbox" or "outcome",
            _ => false,
        };
    }

    /// <summary>How many shapes were walked to their end.</summary>
    public int Walked => walked;

    /// <summary>How many effects nobody could tell the outcome of.</summary>
    public int Unknown => unknown;

    /// <summary>How many runs failed, as they should, and undid what they had done.</summary>
    public int Undone => undone;

    /// <summary>Walks a shape.</summary>
    public async Task WalkAsync(string shape, CancellationToken cancellationToken)
    {
        await (shape switch
        {
            Turn => TurnAsync(cancellationToken),
            Dialogue => DialogueAsync(cancellationToken),
            Approval => ApprovalAsync(cancellationToken),
            Branches => RunAsync("test.branches", "\"1+|2+|3+\"", cancellationToken),
            Timer => RunAsync("test.sleep", "\"awake\"", cancellationToken),
            Knowing => EffectAsync("knowing", cancellationToken),
            Blind => EffectAsync("blind", cancellationToken),
            Acting => ActAsync("test.acts", undoes: false, cancellationToken),
            Undoing => ActAsync("test.undoes", undoes: true, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
        });
        Interlocked.Increment(ref walked);
    }

    /// <summary>What must be in the database by now, as questions and their answers.</summary>
    public IEnumerable<(string Question, long Answer)> Expected() =>
    [
        ("select count(*) from messages where author = 'customer'", messages),
        ("select count(*) from runs where kind = 'turn' and status = 'succeeded'", messages + refunds),
        ("select count(*) from handoffs", handoffs),
        ("select count(*) from runs where kind = 'dialogue' and status = 'succeeded'", handoffs + refunds),
        ("select count(*) from refunds", refunds),
        ("select count(*) from approvals where status = 'approved'", refunds + acted + undone),
        ("select count(*) from approvals", refunds + acted + undone),
        ("select count(*) from credits where reason like '%may die.'", 2 * acted),
        ("select count(*) from audit_entries where action = 'credit.grant'", 2 * (acted + undone)),
        ("select count(*) from audit_entries where action = 'credit.revoke'", 2 * undone),
        ("select count(*) from audit_entries where action = 'test.call'", acted + undone),
        ("select count(*) from runs where kind = 'workflow' and status = 'succeeded'", workflows),
        ("select count(*) from outbox", effects),
        ("select count(*) from outbox where status = 'unknown'", Unknown),
    ];

    private MortalServer Next() => servers[(Interlocked.Increment(ref visits) - 1) % servers.Count];

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        using var visitor = Visitor.Of(Next());
        Sent sent = await visitor.CreateAsync("How do I add a teammate?", cancellationToken);
        Interlocked.Increment(ref messages);
        sent.Status.ShouldBe("answered");
        await CheckAsync(visitor, [sent], sent.RunId, cancellationToken);
    }

    private async Task DialogueAsync(CancellationToken cancellationToken)
    {
        using var visitor = Visitor.Of(Next());
        Sent first = await visitor.CreateAsync("Talk to a human", cancellationToken);
        Interlocked.Increment(ref messages);
        Sent second = await visitor.SendAsync(first.ConversationId, "ada@example.com", cancellationToken);
        Interlocked.Increment(ref messages);
        Interlocked.Increment(ref handoffs);
        (first.Status, second.Status).ShouldBe(("needs_info", "handed_off"));
        await CheckAsync(visitor, [first, second], second.RunId, cancellationToken);
    }

    private async Task ApprovalAsync(CancellationToken cancellationToken)
    {
        using var staff = Visitor.Of(Next());
        var contact = (Guid)(await staff.AskAsync(HttpMethod.Post, $"test/payers?email={Guid.NewGuid():N}@example.com", null, cancellationToken))["contactId"]!;
        using var visitor = Visitor.Of(Next(), contact);
        Sent wish = await visitor.CreateAsync("I want my money back", cancellationToken);
        Interlocked.Increment(ref messages);
        (wish.Status, wish.Reply!.Contains("540.00")).ShouldBe(("confirm", true));
        Task<List<StreamEvent>> followed = visitor.FollowAsync(wish.ConversationId, Third(), cancellationToken);
        Sent yes = await visitor.SendAsync(wish.ConversationId, "yes", cancellationToken);
        Interlocked.Increment(ref messages);
        yes.Status.ShouldBe("waiting_approval");

        (await ApproveAsync(staff, "conversationId", wish.ConversationId, cancellationToken)).ShouldBeTrue();
        Interlocked.Increment(ref refunds);

        List<StreamEvent> events = await followed;
        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n), "no event twice, none missing");
        (events.Count(e => e.Kind == "run.started"), events.Count(e => e.Kind == "run.finished"), events.Count(e => e.Kind == "action.performed"), events.Count(e => e.Kind == "approval.required")).ShouldBe((3, 3, 1, 1), string.Join('\n', events.Select(e => $"{e.Seq} {e.Kind} {e.Data.ToJsonString()}")));
        List<JsonNode> talk = await visitor.ListAsync($"api/v1/conversations/{wish.ConversationId}/messages", cancellationToken);
        talk.Select(m => (string?)m["status"]).Where(s => s is not null).ShouldBe(["confirm", "waiting_approval", "acted"]);

        static Func<StreamEvent, bool> Third()
        {
            int ended = 0;
            return e => e.Kind == "run.finished" && ++ended == 3;
        }
    }

    private async Task RunAsync(string handler, string result, CancellationToken cancellationToken)
    {
        using var asker = Visitor.Of(Next());
        var run = (Guid)(await asker.AskAsync(HttpMethod.Post, $"test/runs?handler={handler}&subject=test:{Guid.NewGuid():N}&key={Guid.NewGuid():N}", null, cancellationToken))["runId"]!;
        Interlocked.Increment(ref workflows);
        JsonNode ended = await UntilAsync(asker, $"test/run?id={run}", "Succeeded", "Failed", cancellationToken);
        ((string?)ended["status"], (string?)ended["result"]).ShouldBe(("Succeeded", result));
    }

    private async Task ActAsync(string handler, bool undoes, CancellationToken cancellationToken)
    {
        using var staff = Visitor.Of(Next());
        var customer = (Guid)(await staff.AskAsync(HttpMethod.Post, $"test/payers?email={Guid.NewGuid():N}@example.com", null, cancellationToken))["customerId"]!;
        string input = Uri.EscapeDataString($$"""{"customerId":"{{customer}}"}""");
        var run = (Guid)(await staff.AskAsync(HttpMethod.Post, $"test/runs?handler={handler}&subject=test:{Guid.NewGuid():N}&key={Guid.NewGuid():N}&input={input}", null, cancellationToken))["runId"]!;
        while (!await ApproveAsync(staff, "runId", run, cancellationToken)) await Task.Delay(25, cancellationToken);
        JsonNode ended = await UntilAsync(staff, $"test/run?id={run}", "Succeeded", "Failed", cancellationToken);
        Interlocked.Increment(ref undoes ? ref undone : ref acted);
        Interlocked.Increment(ref effects);
        if (!undoes) Interlocked.Increment(ref workflows);

        string[] steps = ["read:words", "propose:small", "perform:small", "propose:call", "perform:call", "propose:large", "approval:large", "decided:large", "perform:large"];
        ended["steps"]!.AsArray().Select(s => (string)s!).ShouldBe([.. steps, .. undoes ? (string[])["end:run", "undo:perform:large", "undo:perform:small"] : ["decide:end"]]);
        if (undoes)
        {
            ((string?)ended["status"], (string?)ended["errorCode"]).ShouldBe(("Failed", "no_more"));
            JsonNode result = JsonNode.Parse((string)ended["result"]!)!;
            result["undone"]!.AsArray().Select(e => (string?)e!["step"]).ShouldBe(["perform:large", "perform:small"]);
            result["staysDone"]!.AsArray().Select(e => (string?)e!["step"]).ShouldBe(["perform:call"]);
        }
        else
        {
            ((string?)ended["status"], (string?)ended["result"]).ShouldBe(("Succeeded", "\"Performed|Performed|Performed\""));
        }

        (await staff.AskAsync(HttpMethod.Get, $"test/credits?id={customer}", null, cancellationToken))["amounts"]!.AsArray().Select(a => (decimal)a!).ShouldBe(undoes ? [] : [20m, 200m]);
        string key = $"{run:N}/perform:call";
        JsonNode settled = await UntilAsync(staff, $"test/effect?key={Uri.EscapeDataString(key)}", "Sent", "Unknown", cancellationToken);
        int seen = otherSide.Seen(key), attempts = (int)settled["attempts"]!;
        ((string?)settled["status"], seen >= 1, seen <= attempts).ShouldBe(("Sent", true, true), $"seen {seen} times in {attempts} attempts");
    }

    /// <summary>Approves what the given conversation or run asks for; false while it does not ask. An answer that was lost is asked for again, and what it approved is no longer pending.</summary>
    private async Task<bool> ApproveAsync(Visitor staff, string asker, Guid id, CancellationToken cancellationToken)
    {
        string? approval = null;
        foreach (JsonNode? pending in (await staff.AskAsync(HttpMethod.Get, "api/v1/approvals?status=pending&limit=100", ownerKey, cancellationToken))["items"]!.AsArray())
            if ((Guid?)pending![asker] == id) approval = (string)pending["id"]!;
        if (approval is null) return false;
        ((string?)(await staff.AskAsync(HttpMethod.Post, $"api/v1/approvals/{approval}/approve", ownerKey, cancellationToken))["status"]).ShouldBe("approved");
        return true;
    }

    private async Task EffectAsync(string port, CancellationToken cancellationToken)
    {
        using var asker = Visitor.Of(Next());
        string key = $"test-{Guid.NewGuid():N}";
        var entry = (Guid)(await asker.AskAsync(HttpMethod.Post, $"test/effects?port={port}&key={key}", null, cancellationToken))["entryId"]!;
        Interlocked.Increment(ref effects);
        JsonNode settled = await UntilAsync(asker, $"test/effect?id={entry}", "Sent", "Unknown", cancellationToken);
        bool isSent = (string?)settled["status"] == "Sent";
        int seen = otherSide.Seen(key), attempts = (int)settled["attempts"]!;
        if (port == "knowing") (isSent, seen >= 1, seen <= attempts).ShouldBe((true, true, true), $"seen {seen} times in {attempts} attempts");
        else (seen <= 1, attempts, !isSent || seen == 1).ShouldBe((true, 1, true), $"seen {seen} times, {settled["status"]}");
        if (!isSent) Interlocked.Increment(ref unknown);
    }

    private static async Task<JsonNode> UntilAsync(Visitor asker, string path, string one, string other, CancellationToken cancellationToken)
    {
        while (true)
        {
            JsonNode found = await asker.AskAsync(HttpMethod.Get, path, null, cancellationToken);
            if ((string?)found["status"] == one || (string?)found["status"] == other) return found;
            await Task.Delay(25, cancellationToken);
        }
    }

    /// <summary>Each message once and in its place, each followed by its own reply, and the same in the stream.</summary>
    private static async Task CheckAsync(Visitor visitor, Sent[] sent, Guid lastRun, CancellationToken cancellationToken)
    {
        List<JsonNode> stored = await visitor.ListAsync($"api/v1/conversations/{sent[0].ConversationId}/messages", cancellationToken);
        stored.Select(m => ((int)m["sequence"]!, (string?)m["text"], (Guid)m["runId"]!)).ShouldBe(sent.SelectMany((s, n) => new[] { ((2 * n) + 1, (string?)s.Question, s.RunId), ((2 * n) + 2, s.Reply, s.RunId) }));
        List<StreamEvent> events = await visitor.FollowAsync(sent[0].ConversationId, e => e.Kind == "run.finished" && (Guid)e.Data["runId"]! == lastRun, cancellationToken);
        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n), "no event twice, none missing");
        events.Where(e => e.Kind == "message.completed").Select(e => (string?)e.Data["text"]).ShouldBe(sent.Select(s => s.Reply));
    }
}
