using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Policies;

/// <summary>What a contact asks for, as far as it matters who they are.</summary>
public enum ActKind
{
    /// <summary>To see or change the customer's own data.</summary>
    OwnData,

    /// <summary>Something about money.</summary>
    Billing,

    /// <summary>To delete the account, give it away, or change single sign-on.</summary>
    Ownership,
}

/// <summary>Whether a contact may ask for something.</summary>
/// <param name="Allowed">Whether.</param>
/// <param name="CodeNeeded">Whether only a fresh confirmation code is missing.</param>
/// <param name="Clause">The rule.</param>
public sealed record IdentityDecision(bool Allowed, bool CodeNeeded, Clause Clause);

/// <summary>Whom a customer's data is shown to. Nothing in the text of a message is among the facts, so nothing in it can raise a permission.</summary>
public sealed record IdentityPolicy
{
    /// <summary>The proofs that count.</summary>
    public IReadOnlyList<Proof> Proofs { get; init; } = [Proof.Widget, Proof.Email, Proof.Api];

    /// <summary>Roles that may ask for what is about money.</summary>
    public IReadOnlyList<ContactRole> BillingRoles { get; init; } = [ContactRole.Admin, ContactRole.Billing];

    /// <summary>Roles that may delete the account, give it away, or change single sign-on.</summary>
    public IReadOnlyList<ContactRole> OwnershipRoles { get; init; } = [ContactRole.Admin];

    /// <summary>Whether these need a fresh confirmation code as well.</summary>
    public bool OwnershipNeedsCode { get; init; } = true;

    /// <summary>Decides whether a contact may ask for something.</summary>
    /// <param name="kind">What is asked for.</param>
    /// <param name="proof">How the contact was proven.</param>
    /// <param name="role">What the contact is at the customer.</param>
    /// <param name="freshCode">Whether a confirmation code was given just now.</param>
    public IdentityDecision Decide(ActKind kind, Proof proof, ContactRole role, bool freshCode = false)
    {
        if (!Proofs.Contains(proof)) return new(Allowed: false, CodeNeeded: false, new Clause("identity.proof", "A customer's data is shown or changed only for a contact who is proven to be who they are."));
        switch (kind)
        {
            case ActKind.Billing:
                return new(BillingRoles.Contains(role), CodeNeeded: false, new Clause("identity.billing", $"What is about money needs the role {Names(BillingRoles)}."));
            case ActKind.Ownership:
                bool may = OwnershipRoles.Contains(role), code = OwnershipNeedsCode && !freshCode;
                return new(may && !code, CodeNeeded: may && code, new Clause("identity.ownership",
                    $"Deleting the account, giving it away and changing single sign-on need the role {Names(OwnershipRoles)}{(OwnershipNeedsCode ? " and a fresh confirmation code" : "")}."));
            default:
                return new(Allowed: true, CodeNeeded: false, new Clause("identity.own_data", "A proven contact sees and changes the data of the own customer."));
        }
    }

    internal void Check(PolicyCheck check)
    {
        check.Require(Proofs.Count > 0, "proofs", "must have at least one proof");
        for (int i = 0; i < Proofs.Count; i++) check.Require(Proofs[i] != Proof.None, $"proofs[{i}]", "must be widget, email or api: without a proof nobody is shown anything");
        check.Require(BillingRoles.Count > 0, "billingRoles", "must have at least one role");
        check.Require(OwnershipRoles.Count > 0, "ownershipRoles", "must have at least one role");
    }

    private static string Names(IReadOnlyList<ContactRole> roles) => string.Join(" or ", roles.Select(r => r.ToString().ToLowerInvariant()));
}
