using Switchboard.Domain.Identity;

namespace Switchboard.Core.Runs;

/// <summary>How the one a run acts for is kept with it: who, and with which rights, as they were when the run was asked for.</summary>
public static class ActorText
{
    /// <summary>Writes an actor as JSON.</summary>
    /// <exception cref="ArgumentException">No run acts for such an actor.</exception>
    public static string Write(Actor actor) => Json.Write(actor switch
    {
        KeyActor key => new Stored("key", Id: key.KeyId, Owner: key.OwnerId, Scopes: key.Scopes.ToString()),
        UserActor user => new Stored("user", Id: user.UserId, Scopes: user.Scopes.ToString()),
        ContactActor contact => new Stored("contact", Id: contact.ContactId, Visitor: contact.VisitorId, Proof: contact.Proof),
        SystemActor system => new Stored("system", Name: system.Name),
        _ => throw new ArgumentException($"No run acts for a {actor.GetType().Name}.", nameof(actor)),
    });

    /// <summary>Reads an actor of a tenant.</summary>
    /// <exception cref="FormatException">The text is none that <see cref="Write"/> made.</exception>
    public static Actor Read(Guid tenantId, string text)
    {
        Stored stored = Json.Read<Stored>(text);
        return stored switch
        {
            { Kind: "key", Id: { } id, Owner: { } owner, Scopes: { } scopes } => new KeyActor(tenantId, id, owner, ScopeSet.Parse(scopes)),
            { Kind: "user", Id: { } id, Scopes: { } scopes } => new UserActor(tenantId, id, ScopeSet.Parse(scopes)),
            { Kind: "contact", Visitor: { } visitor } => new ContactActor(tenantId, visitor, stored.Id, stored.Proof ?? Proof.None),
            { Kind: "system", Name: { } name } => new SystemActor(tenantId, name),
            _ => throw new FormatException($"\"{text}\" is no actor of a run."),
        };
    }

    private sealed record Stored(string Kind, Guid? Id = null, Guid? Owner = null, string? Scopes = null, Guid? Visitor = null, Proof? Proof = null, string? Name = null);
}
