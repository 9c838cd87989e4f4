using Switchboard.Core.Policies;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Widget;

/// <summary>
/// POST /widget/proof and /widget/proof/confirm: a visitor says an address, and types the code that was mailed to it. It is answered the same whoever has the address. There is no link on purpose: a link that
/// a stranger had sent to somebody would prove the stranger.
/// </summary>
public static class ProveByMail
{
    /// <summary>Whose address it is said to be.</summary>
    public sealed record AddressBody(string? Email);

    /// <summary>The code of the mail; blanks and hyphens in it do not matter.</summary>
    public sealed record CodeBody(string? Code);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/widget/proof", AskAsync).NeedsVisitor().AnswersNothing(202).Example(new { email = "ada@birch.example" }).CountsAs(RouteClass.Proof);
        routes.MapPost("/widget/proof/confirm", ConfirmAsync).NeedsVisitor().Produces<StartSession.SessionView>().Example(new { code = "1234 5678" }).CountsAs(RouteClass.Proof);
    }

    private static async Task<IResult> AskAsync(AddressBody body, HttpContext http, Tenants tenants, IPolicySource policies, ProofCodeStore proofs, AccountMails mails, IdentitySettings settings, TimeProvider time)
    {
        if (AccountMails.ContactAddressOf(body.Email) is not { } email) return Problems.Invalid(("email", "is no mail address"));
        (ContactActor visitor, Tenant? tenant, IResult? problem) = await VisitorAsync(http, tenants);
        if (problem is not null) return problem;
        if (!mails.CanSend || !(await policies.CurrentAsync(visitor.TenantId, http.RequestAborted)).Policies.Identity.Proofs.Contains(Proof.Email))
            return Problems.Of(409, "proof_unavailable", "Nobody is proven by mail here", "The desk sends no mails, or its policy does not take an address as a proof.");
        DateTimeOffset now = time.GetUtcNow();
        await Task.WhenAll(proofs.AskAsync(visitor, email, mails.MakeProof(tenant!, now), now, CancellationToken.None), Task.Delay(settings.Evenly, TimeProvider.System, http.RequestAborted));
        return Results.Accepted();
    }

    private static async Task<IResult> ConfirmAsync(CodeBody body, HttpContext http, Tenants tenants, Data data, ProofCodeStore proofs, AccountMails mails, VisitorTokens tokens, TimeProvider time)
    {
        if (AccountMails.ProofCodeOf(body.Code) is not { } code) return Problems.Invalid(("code", $"has {AccountMails.ProofDigits} digits"));
        (ContactActor visitor, Tenant? tenant, IResult? problem) = await VisitorAsync(http, tenants);
        if (problem is not null) return problem;
        if (await proofs.TryAsync(visitor, id => mails.HashOf(visitor.TenantId, id, code), time.GetUtcNow(), CancellationToken.None) is not { } proven || await StartSession.FindContactAsync(data, tenant!, proven, CancellationToken.None) is not { } contact)
            return Problems.Of(400, "code_invalid", "The code does not fit", $"It works once, for {ProofCode.Life.TotalMinutes:0} minutes, for at most {ProofCode.MostTries} tries, and a newer one ends it. Ask for another one.");
        (string token, DateTimeOffset expires) = tokens.Issue(visitor with { ContactId = proven, Proof = Proof.Email });
        SignedSessions.Private(http);
        return Results.Ok(new StartSession.SessionView(token, StartSession.ViewOf(tenant!), contact, CanProve: false, expires));
    }

    private static async Task<(ContactActor Visitor, Tenant? Tenant, IResult? Problem)> VisitorAsync(HttpContext http, Tenants tenants)
    {
        var visitor = (ContactActor)http.Caller();
        Tenant? tenant = await tenants.FindAsync(visitor.TenantId, http.RequestAborted);
        if (tenant is null) return (visitor, null, Problems.NotFound("tenant"));
        return (visitor, tenant, visitor.Proof == Proof.None ? null : Problems.Of(409, "already_proven", "It is known who you are", "Begin a new session to be somebody else."));
    }
}
