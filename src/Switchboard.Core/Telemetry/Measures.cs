using System.Diagnostics.Metrics;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Telemetry;

/// <summary>
/// What the desk counts while it works. Every label is a name of the program, of an agent's card or of a setting, so the series are as many as those are; nothing that a caller
/// can invent becomes one, and no tenant, customer or id does. Where nobody listens nothing is recorded.
/// </summary>
public static class Measures
{
    /// <summary>The name under which whoever records them listens.</summary>
    public const string MeterName = "Switchboard";

    private static readonly Meter meter = new(MeterName);
    private static readonly Counter<long> runs = meter.CreateCounter<long>("switchboard.runs", "{run}", "Runs that came to their end, by what they do and how they ended.");
    private static readonly Histogram<double> runDuration = meter.CreateHistogram<double>("switchboard.run.duration", "s", "From being asked for to the end of a run.");
    private static readonly Histogram<double> runLag = meter.CreateHistogram<double>("switchboard.run.lag", "s", "How long runs waited for a worker of their lane.");
    private static readonly Counter<long> steps = meter.CreateCounter<long>("switchboard.steps", "{step}", "Steps that were stored in journals, by their kind.");
    private static readonly Histogram<double> agents = meter.CreateHistogram<double>("switchboard.agent.duration", "s", "What agents took, by agent and by what their part came to.");
    private static readonly Counter<long> actions = meter.CreateCounter<long>("switchboard.actions", "{action}", "Actions that were to be performed, by what came of them.");
    private static readonly Counter<long> guards = meter.CreateCounter<long>("switchboard.guards.blocked", "{reply}", "Checks that stopped or altered what an agent proposed or said.");
    private static readonly Counter<long> handoffs = meter.CreateCounter<long>("switchboard.handoffs", "{handoff}", "Conversations that were handed to people, by the reason.");
    private static readonly Counter<long> promises = meter.CreateCounter<long>("switchboard.sla.marks", "{mark}", "Clocks of conversations that came near their end, or to it.");
    private static readonly Counter<long> searches = meter.CreateCounter<long>("switchboard.knowledge.searches", "{search}", "Searches in the articles; an outcome other than answered is an abstention.");
    private static readonly Counter<long> deliveries = meter.CreateCounter<long>("switchboard.outbox.attempts", "{attempt}", "Attempts to carry an effect out, by the way to the outside and what came of them.");
    private static readonly Counter<long> refused = meter.CreateCounter<long>("switchboard.limits.refused", "{call}", "Calls that were refused for being too many, by class and by whose calls were counted.");
    private static readonly Counter<long> databaseErrors = meter.CreateCounter<long>("switchboard.database.errors", "{error}", "Statements and commits that the database refused or did not answer.");
    private static readonly UpDownCounter<long> streams = meter.CreateUpDownCounter<long>("switchboard.streams", "{stream}", "Event streams that are open.");

    /// <summary>A worker takes a run that waited in the queue of its lane.</summary>
    public static void Taken(RunLane lane, TimeSpan waited)
    {
        if (runLag.Enabled) runLag.Record(Seconds(waited), new KeyValuePair<string, object?>("lane", Spans.NameOf(lane)));
    }

    /// <summary>A run came to its end.</summary>
    public static void Ended(Run run, RunStatus status, DateTimeOffset now)
    {
        if (!runs.Enabled) return;
        KeyValuePair<string, object?> kind = new("kind", Spans.NameOf(run.Kind)), work = new("handler", run.Handler ?? "desk"), how = new("status", Spans.NameOf(status));
        runs.Add(1, kind, work, how);
        runDuration.Record(Seconds(now - run.CreatedAt), kind, how);
    }

    /// <summary>A turn was stored: its run, its steps, its handoff and what it took of a model.</summary>
    public static void Finished(FinishTurn turn)
    {
        Ended(turn.Run, turn.Status, turn.At);
        Stored(turn.Steps);
        if (turn.Handoff is { } handoff) handoffs.Add(1, new KeyValuePair<string, object?>("reason", TurnCourse.HandoverReasons.Contains(handoff.Reason) ? handoff.Reason : "asked"));
    }

    /// <summary>Steps were stored.</summary>
    public static void Stored(IReadOnlyList<JournalEntry> taken)
    {
        if (!steps.Enabled) return;
        foreach (JournalEntry step in taken) steps.Add(1, new KeyValuePair<string, object?>("kind", Journal.KindOf(step.Name)));
    }

    /// <summary>An agent's part of a turn ended.</summary>
    public static void Ran(string agentId, ReplyStatus status, TimeSpan took)
    {
        if (agents.Enabled) Ran(agentId, Spans.NameOf(status), took);
    }

    /// <summary>An agent that was called by its name ended.</summary>
    public static void Ran(string agentId, string outcome, TimeSpan took) => agents.Record(Seconds(took), new("agent", agentId), new("outcome", outcome));

    /// <summary>An action was to be performed.</summary>
    public static void Performed(string action, PerformanceKind kind)
    {
        if (actions.Enabled) actions.Add(1, new("action", action), new("outcome", Spans.NameOf(kind)));
    }

    /// <summary>The checks of a turn have spoken.</summary>
    public static void Judged(IReadOnlyList<GuardVerdict> verdicts)
    {
        foreach (GuardVerdict verdict in verdicts)
            if (!verdict.Passed || verdict.Verdict is not null) guards.Add(1, new("guard", verdict.Name), new("verdict", verdict.Verdict ?? "block"));
    }

    /// <summary>A clock of a conversation came near its end, or to it.</summary>
    public static void Promised(SlaClock clock, SlaMarkKind kind)
    {
        if (promises.Enabled) promises.Add(1, new("clock", Spans.NameOf(clock)), new("kind", Spans.NameOf(kind)));
    }

    /// <summary>The articles were searched for an answer.</summary>
    public static void Asked(KnowledgeAnswer answer)
    {
        if (searches.Enabled) searches.Add(1, new("of", "answer"), new("outcome", Spans.NameOf(answer.Outcome)));
    }

    /// <summary>The articles were searched for passages.</summary>
    public static void Searched(SearchOutcome outcome)
    {
        if (searches.Enabled) searches.Add(1, new("of", "passages"), new("outcome", Spans.NameOf(outcome)));
    }

    /// <summary>An effect was attempted.</summary>
    public static void Attempted<T>(string port, T outcome) where T : struct, Enum
    {
        if (deliveries.Enabled) deliveries.Add(1, new("port", port), new("outcome", Spans.NameOf(outcome)));
    }

    /// <summary>A call was refused for being too many.</summary>
    public static void Refused(string kind, string by) => refused.Add(1, new("class", kind), new("by", by));

    /// <summary>The database refused something, or did not answer.</summary>
    public static void DatabaseFailed(string kind) => databaseErrors.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>A stream was opened, or closed.</summary>
    public static void Stream(bool opened) => streams.Add(opened ? 1 : -1);

    private static double Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds);
}
