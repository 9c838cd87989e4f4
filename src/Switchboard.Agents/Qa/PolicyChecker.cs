using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Desk.Guards;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;
using Checker = Switchboard.Core.Desk.Guards.PolicyChecker;

namespace Switchboard.Agents.Qa;

/// <summary>Decides whether a draft may be said to this person now. The component is <see cref="Checker"/>, which the desk calls as well; this is its face.</summary>
[Agent("qa/policy-checker")]
public sealed class PolicyChecker : Guard<GuardDraft, PolicyCheckFacts, PolicyCheckFinding>
{
    private const int mostMoods = 20;

    /// <inheritdoc />
    protected override async Task<Finding<PolicyCheckFacts>> LoadAsync(GuardDraft draft, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        Guid? own = draft.CustomerId, contact = draft.ContactId, conversation = draft.ConversationId;
        string text = draft.Text;
        string[] numbers = [.. ClaimReader.Claims(text, basis.Policies.Plans).SelectMany(c => c.Values).Where(v => v.Kind == ValueKind.Identifier).Select(v => v.Unit).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<string> names = await rows.ListAsync((IQueryable<Customer> q) => q.Where(c => c.Id != own && c.Name.Length >= 4 && text.Contains(c.Name)).Select(c => c.Name));
        IReadOnlyList<string?> invoices = numbers.Length == 0 ? [] : await rows.ListAsync((IQueryable<Invoice> q) => q.Where(i => i.CustomerId != own && numbers.Contains(i.Number)).Select(i => i.Number));
        IReadOnlyList<Consent> consents = contact is null ? [] : await rows.ListAsync<Consent>(q => q.Where(c => c.ContactId == contact && c.Purpose == "marketing").OrderByDescending(c => c.At).Take(1));
        IReadOnlyList<Ticket> severe = own is null ? [] : await rows.ListAsync<Ticket>(q => q.Where(t => t.CustomerId == own && (t.Severity == Severity.S1 || t.Severity == Severity.S2) && t.ClosedAt == null));
        IReadOnlyList<Conversation> talks = own is null ? [] : await rows.ListAsync<Conversation>(q => q.Where(c => c.CustomerId == own && c.PrimaryIntent != null && (c.PrimaryIntent.Contains("complain") || c.PrimaryIntent.Contains("dispute"))).OrderByDescending(c => c.CreatedAt).Take(mostMoods));
        IReadOnlyList<double?> moods = conversation is null ? [] : await rows.ListAsync((IQueryable<Message> q) => q.Where(m => m.ConversationId == conversation && m.Author == MessageAuthor.Customer && m.Sentiment != null).OrderByDescending(m => m.Sequence).Take(mostMoods).Select(m => m.Sentiment));
        IReadOnlyList<RoadmapItem> roadmap = await rows.ListAsync<RoadmapItem>(q => q.Where(r => !r.IsPublic && r.Status != RoadmapStatus.Shipped));
        IReadOnlyList<Competitor> rivals = await rows.ListAsync<Competitor>(q => q.OrderBy(c => c.Name));
        IReadOnlyList<Guid> proven = await rows.ListAsync((IQueryable<FeatureMatrixCell> q) => q.Select(c => c.CompetitorId).Distinct());
        return new PolicyCheckFacts
        {
            PolicyVersion = basis.PolicyVersion,
            MarketingConsent = consents is [{ Granted: true }],
            OpenIncident = severe.Count > 0,
            InDispute = talks.Any(c => c.PrimaryIntent!.Contains("dispute", StringComparison.Ordinal) && c.Status is not (ConversationStatus.Resolved or ConversationStatus.Closed)),
            LastComplaint = talks.Where(c => c.PrimaryIntent!.Contains("complain", StringComparison.Ordinal)).Select(c => (DateTimeOffset?)c.CreatedAt).Max(),
            Sentiments = [.. moods.Reverse().OfType<double>().Select(m => (decimal)m)],
            Foreign = [.. names, .. invoices.OfType<string>()],
            Roadmap = [.. roadmap.Select(r => new CheckedRoadmapItem(r.Title, r.IsPublic, IsReleased: false))],
            Competitors = [.. rivals.SelectMany(c => c.Aliases.Prepend(c.Name).Select(name => new CheckedCompetitor(name, proven.Contains(c.Id))))],
        };
    }

    /// <inheritdoc />
    protected override Finding<PolicyCheckFinding> Check(GuardDraft draft, PolicyCheckFacts facts, AgentBasis basis) => Checker.Check(draft, facts, basis.Policies, basis.Now);
}
