using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>POST /auth/register: a tenant with its owner. On a fresh installation the first one may; afterwards only where the operator lets everybody.</summary>
public static class Register
{
    private const int mostName = 100;

    /// <summary>The request; the tenant is named by its slug.</summary>
    public sealed record Body(string? Tenant, string? Organisation, string? Email, string? Name, string? Password);

    /// <summary>The new tenant with its owner.</summary>
    public sealed record RegisteredView(string Tenant, Guid TenantId, Guid UserId, bool VerificationSent);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/auth/register", HandleAsync).IsPublic().Produces<RegisteredView>(201).Example(new { tenant = "birch", organisation = "Birch Bikes", email = "ada@birch.example", name = "Ada", password = "a long one of your own" }).CountsAs(RouteClass.Session);

    private static async Task<IResult> HandleAsync(Body body, HttpContext http, AccountStore accounts, Passwords passwords, NewPasswords rules, AccountMails mails, IdentitySettings settings, TimeProvider time)
    {
        if (body.Tenant is null || Domain.Organisation.Tenant.SlugProblem(body.Tenant) is not null) return Problems.Invalid(("tenant", $"{(body.Tenant is null ? "is needed" : Domain.Organisation.Tenant.SlugProblem(body.Tenant))}: lower-case letters, digits and hyphens"));
        if (AccountMails.AddressOf(body.Email) is not { } email) return Problems.Invalid(("email", "is no mail address"));
        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > mostName) return Problems.Invalid(("name", $"has 1 to {mostName} characters"));
        if (body.Organisation is { Length: > mostName }) return Problems.Invalid(("organisation", $"has at most {mostName} characters"));
        bool onlyFirst = settings.Registration == Registration.First;
        // Asked before the password is hashed too, so that a closed door costs nothing.
        if (settings.Registration == Registration.Closed || onlyFirst && await accounts.HasOwnerAsync(http.RequestAborted)) return Closed();

        DateTimeOffset now = time.GetUtcNow();
        var tenant = new Tenant { Id = Guid.CreateVersion7(now), Slug = body.Tenant, Name = body.Organisation?.Trim() is { Length: > 0 } named ? named : body.Tenant, Currency = "USD", TimeZone = "UTC", Locale = "en", CreatedAt = now };
        if (await rules.ProblemAsync(body.Password, email, body.Name, tenant, http.RequestAborted) is { } weak) return Problems.Invalid(("password", weak));
        var owner = new User { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Email = email, Name = body.Name.Trim(), Role = Role.Owner, CreatedAt = now };
        MailedToken token = mails.Make(tenant, email, TokenPurpose.VerifyEmail, now);
        return await accounts.RegisterAsync(tenant, owner, passwords.Hash(body.Password!), token.Mail is null ? null : token.Stored, token.Mail, onlyFirst, CancellationToken.None) switch
        {
            RegisterOutcome.Made => Results.Created("/api/v1/auth/me", new RegisteredView(tenant.Slug, tenant.Id, owner.Id, token.Mail is not null)),
            RegisterOutcome.SlugTaken => Problems.Of(409, "tenant_taken", "The tenant is taken", $"There is already a tenant \"{tenant.Slug}\". Choose another name."),
            _ => Closed(),
        };
    }

    private static IResult Closed() => Problems.Of(403, "registration_closed", "Nobody registers here by themselves", "Ask an owner or administrator for an invitation.");
}
