using Switchboard.Core.Outbox;
using Switchboard.Core.Policies;
using Switchboard.Core.Telemetry;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Runs;

/// <summary>Names a run, the subject it belongs to, and the workers that carry it out.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="RunId">The run.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Lane">Which workers carry it out.</param>
public readonly record struct RunRef(Guid TenantId, Guid RunId, string Subject, RunLane Lane = RunLane.Interactive)
{
    /// <summary>Who is taken first among those of the lane that wait: the higher.</summary>
    public int Priority { get; init; }

    /// <summary>The node that the commit gave the run to; null when it gave it to none, or when this is the name of the run alone.</summary>
    public Guid? NodeId { get; init; }

    /// <summary>
    /// The row, when the commit that made it is this process's own and nothing was written of it since as far as is known: whoever begins it at once need not read it.
    /// The fence of the first write decides whether that was so. It is no part of the name.
    /// </summary>
    public Run? Fresh { get; init; }

    /// <summary>Whether both name the same run in the same way.</summary>
    public bool Equals(RunRef other) =>
        TenantId == other.TenantId && RunId == other.RunId && Subject == other.Subject && Lane == other.Lane && Priority == other.Priority && NodeId == other.NodeId;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(TenantId, RunId);
}

/// <summary>A message that comes in, to be stored together with the run that will answer it.</summary>
public sealed record AcceptTurn
{
    /// <summary>Who writes.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The tenant.</summary>
    public Guid TenantId => Actor.TenantId;

    /// <summary>The conversation; with <see cref="NewConversation"/> it is created in the same commit.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>The conversation to create; null when it exists.</summary>
    public Conversation? NewConversation { get; init; }

    /// <summary>The new message's id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The new run's id.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The customer's words. A card number in them keeps its last four digits, whoever stores them.</summary>
    public required string Text { get; init => field = CardMask.Apply(value); }

    /// <summary>When it came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The span in which it came; null where nothing is recorded.</summary>
    public string? Trace { get; init; } = Spans.Current;

    /// <summary>The caller's key with the caller's own name before it; null when the caller gave none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request; given with the key.</summary>
    public byte[]? RequestHash { get; init; }
}

/// <summary>What became of a message that came in.</summary>
public enum AcceptKind
{
    /// <summary>It is stored and its run begins or waits for its turn.</summary>
    Accepted,

    /// <summary>The same request was accepted before; the run is that one, nothing was written.</summary>
    Repeated,

    /// <summary>The key was used for another request; nothing was written.</summary>
    KeyMismatch,

    /// <summary>There is no such conversation; nothing was written.</summary>
    NoConversation,

    /// <summary>The conversation is closed; nothing was written.</summary>
    Closed,

    /// <summary>The data of the customer is being erased, or was; nothing was written.</summary>
    Erased,
}

/// <summary>What became of a message that came in.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="RunId">The run that answers it, when there is one.</param>
/// <param name="ConversationId">The conversation of that run.</param>
/// <param name="MessageId">The stored message.</param>
/// <param name="Sequence">Its place in the conversation.</param>
/// <param name="StartsNow">Whether the run is already marked as running and must be woken.</param>
/// <param name="FirstEvent">The number of the run's first event; a watcher of this run alone starts after the one before.</param>
public sealed record AcceptResult(AcceptKind Kind, Guid RunId, Guid ConversationId, Guid MessageId, int Sequence, bool StartsNow, long FirstEvent)
{
    /// <summary>The node that the run was given to; null when it was given to none.</summary>
    public Guid? NodeId { get; init; }
}

/// <summary>A person's message in a conversation: stored with a run that ends in the same commit, so that it is an event like any other.</summary>
public sealed record HumanMessage(Actor Actor, Guid ConversationId, Guid MessageId, Guid RunId, string Text, bool IsPrivate, DateTimeOffset At)
{
    /// <summary>The words; a card number in them keeps its last four digits.</summary>
    public string Text { get; init => field = CardMask.Apply(value); } = CardMask.Apply(Text);

    /// <summary>The tenant.</summary>
    public Guid TenantId => Actor.TenantId;

    /// <summary>The caller's key with the caller's own name before it; null when the caller gave none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request; given with the key.</summary>
    public byte[]? RequestHash { get; init; }

    /// <summary>The mail that brings the words to the customer as well; null when none does.</summary>
    public OutsideEffect? Mail { get; init; }
}

/// <summary>A change of a conversation that is no message: who answers it, where it stands. It is applied to the row as it stands in the commit, behind all other writers of the conversation.</summary>
/// <param name="Actor">Who changes it.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Apply">Changes it. It may be called again, so it does nothing else.</param>
public sealed record ConversationChange(Actor Actor, Guid ConversationId, Action<Conversation> Apply)
{
    /// <summary>A row that is added with it, such as a rating; null for none.</summary>
    public TenantRow? Row { get; init; }

    /// <summary>A run that is asked for with it, such as the end of a sleep; null for none.</summary>
    public RunRequest? Then { get; init; }
}

/// <summary>What became of a person's message.</summary>
/// <param name="Kind">Accepted, repeated, or why nothing was written.</param>
/// <param name="Message">The stored message; null when nothing was or had been written.</param>
public sealed record HumanPosted(AcceptKind Kind, Message? Message);

/// <summary>A dialogue that began, went on or ended in a turn.</summary>
/// <param name="RunId">The dialogue's run.</param>
/// <param name="Input">What it started with.</param>
/// <param name="Status">Waiting, succeeded, failed or cancelled.</param>
/// <param name="ReadVersion">The version that was read; 0 for a new dialogue.</param>
/// <param name="NewSteps">The steps taken in this turn, numbered after the stored ones.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
public sealed record DialogueChange(Guid RunId, DialogueInput Input, RunStatus Status, int ReadVersion, IReadOnlyList<JournalEntry> NewSteps, string? Error = null);

/// <summary>A step's name and result, without its place.</summary>
public sealed record JournalEntry(string Name, string Result);

/// <summary>An event's kind and data, without its number.</summary>
public sealed record PendingEvent(string Kind, string Data);

/// <summary>The reply a turn ends with. One that is private is seen by the staff alone: a person owns the conversation and must know what was done.</summary>
public sealed record ReplyMessage(Guid Id, string AgentId, string Text, IReadOnlyList<Citation> Citations, ReplyStatus Status, double Confidence, bool IsPrivate = false);

/// <summary>Everything a turn ends with, committed at once or not at all.</summary>
public sealed record FinishTurn
{
    /// <summary>The run as it was read.</summary>
    public required Run Run { get; init; }

    /// <summary>The run's version as it was read or last written; a run in another one is somebody else's by now.</summary>
    public required int Version { get; init; }

    /// <summary>Succeeded, failed or cancelled.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The conversation with its new state.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>The reply; null when a human owns the conversation.</summary>
    public ReplyMessage? Reply { get; init; }

    /// <summary>The handoff, when the turn made one.</summary>
    public Handoff? Handoff { get; init; }

    /// <summary>The run that waits for the end of the handoff's offer; null when it is offered to nobody.</summary>
    public RunRequest? Offer { get; init; }

    /// <summary>The dialogues the turn opened, continued or ended; mostly none.</summary>
    public IReadOnlyList<DialogueChange> Dialogues { get; init; } = [];

    /// <summary>The approvals the turn asks for; each ends by itself at its time.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>The steps of the turn itself.</summary>
    public required IReadOnlyList<JournalEntry> Steps { get; init; }

    /// <summary>The events, in order; run.finished is the last.</summary>
    public required IReadOnlyList<PendingEvent> Events { get; init; }

    /// <summary>The turn's result and decision record as JSON.</summary>
    public required string Result { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Error { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What a finished turn leaves behind.</summary>
/// <param name="Finished">False when another worker had already finished this run: nothing was written then.</param>
/// <param name="Next">The next run of the subject, already marked as running; null when none waits.</param>
public sealed record FinishResult(bool Finished, RunRef? Next);

/// <summary>What a dialogue waits for.</summary>
public enum DialogueWait
{
    /// <summary>A value from the customer.</summary>
    Slot,

    /// <summary>The customer's yes or no.</summary>
    Confirmation,

    /// <summary>Somebody's approval; nothing the customer writes goes on with it.</summary>
    Approval,

    /// <summary>Its turn: it has not begun, since another wish of the same message came first.</summary>
    Turn,

    /// <summary>Which of several specialists the customer means. Whatever else is written is no answer to it and is read for itself.</summary>
    Choice,
}

/// <summary>A dialogue that waits, with all it recorded.</summary>
public sealed record OpenDialogue(Guid RunId, int Version, DialogueInput Input, IReadOnlyList<JournalEntry> Journal)
{
    /// <summary>What it waits for.</summary>
    public DialogueWait Waits => IsLeft ? DialogueWait.Turn : Input.Options is not null ? DialogueWait.Choice : LastStep.Split(':')[0] switch
    {
        "confirm" => DialogueWait.Confirmation,
        "approval" => DialogueWait.Approval,
        _ => DialogueWait.Slot,
    };

    /// <summary>Whether it is a wish that was left behind another one of its message and has not begun.</summary>
    public bool IsLeft => Journal.Count == 0 && Input.Reason is DialogueInput.SecondIntent or DialogueInput.Dependent;

    /// <summary>Whether what the customer writes can be the answer it waits for.</summary>
    public bool AsksCustomer => Waits is DialogueWait.Slot or DialogueWait.Confirmation;

    /// <summary>The words it asked with last; null when those are not recorded.</summary>
    public string? Question => Journal.Count > 0 && Conversations.Journal.KindOf(Journal[^1].Name) is "ask" or "confirm" ? Conversations.Journal.ValueOf<string>(Journal[^1]) : null;

    /// <summary>The slot it asked for last.</summary>
    public string Slot => LastStep.Split(':')[^1].Split('.', '#')[0];

    /// <summary>The actions it performed, by their names.</summary>
    public IEnumerable<string> Performed => Journal.Where(e => e.Name.Contains("perform:", StringComparison.Ordinal) && Json.Read<PerformedStep>(e.Result).Value.Kind == Actions.PerformanceKind.Performed)
        .Select(e => e.Name[(e.Name.IndexOf("perform:", StringComparison.Ordinal) + "perform:".Length)..].Split('#')[0]);

    /// <summary>Whether it asked for an approval or performed something: then beginning it anew could do it twice.</summary>
    public bool HasActed => Journal.Any(e => e.Name.Contains("perform:", StringComparison.Ordinal) || e.Name.Contains("approval:", StringComparison.Ordinal));

    private sealed record PerformedStep(Actions.Performance Value);

    private string LastStep => Journal.Count > 0 ? Journal[^1].Name[(Journal[^1].Name.LastIndexOf('/') + 1)..] : string.Empty;
}

/// <summary>All a turn needs to know, read at one instant. <c>Dialogues</c> are those of the conversation that wait, the newest first; <c>Plan</c> is the key of the plan of the contact's customer, null without one.</summary>
public sealed record TurnState(
    Run Run,
    Tenant Tenant,
    Conversation Conversation,
    Contact? Contact,
    Message Trigger,
    IReadOnlyList<Message> History,
    IReadOnlyList<OpenDialogue> Dialogues,
    string? Plan)
{
    /// <summary>What the turn was started with.</summary>
    public TurnInput Input { get; init; } = Json.Read<TurnInput>(Run.Input);

    /// <summary>
    /// By which rules it is routed: 9, where amounts have the digits of their currency, more words of alarm are heard and an accepted leaf of success is kept; in the replay of older turns 8, where the desk's own words are in the language of the customer, 7, where an offer hears every bare yes and no and who works an answer out comes before an article at the beginning of a talk too, 6, where a message that names only what shall be other is asked of who answered last and every sentence passes the checks, 5, where a question behind a specialist's answer goes to whom it is about, 4, where the customer is asked back what is meant, 3, where wishes that are left and dialogues that are put aside are gone on
    /// with, 2, those of the routing agents, or 1, those before them.
    /// </summary>
    public int Rules { get; init; } = 9;

    /// <summary>Which policies held when the turn was read; null where that was not read with it.</summary>
    public PolicyMark? Policies { get; init; }

    /// <summary>Whether what was talked about last counts where the message is routed, and what the desk adds behind a reply is checked as the reply is.</summary>
    public bool FollowsOn => Rules >= 5;

    /// <summary>Whether amounts are read exactly, and an accepted leaf of success is kept whatever the account's state.</summary>
    public bool IsExact => Rules >= 9;

    /// <summary>Whether the desk's own words, and who of the staff is offered the conversation, go by the language of the message.</summary>
    public bool SpeaksBack => Rules >= 8;

    /// <summary>Whether an offer hears every bare yes and no, and a question that names figures is worked out although an article speaks of such things.</summary>
    public bool HearsAnswers => Rules >= 7;

    /// <summary>Whether what is told of the time of a handover is checked as all other words are.</summary>
    public bool ChecksTimes => Rules >= 6;

    /// <summary>Whether a message that names only what shall be other in the question before is asked of who answered that.</summary>
    public bool AsksAgain => Rules >= 6;

    /// <summary>Whether the customer is asked back where nothing is sure enough.</summary>
    public bool AsksBack => Rules >= 4;

    /// <summary>The clarifying question that waits for its answer; null when none does.</summary>
    public OpenDialogue? Asked => AsksBack ? Dialogues.FirstOrDefault(d => d.Waits == DialogueWait.Choice) : null;

    /// <summary>Whether wishes that are left and dialogues that are put aside are gone on with.</summary>
    public bool GoesOn => Rules >= 3;

    /// <summary>The wishes that were left behind others, in the order of mention.</summary>
    public IEnumerable<OpenDialogue> Left => GoesOn ? Dialogues.Where(d => d.IsLeft).Reverse() : [];

    /// <summary>Whether the guards check proposals and words; not in the replay of a turn that is older than these.</summary>
    public bool IsGuarded { get; init; } = true;

    /// <summary>What each agent recorded in this turn, by its id, when the turn is replayed; null when it is carried out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JournalEntry>>? Taken { get; init; }
}

/// <summary>The rows of the engine. A turn commits twice, accept and finish, and each is all or nothing.</summary>
public interface IRunStore
{
    /// <summary>Stores a customer's message and the run that answers it. The run is running at once when no other of its conversation is.</summary>
    Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken);

    /// <summary>Stores a person's message and makes the person the conversation's owner, unless it is a private note.</summary>
    Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken);

    /// <summary>Changes a conversation and gives it as it is then; null when there is none. What <see cref="ConversationChange.Apply"/> throws comes out, and nothing is changed.</summary>
    Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken);

    /// <summary>Reads what a turn needs; null when there is no such run or it has ended.</summary>
    Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken);

    /// <summary>Stores all a turn ends with and marks the subject's next run as running.</summary>
    Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken);

    /// <summary>The runs of all kinds that are marked as running and do not pause, oldest first: what a process that starts must take up.</summary>
    Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Counts one more attempt of a run and gives the new count.</summary>
    Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken);

    /// <summary>The events of a subject after the given number, at most <paramref name="limit"/>, in order.</summary>
    Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken);
}
