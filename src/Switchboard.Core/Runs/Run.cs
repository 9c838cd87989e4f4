using Switchboard.Domain;

namespace Switchboard.Core.Runs;

/// <summary>What a run does.</summary>
public enum RunKind
{
    /// <summary>One trigger in a conversation, ending with at most one reply. It never waits.</summary>
    Turn,

    /// <summary>A specialist's talk over many turns. It waits between them and holds no place in any queue.</summary>
    Dialogue,

    /// <summary>An agent called by name, outside a conversation.</summary>
    Execution,

    /// <summary>Several agents working together by a pattern.</summary>
    Workflow,

    /// <summary>Work of the installation: an import, an expiry, a schedule's night work.</summary>
    Job,

    /// <summary>An effect on the outside, carried out from the outbox.</summary>
    Delivery,
}

/// <summary>Which workers carry a run out. Work of one lane never waits behind work of the other.</summary>
public enum RunLane
{
    /// <summary>Somebody waits for it.</summary>
    Interactive,

    /// <summary>Nobody waits for it: imports, nightly work, deliveries that are tried again.</summary>
    Batch,
}

/// <summary>Where a run stands. It ends in exactly one of succeeded, failed and cancelled.</summary>
public enum RunStatus { Queued, Running, Waiting, Succeeded, Failed, Cancelled }

/// <summary>Everything that runs is a run, and a run is a journal: steps with their results, events in their order.</summary>
public sealed class Run : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it does.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>What it is about, see <see cref="Subjects"/>. At most one run of a subject is running; the schema sees to it.</summary>
    public required string Subject { get; init; }

    /// <summary>Its place among the runs of its subject; turns run in this order.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Which workers carry it out.</summary>
    public RunLane Lane { get; init; }

    /// <summary>Who is taken first among those of a lane that wait: the higher.</summary>
    public int Priority { get; init; }

    /// <summary>The name of the <see cref="RunHandler"/> that carries it out; null for turns and dialogues, which the desk carries out.</summary>
    public string? Handler { get; init; }

    /// <summary>Who it acts for, as <see cref="ActorText"/> writes it; null for turns and dialogues, which act for the conversation's contact.</summary>
    public string? Actor { get; init; }

    /// <summary>The run that asked for it; null when none did.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>What it was started with, as JSON: <see cref="TurnInput"/>, <see cref="DialogueInput"/>, or what its handler takes.</summary>
    public required string Input { get; init; }

    /// <summary>What came of it, as JSON; null until it ends.</summary>
    public string? Result { get; init; }

    /// <summary>Why it failed or was cancelled, for people; null unless it did.</summary>
    public string? Error { get; init; }

    /// <summary>Why it failed or was cancelled, as a code of <see cref="RunFailures"/> or its handler's own; null unless it did.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>When it shall be taken up: a waiting run sleeps until then, a running one pauses before it tries again. Null for a run that waits for no time.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The process that carries it out; null while none does. Only a database that several processes share needs it.</summary>
    public Guid? NodeId { get; init; }

    /// <summary>When somebody asked to cancel it; it ends at its next step. Null while nobody has.</summary>
    public DateTimeOffset? CancelAskedAt { get; init; }

    /// <summary>How much of it is done, 0..1; null for a run that does not say.</summary>
    public double? Progress { get; init; }

    /// <summary>Grows by one with each write; a writer that read an older one has lost.</summary>
    public required int Version { get; init; }

    /// <summary>How often it was begun without getting any further; a run of a handler begins anew with each stored step.</summary>
    public required int Attempts { get; init; }

    /// <summary>The caller's key behind the caller's own; unique in the tenant; null when none was given.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request the key came with.</summary>
    public byte[]? RequestHash { get; init; }

    /// <summary>The span in which it was asked for, as a W3C traceparent; null when nothing was recorded then.</summary>
    public string? Trace { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>One named step of a run with its recorded result.</summary>
public sealed class RunStep : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>1, 2, 3 … in the order the steps were taken.</summary>
    public required int Ordinal { get; init; }

    /// <summary><c>kind:key</c>, with <c>#2</c> behind it when the run took the same step again.</summary>
    public required string Name { get; init; }

    /// <summary>The result as JSON.</summary>
    public required string Result { get; init; }
}

/// <summary>Something a watcher of a run is told, stored in the commit of what caused it.</summary>
public sealed class RunEvent : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>The subject whose events are numbered together.</summary>
    public required string Subject { get; init; }

    /// <summary>1, 2, 3 … without gaps in the subject.</summary>
    public required long Seq { get; init; }

    /// <summary>The run it tells of.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The event's name in the stream: <c>run.started</c>, <c>text.delta</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>The event's data as JSON.</summary>
    public required string Data { get; init; }
}

/// <summary>How subjects are spelt.</summary>
public static class Subjects
{
    private const string conversation = "conversation:";
    private const string dialogue = "dialogue:";

    /// <summary>The subject of all turns of a conversation.</summary>
    public static string Conversation(Guid id) => $"{conversation}{id:D}";

    /// <summary>The conversation of a subject made by <see cref="Conversation"/>.</summary>
    /// <exception cref="FormatException">The subject is another one.</exception>
    public static Guid ConversationOf(string subject) =>
        subject.StartsWith(conversation, StringComparison.Ordinal) && Guid.TryParseExact(subject.AsSpan(conversation.Length), "D", out Guid id)
            ? id
            : throw new FormatException($"\"{subject}\" is no subject of a conversation.");

    /// <summary>The subject of a conversation's dialogues.</summary>
    public static string Dialogue(Guid conversationId) => $"{dialogue}{conversationId:D}";

    /// <summary>Whether the subject is one of turns.</summary>
    public static bool IsConversation(string subject) => subject.StartsWith(conversation, StringComparison.Ordinal);

    /// <summary>The conversation whose turns or dialogues have the subject; null for a subject of other runs.</summary>
    public static Guid? DeskConversationOf(string subject)
    {
        string? start = IsConversation(subject) ? conversation : subject.StartsWith(dialogue, StringComparison.Ordinal) ? dialogue : null;
        return start is not null && Guid.TryParseExact(subject.AsSpan(start.Length), "D", out Guid id) ? id : null;
    }

    /// <summary>Whether the subject is spelt as one of the desk's own, which only turns and dialogues have.</summary>
    public static bool IsDesk(string subject) => IsConversation(subject) || subject.StartsWith(dialogue, StringComparison.Ordinal);
}

/// <summary>What makes a turn begin.</summary>
public enum TurnTrigger
{
    /// <summary>A customer's message.</summary>
    Message,

    /// <summary>An approval was decided, or expired.</summary>
    Approval,

    /// <summary>A time has come.</summary>
    Timer,

    /// <summary>The outcome of an effect on the outside is known.</summary>
    Callback,
}

/// <summary>What a turn starts with.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="MessageId">The message that triggers the turn; for a trigger other than a message the system's note of it.</param>
/// <param name="Sequence">The message's place in the conversation.</param>
/// <param name="Trigger">What made it begin.</param>
/// <param name="DialogueId">The dialogue that waits for the trigger; null for a message, which goes to whom the router decides.</param>
/// <param name="Payload">What the trigger brings, as JSON; null for a message.</param>
public sealed record TurnInput(Guid ConversationId, Guid MessageId, int Sequence, TurnTrigger Trigger = TurnTrigger.Message, Guid? DialogueId = null, string? Payload = null);

/// <summary>What a dialogue starts with: the wish it serves, kept while it waits.</summary>
/// <param name="AgentId">The specialist.</param>
/// <param name="Reason">Why it was given to this specialist.</param>
/// <param name="Wish">The customer's words that opened it.</param>
/// <param name="WishSequence">The message they stand in.</param>
/// <param name="OpenedAt">When it was opened.</param>
public sealed record DialogueInput(string AgentId, string Reason, string Wish, int WishSequence, DateTimeOffset OpenedAt)
{
    /// <summary>The reason of a wish that stands beside another one in its message.</summary>
    public const string SecondIntent = "second_intent";

    /// <summary>The reason of a wish that has a meaning only when the one before it is done.</summary>
    public const string Dependent = "dependent_intent";

    /// <summary>The specialists between which the customer is asked to choose, by id; null where the dialogue asks no such question.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Options { get; init; }
}
