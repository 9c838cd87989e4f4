using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;

namespace Switchboard.Agents.Analytics;

/// <summary>Reads who started when, when they were there, and how they went.</summary>
internal sealed class CohortRows(CohortInput input, IRowFacts rows, AgentBasis basis)
{
    private const int mostRows = 2_000_000;

    private readonly DateOnly asOf = input.AsOf ?? basis.Today;
    private DateTimeOffset End => basis.StartOf(asOf);

    public async Task<Finding<CohortFacts>> LoadAsync()
    {
        DateTimeOffset end = End;
        int logins = input.RetainedMeans == RetainedMeans.Login ? await rows.CountAsync<LoginEvent>(q => q.Where(e => e.Success && e.At < end)) : 0;
        if (logins > mostRows) return new Stop("too_large", $"{logins} sign-ins are more than the {mostRows} that can be counted at once. Choose an earlier asOf.");
        if (input.Unit == CohortUnit.Contact) return new CohortFacts { Units = await ContactsAsync() };

        IReadOnlyList<Customer> customers = await rows.ListAsync<Customer>(q => q.Where(c => c.Since < end));
        Dictionary<Guid, string> groups = input.SplitBy is { } split ? await GroupsAsync(split, customers) : [];
        ILookup<Guid, SubscriptionChange> ledger = (await rows.ListAsync<SubscriptionChange>(q => q.Where(c => c.CustomerId != null && c.At < end).OrderBy(c => c.At))).ToLookup(c => c.CustomerId!.Value);
        ILookup<Guid, DateOnly> days = input.RetainedMeans == RetainedMeans.Login ? await LoginDaysAsync() : Array.Empty<(Guid Id, DateOnly Day)>().ToLookup(l => l.Id, l => l.Day);
        return new CohortFacts { Units = [.. customers.Select(c => MemberOf(c, groups.GetValueOrDefault(c.Id), [.. ledger[c.Id]], days[c.Id]))] };
    }

    private CohortMember MemberOf(Customer customer, string? group, List<SubscriptionChange> ledger, IEnumerable<DateOnly> days)
    {
        DateOnly start = basis.DayOf(customer.Since);
        List<(DateOnly Day, decimal Mrr)> steps = Steps(ledger);
        DateOnly? gone = (customer.DeletedAt ?? customer.AnonymisedAt) is { } deleted && deleted < End ? basis.DayOf(deleted) : null;
        // Who came back has not gone: the last step of the ledger tells.
        DateOnly? churned = steps.Count > 0 && steps[^1].Mrr == 0 ? steps[^1].Day : null;
        int periods = Enumerable.Range(0, input.MaxPeriods).TakeWhile(k => CohortGroups.PeriodStart(input.CohortBy, start, k + 1) <= asOf).Count();
        return new CohortMember
        {
            Start = start,
            Group = group,
            Active = input.RetainedMeans switch
            {
                RetainedMeans.Login => PeriodsOf(start, days),
                RetainedMeans.Paid => [.. Enumerable.Range(0, input.MaxPeriods).Where(k => IsPaid(steps, start, k))],
                _ => [.. Enumerable.Range(0, periods).Where(k => MrrAt(steps, CohortGroups.PeriodStart(input.CohortBy, start, k + 1)) > 0)],
            },
            EndedOn = churned ?? gone,
            End = churned is not null ? CohortEnd.Churn : gone is not null ? CohortEnd.Deleted : null,
            Mrr = [.. Enumerable.Range(0, periods).Select(k => MrrAt(steps, CohortGroups.PeriodStart(input.CohortBy, start, k + 1)))],
        };
    }

    private async Task<IReadOnlyList<CohortMember>> ContactsAsync()
    {
        ILookup<Guid, DateOnly> days = await LoginDaysAsync(byContact: true);
        HashSet<Guid> known = [.. await rows.ListAsync((IQueryable<Contact> q) => q.Where(c => c.CustomerId != null).Select(c => c.Id).Distinct())];
        return [.. days.Where(d => known.Contains(d.Key)).Select(d => (Start: d.Min(), Days: d)).Select(d => new CohortMember { Start = d.Start, Active = PeriodsOf(d.Start, d.Days) })];
    }

    private async Task<ILookup<Guid, DateOnly>> LoginDaysAsync(bool byContact = false)
    {
        DateTimeOffset end = End;
        var logins = await rows.ListAsync((IQueryable<LoginEvent> q) => q.Where(e => e.Success && e.At < end && e.CustomerId != null).Select(e => new { e.CustomerId, e.ContactId, e.At }).Distinct());
        return logins.Select(l => (Id: byContact ? l.ContactId : l.CustomerId!.Value, Day: basis.DayOf(l.At))).Distinct().ToLookup(l => l.Id, l => l.Day);
    }

    private async Task<Dictionary<Guid, string>> GroupsAsync(CohortSplit split, IReadOnlyList<Customer> customers)
    {
        if (split == CohortSplit.Plan) return customers.ToDictionary(c => c.Id, c => c.Plan);
        if (split == CohortSplit.Source) return customers.Where(c => c.Source is not null).ToDictionary(c => c.Id, c => c.Source!);
        var first = await rows.ListAsync((IQueryable<FeatureUsage> q) => q.Where(u => u.CustomerId != null && u.Day < asOf && u.Count > 0).GroupBy(u => new { u.CustomerId, u.Feature }).Select(g => new { g.Key.CustomerId, g.Key.Feature, Day = g.Min(u => u.Day) }));
        return first.GroupBy(f => f.CustomerId!.Value).ToDictionary(g => g.Key, g => g.OrderBy(f => f.Day).ThenBy(f => f.Feature, StringComparer.Ordinal).First().Feature);
    }

    private List<int> PeriodsOf(DateOnly start, IEnumerable<DateOnly> days)
    {
        HashSet<DateOnly> there = [.. days];
        return [.. Enumerable.Range(0, input.MaxPeriods).Where(k =>
        {
            DateOnly from = CohortGroups.PeriodStart(input.CohortBy, start, k), to = CohortGroups.PeriodStart(input.CohortBy, start, k + 1);
            return there.Any(d => d >= from && d < to);
        })];
    }

    /// <summary>The customer's recurring revenue after each change, all subscriptions together.</summary>
    private List<(DateOnly Day, decimal Mrr)> Steps(List<SubscriptionChange> ledger)
    {
        var bySubscription = new Dictionary<Guid, decimal>();
        var steps = new List<(DateOnly, decimal)>();
        foreach (SubscriptionChange change in ledger)
        {
            bySubscription[change.SubscriptionId] = change.MrrAfter;
            steps.Add((basis.DayOf(change.At), bySubscription.Values.Sum()));
        }

        return steps;
    }

    /// <summary>Recurring revenue at the first instant of a day.</summary>
    private static decimal MrrAt(List<(DateOnly Day, decimal Mrr)> steps, DateOnly day) => steps.FindLast(s => s.Day < day).Mrr;

    private bool IsPaid(List<(DateOnly Day, decimal Mrr)> steps, DateOnly start, int k)
    {
        DateOnly from = CohortGroups.PeriodStart(input.CohortBy, start, k), to = CohortGroups.PeriodStart(input.CohortBy, start, k + 1);
        return MrrAt(steps, from) > 0 || steps.Exists(s => s.Day >= from && s.Day < to && s.Day < asOf && s.Mrr > 0);
    }
}
