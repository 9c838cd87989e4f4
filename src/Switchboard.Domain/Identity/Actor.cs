namespace Switchboard.Domain.Identity;

/// <summary>How a contact was proven to be who they are.</summary>
public enum Proof { None, Widget, Email, Api }

/// <summary>Who acts. An agent has no rights of its own: a run acts for its actor.</summary>
public abstract record Actor(Guid TenantId)
{
    /// <summary>A short name, unique in the tenant, for journals and idempotency keys.</summary>
    public abstract string Key { get; }

    /// <summary>The member of the staff behind it; null when there is none.</summary>
    public virtual Guid? PersonId => null;

    /// <summary>Whether the actor carries a scope. Contacts carry none.</summary>
    public virtual bool Has(string scope) => false;
}

/// <summary>A member of the staff.</summary>
public sealed record UserActor(Guid TenantId, Guid UserId, ScopeSet Scopes) : Actor(TenantId)
{
    /// <inheritdoc />
    public override string Key => $"user:{UserId:N}";

    /// <inheritdoc />
    public override Guid? PersonId => UserId;

    /// <inheritdoc />
    public override bool Has(string scope) => Scopes.Has(scope);
}

/// <summary>A member of the staff or a program, calling with an API key; the scopes are the key's held to its owner's.</summary>
public sealed record KeyActor(Guid TenantId, Guid KeyId, Guid OwnerId, ScopeSet Scopes) : Actor(TenantId)
{
    /// <inheritdoc />
    public override string Key => $"key:{KeyId:N}";

    /// <inheritdoc />
    public override Guid? PersonId => OwnerId;

    /// <inheritdoc />
    public override bool Has(string scope) => Scopes.Has(scope);
}

/// <summary>A customer's person writing to the desk; without proof only a visitor, known by the browser alone.</summary>
/// <param name="TenantId">The tenant whose page is visited.</param>
/// <param name="VisitorId">The browser's own id; conversations of unproven visitors belong to it.</param>
/// <param name="ContactId">The contact, when proven.</param>
/// <param name="Proof">How the contact was proven.</param>
public sealed record ContactActor(Guid TenantId, Guid VisitorId, Guid? ContactId, Proof Proof) : Actor(TenantId)
{
    /// <inheritdoc />
    public override string Key => ContactId is { } contact && Proof != Proof.None ? $"contact:{contact:N}" : $"visitor:{VisitorId:N}";
}

/// <summary>The installation itself: the command line that holds the data folder, and schedules. It carries every scope.</summary>
public sealed record SystemActor(Guid TenantId, string Name) : Actor(TenantId)
{
    /// <inheritdoc />
    public override string Key => $"system:{Name}";

    /// <inheritdoc />
    public override bool Has(string scope) => true;
}
