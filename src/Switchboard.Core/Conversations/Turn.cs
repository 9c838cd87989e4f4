using System.Diagnostics;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>What a dialogue waits with.</summary>
/// <param name="Status">What the words are: a question for a slot, for a yes, or the news that people must approve.</param>
/// <param name="Text">The words.</param>
public sealed record Question(ReplyStatus Status, string Text);

/// <summary>What a specialist sees of a turn, and the steps it may take. The clock, the facts and the customer's words are read through it alone.</summary>
public sealed partial class Turn
{
    private readonly Journal journal;
    private readonly IFacts facts;
    private readonly AgentEffects effects;
    private readonly string prefix;
    private readonly TaskCompletionSource<Question> parked;

    internal Turn(AgentCard card, TurnState state, Understood understood, DialogueInput opening, Journal journal, IFacts facts, AgentEffects effects, DateTimeOffset now)
    {
        Card = card;
        State = state;
        Understood = understood;
        Opening = opening;
        Now = now;
        this.journal = journal;
        this.facts = facts;
        this.effects = effects;
        prefix = string.Empty;
        NamesOf = _ => [];
        parked = new TaskCompletionSource<Question>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Turn(Turn outer, string key)
    {
        Card = outer.Card;
        State = outer.State;
        Understood = outer.Understood;
        Opening = outer.Opening;
        Now = outer.Now;
        journal = outer.journal;
        facts = outer.facts;
        effects = outer.effects;
        parked = outer.parked;
        NamesOf = outer.NamesOf;
        Follows = outer.Follows;
        prefix = $"{outer.prefix}{key}/";
    }

    /// <summary>The agent's own card.</summary>
    public AgentCard Card { get; }

    /// <summary>The wish the dialogue serves and why it was given to this specialist.</summary>
    public DialogueInput Opening { get; }

    /// <summary>The turn's instant: the clock of everything the specialist does.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>What was understood of the message that triggers this turn.</summary>
    public Understood Understood { get; }

    /// <summary>The conversation.</summary>
    public Conversation Conversation => State.Conversation;

    /// <summary>The proven contact; null for a visitor.</summary>
    public Contact? Contact => State.Contact;

    /// <summary>The messages before the trigger, oldest first.</summary>
    public IReadOnlyList<Message> History => State.History;

    /// <summary>The message that triggers this turn.</summary>
    public Message Trigger => State.Trigger;

    /// <summary>The names an agent is called by, that in the language the customer is spoken with first.</summary>
    public Func<string, IReadOnlyList<string>> NamesOf { get; internal init; }

    /// <summary>
    /// What this agent was asked before, oldest first, where the message names only what shall be other in it: the question that was asked in full, and what was other in it since. Empty where the
    /// message asks something by itself.
    /// </summary>
    public IReadOnlyList<SaidEarlier> Follows { get; internal init; } = [];

    /// <summary>Where an answer can be sent, when it is known without asking.</summary>
    public string? KnownEmail => Contact?.Email ?? Conversation.ReplyEmail;

    /// <summary>All that was read for the turn.</summary>
    public TurnState State { get; }

    internal Task<Question> Parked => parked.Task;

    /// <summary>How often a slot is asked for before the desk goes on without it.</summary>
    public const int MostAsks = 2;

    /// <summary>A value from the customer: found in what was written, else asked for. Ends as not given when the customer declines or was asked twice.</summary>
    /// <param name="slot">What is needed.</param>
    /// <param name="text">The card's text that asks for it; the second time the text <c>{text}-again</c>.</param>
    /// <param name="finding">What the placeholders of the texts are filled from.</param>
    public Step<Given<T>> Need<T>(Slot<T> slot, string text, object? finding = null)
    {
        string need = NameOf("need", slot.Name);
        string ask = Beside(need, "ask");
        int asked = 0;
        while (journal.NextIs(asked == 0 ? ask : $"{ask}.{asked + 1}"))
        {
            journal.TryReplay<string>(asked == 0 ? ask : $"{ask}.{asked + 1}", out _);
            asked++;
        }
        if (journal.TryReplay(need, out Given<T> given)) return Done(given);
        if (journal.TryCarry(need, out Given<T> earlier) && earlier.Has) return Recorded(need, earlier);

        // Only a message can hold it: an approval or a time that comes leaves the question as it stands.
        if (!IsMessage) return Waits<Given<T>>(new Question(ReplyStatus.NeedsInfo, Card.Say(text, finding)));
        // The message that opened the dialogue and each answer to it are looked through; a message that went to another agent never comes here.
        if (slot.Find(Understood, out T value)) return Recorded(need, new Given<T>(true, value));
        bool declined = asked > 0 && Understood.Intents.Any(i => i.Label == "no");
        if (declined || asked >= MostAsks) return Recorded(need, new Given<T>(false, default));

        string words = Card.Say(asked == 0 ? text : $"{text}-again", finding);
        journal.Record(asked == 0 ? ask : $"{ask}.{asked + 1}", words);
        return Waits<Given<T>>(new Question(ReplyStatus.NeedsInfo, words));
    }

    /// <summary>Facts, read once and recorded with the run: replay gives what was read then.</summary>
    public Step<T> Read<T>(string key, Func<IFacts, Task<T>> read)
    {
        string name = NameOf("read", key);
        return journal.TryReplay(name, out T recorded) ? Done(recorded) : new Step<T>(ReadAndRecord());

        async Task<T> ReadAndRecord()
        {
            journal.BeforeWork(name);
            using Activity? span = Spans.Step(name);
            T result = await read(facts);
            journal.Record(name, result);
            return result;
        }
    }

    /// <summary>A pure rule whose result a branch or a sentence depends on, recorded so that replay takes the same branch.</summary>
    public Step<T> Decide<T>(string key, Func<T> rule)
    {
        string name = NameOf("decide", key);
        return journal.TryReplay(name, out T recorded) ? Done(recorded) : Recorded(name, rule());
    }

    /// <summary>A rule of the tenant's policies, recorded as any other decision.</summary>
    public Step<T> Decide<T>(string key, Func<TenantPolicies, T> rule)
    {
        string name = NameOf("decide", key);
        return journal.TryReplay(name, out T recorded) ? Done(recorded) : new Step<T>(DecideAndRecord());

        async Task<T> DecideAndRecord()
        {
            T result = rule(await effects.PoliciesAsync());
            journal.Record(name, result);
            return result;
        }
    }

    /// <summary>Facts as an agent that is called by name loads them, read once and recorded with the run.</summary>
    public Step<T> Read<T>(string key, Func<IRowFacts, AgentBasis, Task<T>> read) => Read(key, async rows => await read(rows, await BasisAsync()));

    /// <summary>What an agent that is called by name computes, recorded as any other decision.</summary>
    public Step<T> Decide<T>(string key, Func<AgentBasis, T> rule) => Decide(key, (TenantPolicies policies) => rule(Basis(policies)));

    private async Task<AgentBasis> BasisAsync() => Basis(await effects.PoliciesAsync());

    private AgentBasis Basis(TenantPolicies policies) => new(Now, TimeZoneInfo.TryFindSystemTimeZoneById(State.Tenant.TimeZone, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc, State.Tenant.Currency, policies) { Card = Card, SeesPersonalData = Contact is not null };

    /// <summary>
    /// Whether this place of the journal holds a step that was recorded by an earlier version of the talk. A talk that got new steps since asks this before them and leaves
    /// them out for who began before: so what is under way goes on instead of beginning anew.
    /// </summary>
    /// <param name="name">The step that the earlier version took here: <c>read:payments</c>.</param>
    public bool GoesOnFrom(string name) => journal.NextIs(prefix + name);

    /// <summary>Another talk inside this one, whose steps stand in the journal behind its key. What it ends with, this one goes on with.</summary>
    public Dialogue<T> Sub<T>(string key, Func<Turn, Dialogue<T>> talk) => talk(new Turn(this, key));

    /// <summary>The tenant's calendar day of the turn.</summary>
    public DateOnly Today => State.Tenant.DayOf(Now);

    /// <summary>A reply of one sentence of the desk's own words.</summary>
    public Reply Say(ReplyStatus status, string text, object? finding = null, double confidence = 1, string? reason = null) => new()
    {
        Status = status,
        Sentences = [new ReplySentence(Card.Say(text, finding), [])],
        Confidence = confidence,
        Reason = reason,
    };

    /// <summary>Whether a customer's message triggers this turn.</summary>
    private bool IsMessage => State.Input.Trigger == TurnTrigger.Message;

    private string NameOf(string kind, string key) => journal.NameOf(prefix, kind, key);

    /// <summary>The name of a step that belongs to another one: its own kind before the same key.</summary>
    private string Beside(string name, string kind) => $"{prefix}{kind}:{name[(name.IndexOf(':', prefix.Length) + 1)..]}";

    private Step<T> Waits<T>(Question question)
    {
        parked.TrySetResult(question);
        return new Step<T>(null);
    }

    private static Step<T> Done<T>(T result) => new(Task.FromResult(result));

    private Step<T> Recorded<T>(string name, T result)
    {
        journal.Record(name, result);
        return Done(result);
    }
}

/// <summary>A message of the customer from an earlier turn.</summary>
/// <param name="Text">The message.</param>
/// <param name="Understood">What was understood of it.</param>
public sealed record SaidEarlier(string Text, Understood Understood);

/// <summary>A slot's value, or the knowledge that the customer does not give it.</summary>
/// <param name="Has">Whether the value is there.</param>
/// <param name="Value">The value; the type's default when it is not there.</param>
public sealed record Given<T>(bool Has, T? Value);
