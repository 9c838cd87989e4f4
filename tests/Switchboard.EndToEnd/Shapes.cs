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
    public const string Turn = "turn", Dialogue = "dialogue", Approval = "approval", Branches = "branches", Timer = "timer", Knowing = "effect, key known", Blind = "effect, key unknown";

    private int visits;
    private int messages;
    private int walked;
    private int unknown;
    private int handoffs;
    private int refunds;
    private int workflows;
    private int effects;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Turn, Dialogue, Approval, Branches, Timer, Knowing, Blind];

    /// <summary>How many shapes were walked to their end.</summary>
    public int Walked => walked;

    /// <summary>How many effects nobody could tell the outcome of.</summary>
    public int Unknown => unknown;

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
            _ => EffectAsync("blind", cancellationToken),
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
        ("select count(*) from approvals where status = 'approved'", refunds),
        ("select count(*) from approvals", refunds),
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

        string? approval = null;
        foreach (JsonNode? pending in (await staff.AskAsync(HttpMethod.Get, "api/v1/approvals?status=pending&limit=100", ownerKey, cancellationToken))["items"]!.AsArray())
            if ((Guid?)pending!["conversationId"] == wish.ConversationId) approval = (string)pending["id"]!;
        approval.ShouldNotBeNull();
        ((string?)(await staff.AskAsync(HttpMethod.Post, $"api/v1/approvals/{approval}/approve", ownerKey, cancellationToken))["status"]).ShouldBe("approved");
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
