using System.Diagnostics;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Telemetry;

/// <summary>
/// The spans of the desk, by the names of OpenTelemetry's conventions for generative AI where those have one. A span is begun inside another alone, or for a run, so what
/// the program does by itself makes no traces. Attributes hold names of the program, ids and codes: no text of anybody's, and no value of a row.
/// </summary>
public static class Spans
{
    /// <summary>The name under which whoever records them listens.</summary>
    public const string SourceName = "Switchboard";

    /// <summary>The attribute that says what is done.</summary>
    public const string Operation = "gen_ai.operation.name";

    /// <summary>The attribute of the name of a journal's step.</summary>
    public const string StepName = "switchboard.step.name";

    /// <summary>The attribute of what a thing came to.</summary>
    public const string Outcome = "switchboard.outcome";

    /// <summary>The attribute of the conversation.</summary>
    public const string Conversation = "gen_ai.conversation.id";

    /// <summary>
    /// How long after it was asked for a run may begin and still be a part of the trace of whoever asked: no call waits longer for its run. One that begins later has a trace
    /// of its own with a link to the other.
    /// </summary>
    public static readonly TimeSpan Attached = TimeSpan.FromSeconds(10);

    private static readonly ActivitySource source = new(SourceName);

    /// <summary>The span that is under way, as a run keeps it for whoever carries it out; null where nothing is recorded.</summary>
    public static string? Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <summary>Begins a span inside the one that is under way; null where nothing is recorded.</summary>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => Activity.Current is { Recorded: true } ? source.StartActivity(name, kind) : null;

    /// <summary>Begins the span of something that has ended already.</summary>
    public static Activity? Start(string name, ActivityKind kind, DateTimeOffset began) =>
        Activity.Current is { Recorded: true } within ? source.StartActivity(name, kind, within.Context, startTime: began) : null;

    /// <summary>Begins the span of a step whose work is done now.</summary>
    public static Activity? Step(string name) => Activity.Current is { Recorded: true } ? Start($"step {Journal.KindOf(name)}")?.SetTag(StepName, name) : null;

    /// <summary>Begins the span of an agent.</summary>
    public static Activity? Agent(AgentCard card) => Start($"invoke_agent {card.Id}")?
        .SetTag(Operation, "invoke_agent").SetTag("gen_ai.provider.name", "switchboard").SetTag("gen_ai.agent.id", card.Id).SetTag("gen_ai.agent.name", card.Name);

    /// <summary>Begins the span of an action that is performed.</summary>
    public static Activity? Tool(string action) => Start($"execute_tool {action}")?
        .SetTag(Operation, "execute_tool").SetTag("gen_ai.tool.name", action).SetTag("gen_ai.tool.type", "function");

    /// <summary>Begins the span of a search in the articles.</summary>
    public static Activity? Retrieval() => Start("retrieval articles")?.SetTag(Operation, "retrieval").SetTag("gen_ai.data_source.id", "articles");

    /// <summary>Begins the span of a run, on whichever node it is carried out: a part of the trace in which it was asked for, or linked to that.</summary>
    /// <param name="run">The run as it was taken up.</param>
    /// <param name="now">The instant.</param>
    public static Activity? Run(Run run, DateTimeOffset now)
    {
        if (!source.HasListeners()) return null;
        string work = run.Handler ?? NameOf(run.Kind), name = $"run {work}";
        bool isKnown = ActivityContext.TryParse(run.Trace, null, out ActivityContext asked);
        // The turn of somebody who is waited for is a part of that call; work that begins later, by its time or after a crash, is not.
        Activity? span = isKnown && now - run.CreatedAt <= Attached
            ? source.StartActivity(name, ActivityKind.Consumer, asked)
            : source.StartActivity(name, ActivityKind.Consumer, default(ActivityContext), links: isKnown ? [new ActivityLink(asked)] : null);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("switchboard.run.id", run.Id).SetTag("switchboard.run.kind", NameOf(run.Kind)).SetTag("switchboard.run.lane", NameOf(run.Lane)).SetTag("switchboard.run.attempts", run.Attempts);
        if (run.Kind == RunKind.Turn) span.SetTag(Operation, "invoke_workflow").SetTag("gen_ai.workflow.name", "turn");
        if (Subjects.IsConversation(run.Subject)) span.SetTag(Conversation, Subjects.ConversationOf(run.Subject));
        return span;
    }

    /// <summary>Says what came of what the span is about.</summary>
    public static void Came<T>(this Activity? span, T outcome, bool isFailure = false) where T : struct, Enum
    {
        if (span is not { IsAllDataRequested: true }) return;
        span.SetTag(Outcome, NameOf(outcome));
        if (isFailure) span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Says by its type that an error ended it; its words may hold anything.</summary>
    public static void Failed(this Activity? span, Exception error) => span?.SetTag("error.type", error.GetType().Name).SetStatus(ActivityStatusCode.Error);

    /// <summary>An enum's value as everything of ours is spelt.</summary>
    internal static string NameOf<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
