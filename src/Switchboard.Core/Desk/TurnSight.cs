using Switchboard.Core.Agents;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Sentiment;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>What the routing agents of a turn see of it. Everything comes from what the turn was read with, so a replay sees the same.</summary>
/// <param name="state">The turn.</param>
/// <param name="understood">What was understood of its message.</param>
/// <param name="account">What is known of the account.</param>
/// <param name="catalogue">The agents, for what those that may get it can do.</param>
internal sealed class TurnSight(TurnState state, Understood understood, AccountContext account, Catalogue catalogue)
{
    private const int mostEarlier = 12;
    private readonly Message[] earlier = [.. state.History.Where(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence).OrderBy(m => m.Sequence).TakeLast(mostEarlier)];

    /// <summary>What is wanted.</summary>
    public IntentReading Intents { get; } = Wanted(state, understood);

    /// <summary>The account as the routers look at it. The plan is known of every proven contact.</summary>
    public AccountSeen Account { get; } = AccountSeen.Of(account, state.Trigger.CreatedAt) with
    {
        Plan = account.Plan ?? state.Plan,
        Proof = state.Contact is null ? ContactProof.None : account.Proof == ContactProof.None ? ContactProof.Widget : account.Proof,
        IsCustomer = state.Contact?.CustomerId is not null || account.CustomerId is not null,
    };

    /// <summary>How much help the turn needs. How long such conversations took is not read in a turn, so what is expected is the prior.</summary>
    public Complexity Complexity => complexity ??= Assess();

    private Complexity? complexity;

    /// <summary>How the customer's messages sound, this one last.</summary>
    public MoodSeen Mood => mood ??= Sound();

    private MoodSeen? mood;

    /// <summary>What the escalation before any agent looks at.</summary>
    public EscalationSeen Before => before ??= Look();

    private EscalationSeen? before;

    /// <summary>Whether a tenant's policy could make people take this over. None can where the mood is not below zero, nothing alarming is said and nothing was asked before; then it need not be read.</summary>
    public bool MayEscalate => mayEscalate ??= May(Before);

    private bool? mayEscalate;

    /// <summary>Whether a specialist could get the message: by its utterances, by what the classifier reads, or since its dialogue or a choice among several waits.</summary>
    public bool MayChoose => state.Conversation.Owner != ConversationOwner.Human
        && (understood.Intents.Any(i => !IsDesk(i.AgentId)) || state.Dialogues.Any(d => d.Waits == DialogueWait.Choice || (d.AsksCustomer && !IsDesk(d.Input.AgentId)))
            || Intents.Intents.Any(i => i.Label is null ? i.Category is not null : LeafPlaces.DomainOf(i.Label) is not null) || Intents.Abstain == IntentAbstention.Clarify);

    /// <summary>The specialist whose words the message comes behind; null where it comes behind no specialist's.</summary>
    public static string? SpokeOf(TurnState state) => state.FollowsOn && state.History.LastOrDefault(m => m.Author == MessageAuthor.Agent)?.AgentId is { } spoke && !IsDesk(spoke) ? spoke : null;

    private static bool IsDesk(string agentId) => agentId.StartsWith(DeskAgents.Folder, StringComparison.Ordinal);

    private EscalationSeen Look()
    {
        bool courtesy = understood.Intents.Any(i => i.IsWholeMessage && i.AgentId == DeskAgents.SmallTalk);
        return new EscalationSeen
        {
            Pass = "pre",
            Text = state.Trigger.Text,
            Mood = Mood,
            Intents = [.. Intents.Intents.Select(WishSeen.Of)],
            Context = Account,
            Complexity = Complexity.Score,
            HearsAll = state.IsExact,
            // Thanks or a greeting is no question, however often it is said; an answer to what an agent asks is none either.
            Questions = courtesy || state.Dialogues.Any(d => d.AsksCustomer) ? [] : [.. earlier.Select(m => new SaidText(m.Text).Fingerprint())],
        };
    }

    private static bool May(EscalationSeen seen)
    {
        var said = new SaidText(seen.Text);
        return seen.Mood?.Last < 0 || Alarms.In(said, seen.HearsAll).Any() || seen.Intents!.Any(i => i.Leaf == "meta.human")
            || (seen.Questions is { Count: > 0 } questions && said.Fingerprint() is var asked && questions.Any(q => SaidText.Likeness(asked, [.. q]) >= 0.5));
    }

    /// <summary>What the escalation after the draft looks at.</summary>
    public EscalationSeen After(DraftSeen draft, double floor) => Before with
    {
        Pass = "post",
        Confidence = draft.IsUnsure ? draft.Confidence : Math.Max(draft.Confidence, floor),
        // Of the turn before it is kept whether it was unsure, and not how much.
        PreviousConfidence = state.Conversation.LowConfidenceStreak > 0 ? 0 : 1,
        Approvals = draft.Reason == "approval_refused" ? ["rejected"] : [],
        Forbidden = draft.Refuses,
        RefusalExplained = draft.Refuses && state.History.LastOrDefault(m => m.Author == MessageAuthor.Agent) is { Status: ReplyStatus.Declined } last && last.AgentId == draft.AgentId,
        Guards = draft.Blocked is { } guard ? [new GuardSaid(guard, "block", 2)] : [],
    };

    /// <summary>What the turn is routed on.</summary>
    public TurnSeen Seen(RouteInput input, EscalationVerdict before) => new()
    {
        Input = input,
        Intents = Intents,
        Text = state.Trigger.Text,
        Account = Account,
        Complexity = Complexity.Score,
        Now = state.Trigger.CreatedAt,
        HearsOrders = state.GoesOn,
        WorksOut = state.HearsAnswers,
        AsksBack = state.AsksBack,
        Asked = state.Asked?.Input.Options,
        Spoke = SpokeOf(state),
        Again = state.AsksAgain ? FollowUp.Of(state.Trigger.Text, understood.Entities) : null,
        // A courtesy between two questions is no step further.
        Clarifications = state.AsksBack ? state.History.Where(m => m.Author == MessageAuthor.Agent && m.AgentId != DeskAgents.SmallTalk).Reverse().TakeWhile(m => m.AgentId == DeskAgents.Clarifier && m.Status == ReplyStatus.NeedsInfo).Count() : 0,
        AfterAnswer = state.History.LastOrDefault(m => m.Author == MessageAuthor.Agent) is { Status: ReplyStatus.Answered, Citations.Count: > 0 },
        Before = before,
    };

    /// <summary>What the move to people is decided on.</summary>
    public HandoffFacts Handing(string from, string team, string reason, EscalationVerdict verdict, StaffSeen? staff) => new()
    {
        From = from,
        To = team,
        Reason = reason,
        // Whoever gives it away in a turn declares its own codes; the desk hands over only with codes of its list.
        Declared = [reason],
        Owner = "bot",
        Language = state.SpeaksBack && understood.Language != "und" ? understood.Language : state.Conversation.Language,
        Category = team,
        Priority = verdict.Priority.ToString(),
        Plan = Account.Plan,
        Staff = staff?.Staff,
        Queued = staff?.Queued,
    };

    /// <summary>Where people get it, how soon, and what the customer is told of the time.</summary>
    public HandoffMove Move(HandoffFacts handing, TenantPolicies policies, DateTimeOffset now) =>
        HandoffRules.Decide(handing, now, policies, policies.BusinessHours.Calendar(state.Tenant.TimeZone)).Value!;

    /// <summary>
    /// The utterances that were matched; where none was and nothing is asked, the specialists that the classifier is sure of. Courtesies and the wish for a person are taken
    /// from utterances alone, which say them word for word.
    /// </summary>
    private static IntentReading Wanted(TurnState state, Understood understood)
    {
        IntentReading matched = TurnRouting.Read(understood, state.Trigger.Text.Length);
        if (state.Dialogues.Any(d => d.AsksCustomer) || understood.Reading is not { } reading) return matched;
        // Where nothing is sure, what is likely is what the customer can be asked about.
        if (state.AsksBack && matched.Intents.Count == 0 && Likely(reading) is { } likely) return likely;
        if (reading.Abstain != IntentAbstention.None) return matched;
        ReadIntent[] leaves = [.. reading.Intents.Where(i => i.Label is { } label && LeafPlaces.DomainOf(label) is not null)];
        // An utterance stands for the whole message; what its parts want is told by the classifier alone.
        bool several = state.GoesOn && leaves.DistinctBy(l => l.Label).Count() > 1 && matched.Intents.All(m => leaves.Any(l => l.Label == m.Label));
        return leaves.Length == 0 || (matched.Intents.Count > 0 && !several) ? matched : reading with { Intents = leaves };
    }

    /// <summary>A reading that is sure of a category alone, or of nothing but that a question would settle it; null for any other.</summary>
    private static IntentReading? Likely(IntentReading reading) => reading switch
    {
        { Abstain: IntentAbstention.Clarify } => reading with { Intents = [] },
        { Abstain: IntentAbstention.None, Intents: [{ Label: null, Category: { } category }] } when LeafPlaces.DomainOf(category) is not null => reading,
        _ => null,
    };

    private Complexity Assess()
    {
        ReadIntent[] wishes = [.. Intents.Intents.Where(i => LeafPlaces.DomainOf(i.Label ?? string.Empty) is not null)];
        return TurnComplexity.Assess(new ComplexityInput
        {
            Text = state.Trigger.Text,
            Language = understood.Language == "und" ? null : understood.Language,
            Intents = [.. wishes.Select(i => new AcceptedIntent(i.Label, i.Category))],
            Abstain = Intents.Abstain,
            Entities = understood.Entities,
            Candidates = [.. wishes.Select(i => new CandidateLeaf(i.Label!, Acts: catalogue.ById.TryGetValue(i.Label!, out AgentCard? card) && card.Capabilities.Any(c => c.StartsWith("act:", StringComparison.Ordinal))))],
            Account = account,
            Reopened = state.Conversation.ReopenedCount > 0,
            HearsAll = state.IsExact,
        });
    }

    private MoodSeen Sound()
    {
        string language = understood.Language == "und" ? state.Conversation.Language ?? state.Tenant.Locale : understood.Language;
        // A message whose mood cannot be measured says nothing about those before it.
        return understood.Sentiment is not { } last
            ? new MoodSeen()
            : new MoodSeen { Score = last, Earlier = new Lazy<IReadOnlyList<double>>(() => [.. earlier.Select(m => SentimentAnalyzer.Analyze(m.Text, language).Score).OfType<double>()]) };
    }
}

/// <summary>What of a draft the escalation looks at.</summary>
/// <param name="Confidence">0..1.</param>
/// <param name="IsUnsure">Whether that is below the tenant's floor.</param>
/// <param name="Reason">Why its agent stopped; null when it did not.</param>
/// <param name="Blocked">The check that stopped it; null when none did.</param>
/// <param name="AgentId">Who speaks.</param>
/// <param name="Refuses">Whether a policy forbids what was asked.</param>
internal readonly record struct DraftSeen(double Confidence, bool IsUnsure, string? Reason, string? Blocked, string AgentId, bool Refuses);
