using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The guards of one turn: on each proposal before it is offered and before it is done, and on the words of the reply before they are recorded.</summary>
/// <param name="rows">Where they look into rows.</param>
/// <param name="state">The turn.</param>
/// <param name="note">Takes what they say, for the decision record.</param>
public sealed class TurnGuard(IGuardRows rows, TurnState state, Action<GuardVerdict> note)
{
    /// <summary>The name of the policy check in the decision record.</summary>
    public const string Policy = "qa/policy-checker";

    /// <summary>The name of the fact check in the decision record.</summary>
    public const string Facts = "qa/fact-checker";

    private const string rulePrefix = "guard.";
    private const int longestExcerpt = 120;

    private readonly HashSet<string> letOut = new(StringComparer.Ordinal);
    private readonly List<string> others = [];
    private readonly List<PaidBack> payments = [];
    private bool hasRead;

    /// <summary>What they read of rows, for the journal; null when they read nothing.</summary>
    public GuardReads? Reads => hasRead ? new GuardReads([.. others.Select(GuardReads.DigestOf)], payments) : null;

    /// <summary>Whether each sentence of a reply may go out: the guards looked at it, or it states nothing.</summary>
    public bool LetsOut(Reply reply) => reply.Sentences.All(s => letOut.Contains(s.Text));

    /// <summary>Lets out words of the desk's own that state nothing, and those of a turn that was older than their check.</summary>
    internal void LetOut(Reply reply) => letOut.UnionWith(reply.Sentences.Select(s => s.Text));

    /// <summary>A proposal as it may be offered: refused by the rule that stops it, with nothing left to perform.</summary>
    public async Task<ActionPreview> OfferAsync(ActionPreview offered, TenantPolicies policies, CancellationToken cancellationToken)
    {
        if (!offered.Allowed) return offered;
        IReadOnlyList<Issue> issues = await LookAsync(offered, policies, cancellationToken);
        note(VerdictOf(Policy, issues, "the proposal keeps the rules of money and identity", issues.Any(i => i.Class == "identity"), $"proposal {offered.Action}", "it was not offered, and nothing was done"));
        return issues.Count == 0 ? offered : offered with
        {
            Allowed = false,
            Clause = ClauseOf(issues),
            NeededScope = null,
            Digest = string.Empty,
            Stopped = new StoppedOffer(offered.Clause, offered.NeededScope, offered.Digest),
        };
    }

    /// <summary>Why an offer that was agreed to may not be done now; null when it may.</summary>
    public async Task<Clause?> PerformingAsync(ActionPreview offered, TenantPolicies policies, CancellationToken cancellationToken)
    {
        IReadOnlyList<Issue> issues = await LookAsync(offered, policies, cancellationToken);
        return issues.Count == 0 ? null : ClauseOf(issues);
    }

    /// <summary>Takes note of what was stopped before it was done; in a replay from what the journal holds of it.</summary>
    public void Stopped(string action, Clause clause)
    {
        if (clause.Rule.StartsWith(rulePrefix, StringComparison.Ordinal)) note(new GuardVerdict(Policy, false, clause.Text) { On = $"performance {action}", Verdict = "block", Instead = "nothing was done" });
    }

    /// <summary>
    /// Checks the words. Gives the reply that may go out: as it is, or without the sentences that may not where the others say enough; null when none may, with the reason.
    /// </summary>
    /// <param name="reply">The words.</param>
    /// <param name="speakers">The cards they are of; whoever speaks last stands last.</param>
    /// <param name="journal">What they stand on.</param>
    /// <param name="context">What was read of the account; null where nothing was.</param>
    /// <param name="effects">Where the policies are read.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <param name="on">What of a reply they are, for the record; null for a reply. The words of a card that hand over state nothing, but what is added to them does.</param>
    internal async Task<(Reply? Reply, string? Why)> WordsAsync(Reply reply, IReadOnlyList<AgentCard> speakers, IReadOnlyList<JournalEntry> journal, CustomerContext? context, TurnEffects effects, CancellationToken cancellationToken, string? on = null)
    {
        bool isHandoff = on is null && speakers[^1].Id == DeskAgents.HumanHandoff;
        ReplyFindings found = await FindAsync(reply);
        if (found.Verdict == Verdict.Pass)
        {
            Note(found, instead: null, on);
            LetOut(reply);
            return (reply, null);
        }

        // A revision leaves out what is wrong; an offer or a question makes no sense without one of its sentences.
        Reply? kept = Without(reply, found);
        if (kept is not null && (await FindAsync(kept)).Verdict != Verdict.Pass) kept = null;
        Note(found, kept is null && on is null ? "people take over" : "the sentences were left out", on);
        if (kept is not null) LetOut(kept);
        return (kept, kept is null ? Said([.. found.Policy, .. found.Facts]) : null);

        async Task<ReplyFindings> FindAsync(Reply draft)
        {
            string own = OwnWords(draft), quoted = string.Join('\n', draft.Sentences.Where(s => s.Citations.Count > 0).Select(s => s.Text));
            NamedInText named = NamesInText.Of(own, quoted, Known(speakers));
            if (named.IsEmpty && !ReplyGuard.MayClaim(own)) return ReplyFindings.None;
            IReadOnlyList<string> foreign = named.IsEmpty ? [] : await OthersAsync(named, cancellationToken);
            if (!ReplyGuard.MayClaim(own) && foreign.Count == 0) return ReplyFindings.None;
            ReplyFindings words = own.Length == 0 ? ReplyFindings.None : await OwnAsync(own, draft, foreign);
            return words with { Policy = [.. words.Policy, .. foreign.Where(f => !own.Contains(f, StringComparison.OrdinalIgnoreCase)).Select(f => InQuote(quoted, f))] };
        }

        async Task<ReplyFindings> OwnAsync(string own, Reply draft, IReadOnlyList<string> foreign)
        {
            if (!ReplyGuard.HasFigures(own) && ReplyGuard.Check(own, draft, isHandoff, state, RunValues.Of([], [], TimeZoneInfo.Utc, state.Tenant.Currency), null, foreign, unread) is { Policy.Count: 0, Facts.Count: 0 }) return ReplyFindings.None;
            RunValues run = RunValues.Of(journal, context is null ? [] : [Json.Write(context)], ZoneOf(), state.Tenant.Currency);
            foreach (string text in Written()) run.Said(text);
            return ReplyGuard.Check(own, draft, isHandoff, state, run, context, foreign, await effects.PoliciesAsync());
        }
    }

    /// <summary>What is known and what the policies say is looked up only where the words name a figure, or where they look wrong without it.</summary>
    private static readonly CurrentPolicies unread = new(0, TenantPolicies.Default);

    /// <summary>The sentences that cite nothing: the desk's own.</summary>
    private static string OwnWords(Reply reply) => string.Join(Reply.Separator, reply.Sentences.Where(s => s.Citations.Count == 0).Select(s => s.Text));

    private static Reply? Without(Reply reply, ReplyFindings found)
    {
        if (reply.Status is not (Domain.Support.ReplyStatus.Answered or Domain.Support.ReplyStatus.Declined) || reply.Sentences.Count < 2) return null;
        var kept = new List<ReplySentence>();
        int at = 0;
        foreach (ReplySentence sentence in reply.Sentences)
        {
            if (sentence.Citations.Count > 0)
            {
                if (!found.Policy.Any(i => i.Place.Start < 0 && sentence.Text.Contains(i.Excerpt, StringComparison.OrdinalIgnoreCase))) kept.Add(sentence);
                continue;
            }

            (int start, int end) = (at, at + sentence.Text.Length);
            at = end + Reply.Separator.Length;
            if (!found.Policy.Concat(found.Facts).Any(i => i.Place.Start >= 0 && i.Place.Start < end && start < i.Place.End)) kept.Add(sentence);
        }

        return kept.Count == 0 || kept.Count == reply.Sentences.Count ? null : reply with { Sentences = kept };
    }

    private static Issue InQuote(string quoted, string name) => new("I2", IssueSeverity.Critical, new Place(-1, -1), quoted.Substring(Math.Max(0, quoted.IndexOf(name, StringComparison.OrdinalIgnoreCase)), name.Length), "policy/I2") { Why = "It names data of another customer.", Class = "identity" };

    /// <summary>What is no secret from the reader: who it is, what was written in the talk by the reader, and the words of the cards.</summary>
    private List<string> Known(IReadOnlyList<AgentCard> speakers)
    {
        List<string> known = [.. Written(), .. speakers.SelectMany(c => c.Texts.Values), state.Tenant.Name];
        if (state.Contact is { } contact) known.AddRange([contact.Name, contact.Email]);
        if (state.Conversation.ReplyEmail is { } email) known.Add(email);
        return known;
    }

    private IEnumerable<string> Written() => state.History.Where(m => m.Author == Domain.Support.MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence).Select(m => m.Text).Append(state.Trigger.Text);

    private TimeZoneInfo ZoneOf() => TimeZoneInfo.TryFindSystemTimeZoneById(state.Tenant.TimeZone, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;

    private async Task<IReadOnlyList<string>> OthersAsync(NamedInText named, CancellationToken cancellationToken)
    {
        hasRead = true;
        IReadOnlyList<string> rowsHold = await rows.OfOthersAsync(state.Run.TenantId, state.Contact?.CustomerId, named, cancellationToken);
        // As the words write it, not as a row does: a replay knows the words alone.
        IReadOnlyList<string> found = [.. named.All.Where(n => rowsHold.Contains(n, StringComparer.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)];
        others.AddRange(found.Where(f => !others.Contains(f)));
        return found;
    }

    private async Task<IReadOnlyList<Issue>> LookAsync(ActionPreview offered, TenantPolicies policies, CancellationToken cancellationToken)
    {
        IReadOnlyList<PaidBack> paid = [];
        if (ProposalGuard.PaymentsOf(offered.Changes) is { Count: > 0 } asked)
        {
            hasRead = true;
            paid = await rows.PaymentsAsync(state.Run.TenantId, asked, cancellationToken);
            payments.RemoveAll(p => asked.Contains(p.PaymentId));
            payments.AddRange(paid);
        }

        return ProposalGuard.Check(offered.Changes, offered.NeededScope, state.Contact?.CustomerId, paid, policies);
    }

    /// <summary>Notes what both say of the words. Where they name what is another's, neither repeats them: who wrote may read why.</summary>
    private void Note(ReplyFindings found, string? instead, string? on)
    {
        bool isSecret = found.Policy.Any(i => i.Class == "identity");
        note(VerdictOf(Policy, found.Policy, "the words break no rule of what may be said", isSecret, on, instead));
        note(VerdictOf(Facts, isSecret ? [.. found.Facts.Select(i => i with { Why = "What it says is withheld here." })] : found.Facts, "the words state nothing that no record holds", isSecret, on, instead));
    }

    private static GuardVerdict VerdictOf(string name, IReadOnlyList<Issue> issues, string fine, bool isSecret, string? on = null, string? instead = null)
    {
        Verdict verdict = Verdicts.Of(issues);
        return new GuardVerdict(name, verdict == Verdict.Pass, issues.Count == 0 ? fine : Said(issues))
        {
            On = on,
            Verdict = verdict == Verdict.Pass ? null : verdict.ToString().ToLowerInvariant(),
            Issues = issues.Count == 0 ? null : [.. issues.Select(i => new GuardIssue(i.Kind, i.Severity, isSecret ? null : i.Excerpt.Length <= longestExcerpt ? i.Excerpt : i.Excerpt[..longestExcerpt] + "…", i.Evidence, i.Why ?? string.Empty))],
            Instead = verdict == Verdict.Pass ? null : instead,
        };
    }

    private static string Said(IReadOnlyList<Issue> issues) => string.Join("; ", issues.Where(i => i.Severity <= IssueSeverity.High).DefaultIfEmpty(issues[0]).Select(i => $"{i.Kind}: {i.Why}").Distinct(StringComparer.Ordinal));

    private static Clause ClauseOf(IReadOnlyList<Issue> issues) => new($"{rulePrefix}{issues[0].Kind}", issues[0].Why ?? issues[0].Kind);
}
