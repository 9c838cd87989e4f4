using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What asking for a link came to.</summary>
/// <param name="ContactId">Whom it goes to.</param>
/// <param name="Address">Where it goes to.</param>
/// <param name="ValidHours">How long it holds.</param>
public sealed record MethodLinkAsked(Guid ContactId, string Address, int ValidHours);

/// <summary>Has the payment service send a person a signed link, good for 24 hours, under which the payment method is changed. No card data is asked for in a talk.</summary>
/// <param name="ContactId">The person.</param>
public sealed record LinkPaymentMethod(Guid ContactId) : DeskAction<MethodLinkAsked>
{
    private static readonly TimeSpan valid = TimeSpan.FromHours(24);

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "payment.method_link";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(MethodLinkAsked result) => Reversal.None("A link that has gone out ends by itself.");

    /// <inheritdoc />
    protected override ActionVerdict<MethodLinkAsked> Apply(IActionRows rows)
    {
        if (rows.Find<Contact>(ContactId) is not { CustomerId: { } customerId } contact) return Refuse(new Clause("contact_not_found", "There is no such contact."));
        if (rows.Actor is ContactActor self && self.ContactId != ContactId) return Refuse(new Clause("recipient_not_caller", "A contact only has a link sent to itself."));
        if (!rows.Policies.Identity.BillingRoles.Contains(contact.Role)) return Refuse(new Clause("role_missing", "A payment method is changed by who may do what is about money."));
        if (contact.AnonymisedAt is not null) return Refuse(new Clause("suppressed", "The contact's address was removed."));
        rows.Send(PaymentRequest.Port, new PaymentRequest { MethodLink = new MethodLinkRequest(customerId.ToString(), contact.Email, (int)valid.TotalHours) }, customerId, null);
        return Done(new MethodLinkAsked(contact.Id, contact.Email, (int)valid.TotalHours), new Clause("dunning.method_link", "Another payment method is given to the payment service under a link of its own."));
    }
}
