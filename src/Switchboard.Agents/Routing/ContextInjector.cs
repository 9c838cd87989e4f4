using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Context;
using Switchboard.Core.Routing;
using Switchboard.Domain.Customers;

namespace Switchboard.Agents.Routing;

/// <summary>Builds the block of facts that all agents of a turn share, from one load of the proven customer.</summary>
[Agent("routing/context-injector")]
public sealed class ContextInjector : Analyst<ContextInjectorInput, ContextInjectorFacts, ContextInjectorFinding>
{
    private const string person = "person";

    /// <inheritdoc />
    protected override async Task<Finding<ContextInjectorFacts>> LoadAsync(ContextInjectorInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        Guid? customer = null;
        if (input.Proof != ContactProof.None)
        {
            customer = input.CustomerId;
            if (input.ContactId is { } contact)
            {
                // Whose the person is says their own row; a customer that is named beside it must be the same.
                Guid? own = (await rows.SingleAsync<Contact>(q => q.Where(c => c.Id == contact)))?.CustomerId;
                if (own is null || (customer is { } named && named != own)) return new Stop("not_proven", "The contact belongs to no such customer.");
                customer = own;
            }
        }

        CustomerContext? read = await rows.ContextAsync(customer, customer is null ? null : input.ContactId);
        if (read is null) return new Stop("not_proven", "There is no such customer.");
        return ContextInjectorFacts.Of(read);
    }

    /// <inheritdoc />
    protected override Finding<ContextInjectorFinding> Compute(ContextInjectorInput input, ContextInjectorFacts facts, AgentBasis basis)
    {
        string? customer = facts.CustomerId ?? input.CustomerId?.ToString();
        Guid seed = Guid.TryParse(customer, out Guid id) ? id : Guid.Empty;
        AccountFacts account = facts.ToAccount();
        bool proven = input.Proof != ContactProof.None && (customer is not null || input.ContactId is not null || facts.HasAccount);
        DateTimeOffset now = input.Clock ?? basis.Now;
        // Facts that somebody gives may lack the customer's id; the block is of one all the same.
        AccountContext context = ContextReading.Read(proven ? input.Proof : ContactProof.None, new CustomerContext(seed, now, account, null, facts.Missing ?? []), now);
        if (proven && !facts.HasAccount) return new Stop("unavailable", "None of the sources answered: the account cannot be seen now.");

        IReadOnlyCollection<string> allowed = input.DataClasses ?? [.. ContextFields.Classes.Where(c => c != ContextFields.ContactClass || basis.Policies.Privacy.MayReachModel(person))];
        return new ContextInjectorFinding
        {
            Proof = input.Proof,
            Customer = proven ? customer : null,
            Facts = [.. context.Facts.Select(f => new InjectedFact(f.Name, f.Value, new FactOrigin(f.Table, f.Id), f.AsOf))],
            Flags = context.Flags,
            Bands = context.Bands,
            Missing = context.Missing,
            Text = ContextText.Write(context, Math.Max(0, input.BudgetChars ?? ContextText.UsualBudget), allowed, seed),
            Reason = context.Code,
        };
    }
}
