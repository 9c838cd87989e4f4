using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>Moves a conversation once: to an agent within a turn, or to people with a case file. Pure; who writes it is the finish of the turn.</summary>
public static partial class HandoffRules
{
    /// <summary>Agents of a turn after which it goes to people.</summary>
    public const int MostMovesOfTurn = 3;

    private const int mostMovesOfConversation = 6;
    private const int mostOfPair = 2;
    private const int mostOffers = 2;
    private static readonly TimeSpan offer = TimeSpan.FromMinutes(5), urgentOffer = TimeSpan.FromMinutes(2);

    /// <summary>The codes with which an agent gives a turn to another.</summary>
    public static readonly FrozenSet<string> AgentCodes = FrozenSet.Create(StringComparer.Ordinal,
        "out_of_scope", "missing_capability", "needs_other_data", "second_intent", "verification_failed", "approval_needed", "customer_request", "policy_forbids", "low_confidence", "handoff_loop");

    /// <summary>Codes of the desk itself, beside those of the escalation.</summary>
    private static readonly FrozenSet<string> deskCodes = FrozenSet.Create(StringComparer.Ordinal, "tool_failed", "dialogue_changed", "dialogue_loop", "no_consensus", "clarify");

    /// <summary>Decides the move, or says by a code why there is none.</summary>
    public static Finding<HandoffMove> Decide(HandoffFacts facts, DateTimeOffset now, TenantPolicies policies, BusinessCalendar calendar)
    {
        if (facts.From is not { } from || facts.To is not { } to || facts.Reason is not { } reason) return new Stop("invalid_input", "Say from whom, to whom and why: from, to and reason.");
        if (facts.FirstResult is { } before) return new HandoffMove { To = before, Kind = KindOf(before), Code = reason, LoopCount = Loops(facts, from, before), CaseFile = facts.CaseFile };
        if (facts.Owner is not { } owner) return new Stop("invalid_input", "Say who owns the conversation: owner.");
        if (owner != "bot") return new Stop("owner_conflict", owner == "human" ? "A person owns the conversation already; nothing is changed." : "The conversation is closed; nothing is changed.");
        bool toAgent = IsAgent(to);
        if (!AgentCodes.Contains(reason) && (toAgent || !IsHumanCode(reason, facts.Declared))) return new Stop("bad_reason", $"{reason} is no code of a handoff{(toAgent ? " between agents" : "")}.");

        int loops = Loops(facts, from, to);
        if (!toAgent) return ToPeople(facts, to, reason, loops, now, policies, calendar);
        // A breach of the guard ends the journey between agents.
        string? breach = to == from || (facts.TurnAgents ?? []).Contains(to) ? $"{to} had this turn already"
            : loops >= mostOfPair ? $"{from} gave it to {to} {loops} times already"
            : (facts.TurnMoves ?? Math.Max(0, (facts.TurnAgents?.Count ?? 1) - 1)) >= MostMovesOfTurn ? $"the turn moved {MostMovesOfTurn} times already"
            : (facts.Moves?.Count ?? 0) >= mostMovesOfConversation ? $"the conversation moved {mostMovesOfConversation} times already" : null;
        if (breach is null) return new HandoffMove { To = to, Kind = "agent", Code = reason, Accepted = true, LoopCount = loops, CaseFile = facts.CaseFile };
        return ToPeople(facts, facts.Category ?? "support", "handoff_loop", loops, now, policies, calendar) with { Rejected = [new NotTaken(to, breach)] };
    }

    /// <summary>Whether people may be given a conversation with a code: one of the escalation, of the desk, or one the giving agent declares.</summary>
    public static bool IsHumanCode(string reason, IReadOnlyList<string>? declared) =>
        EscalationDecider.Pre.Contains(reason) || EscalationDecider.Post.Contains(reason) || deskCodes.Contains(reason) || AgentCodes.Contains(reason) || declared?.Contains(reason) == true;

    private static HandoffMove ToPeople(HandoffFacts facts, string to, string reason, int loops, DateTimeOffset now, TenantPolicies policies, BusinessCalendar calendar)
    {
        Priority priority = Enum.TryParse(facts.Priority, ignoreCase: true, out Priority given) ? given : Priority.Normal;
        SlaTarget sla = policies.Sla.Target(facts.Plan, priority);
        DateTimeOffset due = (sla.AroundTheClock ? BusinessCalendar.AroundTheClock : calendar).Add(now, sla.FirstResponse);
        var words = HandoffWords.In(facts.Language);
        bool named = (facts.Staff ?? []).Any(s => s.Id == to);
        string team = named ? facts.Category ?? "support" : to;
        (Candidate User, string? Why)[] tested = [.. (facts.Staff ?? []).Select(s => (s, Refusal(s, facts, named ? to : null, team)))];
        string[] order = [.. tested.Where(t => t.Why is null).Select(t => t.User).OrderBy(u => (decimal)u.Open / u.Capacity).ThenByDescending(u => u.IdleMinutes).ThenBy(u => u.Id, StringComparer.Ordinal).Select(u => u.Id)];
        NotTaken[] rejected = [.. tested.Where(t => t.Why is not null).Select(t => new NotTaken(t.User.Id, t.Why!))];
        int offered = (facts.Declined ?? []).Distinct(StringComparer.Ordinal).Count();
        CaseFile? file = facts.CaseFile is { } all && facts.SeesPersonalData == false ? Masked(all) : facts.CaseFile;
        if (order.Length > 0 && offered < mostOffers)
        {
            return new HandoffMove
            {
                To = order[0],
                Kind = "user",
                Team = team,
                Code = reason,
                Candidates = order,
                Rejected = rejected,
                LoopCount = loops,
                DueAt = due,
                CaseFile = file,
                OfferUntil = now + (priority == Priority.Urgent ? urgentOffer : offer),
                CustomerText = words.Taken(due, now),
            };
        }

        DateTimeOffset there = calendar.NextOpen(now);
        bool open = there <= now;
        return new HandoffMove
        {
            To = team,
            Kind = "queue",
            Team = team,
            Code = reason,
            Candidates = order,
            Rejected = rejected,
            LoopCount = loops,
            DueAt = due,
            QueuePosition = (facts.Queued ?? 0) + 1,
            PeopleAt = open ? null : there,
            CaseFile = file,
            NotifyLead = offered >= mostOffers,
            CustomerText = open ? words.Queued(rejected.Any(r => r.Why.EndsWith(" conversations", StringComparison.Ordinal)), due, now)
                // Who is served around the clock is answered before the office opens: without a word of why, the two times contradict each other.
                : sla.AroundTheClock && due < there ? words.AroundTheClock(there, due, now)
                : words.Closed(there, due, now),
        };
    }

    /// <summary>Why a member of the staff cannot take it; null when they can.</summary>
    private static string? Refusal(Candidate user, HandoffFacts facts, string? named, string team) =>
        !user.Active ? "the account is not active"
        : !user.Online ? "is not online"
        : user.Open >= user.Capacity ? $"has {user.Open} of {user.Capacity} conversations"
        : facts.Declined?.Contains(user.Id) == true ? "did not take it in time"
        : facts.Language is { Length: > 1 } language && language != "und" && user.Languages.Count > 0 && !user.Languages.Any(l => Base(l) == Base(language)) ? $"does not speak {language}"
        : named is not null ? user.Id == named ? null : "another colleague is named"
        : user.Skills.Any(s => s == team || s == facts.Category) ? null : $"knows neither {team}{(facts.Category is { } c && c != team ? $" nor {c}" : "")}";

    /// <summary>The facts with addresses and numbers of persons blotted out, for a receiver who may not see them.</summary>
    private static CaseFile Masked(CaseFile file) => file with
    {
        ReplyEmail = file.ReplyEmail is null ? null : "•••",
        Who = Blot(file.Who),
        Wish = Blot(file.Wish),
        OpenQuestion = Blot(file.OpenQuestion),
        SuggestedNextStep = Blot(file.SuggestedNextStep),
        Facts = [.. file.Facts.Select(f => f with { Text = Blot(f.Text) })],
        Tried = [.. file.Tried.Select(t => t with { Result = Blot(t.Result) })],
    };

    private static string Blot(string text) => Personal().Replace(text, "•••");

    private static int Loops(HandoffFacts facts, string from, string to) => (facts.Moves ?? []).Count(m => m.From == from && m.To == to);

    private static bool IsAgent(string to) => to.Contains('/', StringComparison.Ordinal);

    private static string KindOf(string to) => IsAgent(to) ? "agent" : Guid.TryParse(to, out _) ? "user" : "queue";

    private static string Base(string tag) => tag.Split('-')[0].ToLowerInvariant();

    [GeneratedRegex(@"[^\s<>@]+@[^\s<>@]+|\+?\d[\d \-/]{7,}\d", RegexOptions.NonBacktracking)]
    private static partial Regex Personal();
}
