using Microsoft.Net.Http.Headers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Users;

/// <summary>GET and POST /users, POST /users/invite, GET, PATCH and DELETE /users/{id}, POST /users/{id}/reset-password and /users/{id}/remove-second-factor. Nobody gives more than they have; If-Match holds a change to the state it was made from.</summary>
public static class ManageUsers
{
    /// <summary>Which users are wanted.</summary>
    public sealed record Query(string? Status, string? Role, string? Q, int? Limit, string? Cursor);

    /// <summary>A new user.</summary>
    public sealed record NewBody(string? Email, string? Name, Role? Role, string? Team, IReadOnlyList<string>? Skills, IReadOnlyList<string>? Languages);

    /// <summary>What is changed; null stays as it is, an empty team or time zone is none.</summary>
    public sealed record ChangeBody(string? Name, Role? Role, UserStatus? Status, string? Team, IReadOnlyList<string>? Skills, IReadOnlyList<string>? Languages, int? Capacity, Availability? Availability, string? TimeZone);

    /// <summary>A user to whom a token was given, as an invitation or for a new password. It is shown to the installation's own command line alone, for a server without mail.</summary>
    public sealed record OpenedView(UserView User, bool MailSent, DateTimeOffset ExpiresAt, string? Token);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users", ListAsync).NeedsScope(Scopes.ReadUsers).Produces<Page<UserView>>();
        routes.MapPost("/users", CreateAsync).NeedsScope(Scopes.WriteUsers).Produces<UserView>(201).Example(new { email = "ben@birch.example", name = "Ben", role = "support" });
        routes.MapPost("/users/invite", InviteAsync).NeedsScope(Scopes.WriteUsers).Produces<OpenedView>(201).Example(new { email = "cleo@birch.example", name = "Cleo", role = "support" });
        routes.MapGet("/users/{id:guid}", ReadAsync).NeedsScope(Scopes.ReadUsers).Produces<UserView>();
        routes.MapPatch("/users/{id:guid}", ChangeAsync).NeedsScope(Scopes.WriteUsers).Produces<UserView>().HeldToVersion(needed: false).Example(new { name = "Ben Adeyemi" });
        routes.MapPost("/users/{id:guid}/reset-password", ResetAsync).NeedsScope(Scopes.WriteUsers).Produces<OpenedView>();
        routes.MapPost("/users/{id:guid}/remove-second-factor", RemoveFactorAsync).NeedsScope(Scopes.WriteUsers).Produces<UserView>();
        routes.MapDelete("/users/{id:guid}", RemoveAsync).NeedsScope(Scopes.WriteUsers).AnswersNothing().HeldToVersion(needed: false);
    }

    private static async Task<IResult> ListAsync([AsParameters] Query query, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(query.Status, out UserStatus? status)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<UserStatus>()}"));
        if (!QueryEnum.TryParse(query.Role, out Role? role)) return Problems.Invalid(("role", $"is one of {QueryEnum.Names<Role>()}"));
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<User> wanted = status is { } one ? db.Users.Where(u => u.Status == one) : db.Users.Where(u => u.Status != UserStatus.Removed);
        if (role is { } given) wanted = wanted.Where(u => u.Role == given);
        if (query.Q?.Trim() is { Length: > 0 } text)
        {
            string address = text.ToLowerInvariant();
            wanted = wanted.Where(u => u.Email.Contains(address) || u.Name.Contains(text));
        }

        return await wanted.PageAsync(Paging.Newest<User>(), query.Limit, query.Cursor, UserView.Of, http.RequestAborted);
    }

    private static async Task<IResult> ReadAsync(Guid id, HttpContext http, UserStore users) =>
        await users.FindAsync(http.Caller().TenantId, id, http.RequestAborted) is { } user ? Tagged(http, user) : Problems.NotFound("user");

    private static async Task<IResult> CreateAsync(NewBody body, HttpContext http, UserStore users, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        (User? user, IResult? problem) = Made(body, http.Caller(), UserStatus.Active, now);
        if (user is null) return problem!;
        UserOutcome outcome = await users.AddAsync(http.Caller(), user, null, null, now, CancellationToken.None);
        if (Refusal(http, outcome) is { } refused) return refused;
        http.Response.Headers.ETag = UserStore.TagOf(outcome.User!);
        return Results.Created($"/api/v1/users/{outcome.User!.Id}", UserView.Of(outcome.User));
    }

    private static async Task<IResult> InviteAsync(NewBody body, HttpContext http, UserStore users, Tenants tenants, AccountMails mails, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        Actor caller = http.Caller();
        (User? user, IResult? problem) = Made(body, caller, UserStatus.Invited, now);
        if (user is null) return problem!;
        if (!mails.CanSend && caller is not SystemActor) return NoMail();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        MailedToken token = mails.Make(tenant, user.Email, TokenPurpose.Invitation, now);
        UserOutcome outcome = await users.AddAsync(caller, user, token.Stored, token.Mail is { } mail ? _ => mail : null, now, CancellationToken.None);
        if (Refusal(http, outcome) is { } refused) return refused;
        return Results.Created($"/api/v1/users/{outcome.User!.Id}", Opened(http, outcome.User, token));
    }

    /// <summary>Somebody who cannot get in is sent a link for a new password. The old one works until then.</summary>
    private static async Task<IResult> ResetAsync(Guid id, HttpContext http, UserStore users, Tenants tenants, AccountMails mails, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        Actor caller = http.Caller();
        if (!mails.CanSend && caller is not SystemActor) return NoMail();
        if (await users.FindAsync(caller.TenantId, id, http.RequestAborted) is not { } user) return Problems.NotFound("user");
        MailedToken token = mails.Make((await tenants.FindAsync(caller.TenantId, http.RequestAborted))!, user.Email, TokenPurpose.ResetPassword, now);
        UserOutcome outcome = await users.OpenAsync(caller, id, token.Stored, token.Mail, now, CancellationToken.None);
        return Refusal(http, outcome) ?? Results.Ok(Opened(http, outcome.User!, token));
    }

    /// <summary>For who has lost the device and the recovery codes. The password alone opens the account then, so whoever does it makes sure who asks.</summary>
    private static async Task<IResult> RemoveFactorAsync(Guid id, HttpContext http, UserStore users, TimeProvider time)
    {
        UserOutcome outcome = await users.RemoveFactorAsync(http.Caller(), id, time.GetUtcNow(), CancellationToken.None);
        return Refusal(http, outcome) ?? Tagged(http, outcome.User!);
    }

    private static OpenedView Opened(HttpContext http, User user, MailedToken token)
    {
        SignedSessions.Private(http);
        return new OpenedView(UserView.Of(user), token.Mail is not null, token.Stored.ExpiresAt, http.Caller() is SystemActor ? token.Token.Text : null);
    }

    private static IResult NoMail() => Problems.Of(409, "no_mail", "No mail can be sent", "Set Outside:Smtp up, or do it from the command line of the installation, which is shown the token.");

    private static async Task<IResult> ChangeAsync(Guid id, ChangeBody body, HttpContext http, UserStore users, TimeProvider time)
    {
        var change = new UserChange(body.Name?.Trim(), body.Role, body.Status, body.Team?.Trim(), body.Skills, body.Languages, body.Capacity, body.Availability, body.TimeZone);
        if (UserFields.Problem(change) is { } problem) return problem;
        UserOutcome outcome = await users.ChangeAsync(http.Caller(), id, Tags(http), change, time.GetUtcNow(), CancellationToken.None);
        return Refusal(http, outcome) ?? Tagged(http, outcome.User!);
    }

    private static async Task<IResult> RemoveAsync(Guid id, HttpContext http, UserStore users, TimeProvider time) =>
        Refusal(http, await users.RemoveAsync(http.Caller(), id, Tags(http), time.GetUtcNow(), CancellationToken.None)) ?? Results.NoContent();

    private static (User? User, IResult? Problem) Made(NewBody body, Actor caller, UserStatus status, DateTimeOffset now)
    {
        if (AccountMails.AddressOf(body.Email) is not { } email) return (null, Problems.Invalid(("email", "is no mail address")));
        if (string.IsNullOrWhiteSpace(body.Name)) return (null, Problems.Invalid(("name", "is needed")));
        if (body.Role is null) return (null, Problems.Invalid(("role", $"is one of {QueryEnum.Names<Role>()}")));
        if (UserFields.Problem(new UserChange(Name: body.Name, Role: body.Role, Team: body.Team, Skills: body.Skills, Languages: body.Languages)) is { } problem) return (null, problem);
        var user = new User { TenantId = caller.TenantId, Id = Guid.CreateVersion7(now), Email = email, Name = body.Name.Trim(), Role = body.Role.Value, Status = status, CreatedAt = now };
        (user.Team, user.Skills, user.Languages) = (string.IsNullOrWhiteSpace(body.Team) ? null : body.Team.Trim(), body.Skills ?? [], body.Languages ?? []);
        return (user, null);
    }

    private static IReadOnlyList<string>? Tags(HttpContext http)
    {
        IList<EntityTagHeaderValue> match = http.Request.GetTypedHeaders().IfMatch;
        return match.Count == 0 || match.Contains(EntityTagHeaderValue.Any) ? null : [.. match.Where(m => !m.IsWeak).Select(m => m.Tag.ToString())];
    }

    private static IResult Tagged(HttpContext http, User user)
    {
        http.Response.Headers.ETag = UserStore.TagOf(user);
        return Results.Ok(UserView.Of(user));
    }

    private static IResult? Refusal(HttpContext http, UserOutcome outcome)
    {
        if (outcome is { Refusal: UserRefusal.Stale, User: { } current }) http.Response.Headers.ETag = UserStore.TagOf(current);
        return outcome.Refusal switch
        {
            UserRefusal.None => null,
            UserRefusal.NotFound => Problems.NotFound("user"),
            UserRefusal.Stale => Problems.Of(412, "precondition_failed", "Somebody changed the user", "Read it, make your change in what it is now and send it again."),
            UserRefusal.LastOwner => Problems.Of(409, "last_owner", "It is the last owner", "Make somebody else an owner first."),
            UserRefusal.OwnersOnly => Problems.Of(403, "owners_only", "Only an owner may", "Owners are made and changed by owners."),
            UserRefusal.MoreThanOwn => Problems.Of(403, "missing_scope", "The role carries more than you have", "Nobody gives more than they have, or changes who has it."),
            UserRefusal.EmailTaken => Problems.Of(409, "email_taken", "The address is taken", "There is a user with this address."),
            UserRefusal.NoFactor => Problems.Of(409, "mfa_not_enabled", "No second factor is set up", "There is nothing to remove."),
            UserRefusal.NotInvited => Problems.Of(409, "invitation_open", "The invitation is not accepted yet", "The user becomes active by accepting it."),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Refusal, "is no refusal"),
        };
    }
}
