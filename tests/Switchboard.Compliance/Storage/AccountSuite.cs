using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;
using Switchboard.Storage.Actions;

namespace Switchboard.Compliance.Storage;

/// <summary>What signing in asks of the storage, on either database.</summary>
public abstract class AccountSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly DateTimeOffset now = Desk.Start;

    private AccountStore Accounts => Desk.Get<AccountStore>();

    private SessionStore Sessions => Desk.Get<SessionStore>();

    private UserStore Users => Desk.Get<UserStore>();

    [Fact]
    public async Task A_token_works_once_in_its_tenant_and_for_its_purpose_and_a_newer_one_makes_it_void()
    {
        User user = await AddAsync(Role.Support);
        Guid other = await Desk.AddTenantAsync("other");
        await IssueAsync(user, TokenPurpose.VerifyEmail, 1);
        await IssueAsync(user, TokenPurpose.VerifyEmail, 2);
        await IssueAsync(user, TokenPurpose.ResetPassword, 3);

        (await Accounts.VerifyEmailAsync(Desk.TenantId, Hash(1), now, default)).ShouldBeNull("a newer one was made");
        (await Accounts.VerifyEmailAsync(other, Hash(2), now, default)).ShouldBeNull("it is another tenant's");
        (await Accounts.VerifyEmailAsync(Desk.TenantId, Hash(3), now, default)).ShouldBeNull("it is for something else");
        (await Accounts.VerifyEmailAsync(Desk.TenantId, Hash(2), now.AddDays(1), default)).ShouldBeNull("it is over");
        (await Accounts.VerifyEmailAsync(Desk.TenantId, Hash(2), now, default))!.IsVerified.ShouldBeTrue();
        (await Accounts.VerifyEmailAsync(Desk.TenantId, Hash(2), now, default)).ShouldBeNull("it was used");
        (await Accounts.FindByTokenAsync(Desk.TenantId, Hash(3), TokenPurpose.ResetPassword, now, default))!.User.Id.ShouldBe(user.Id);
        (await Accounts.SetPasswordAsync(Desk.TenantId, Hash(3), TokenPurpose.ResetPassword, "hash", null, now, default)).ShouldNotBeNull();
        (await Accounts.FindAsync(Desk.TenantId, user.Email, default))!.Credential!.PasswordHash.ShouldBe("hash");
        (await Accounts.HasOwnerAsync(default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_who_refresh_with_one_token_at_once_one_at_most_goes_on_and_the_family_ends()
    {
        User user = await AddAsync(Role.Support);
        UserSession session = (await BeginAsync(user, 1))!;
        (await Sessions.SignedInAsync(Desk.TenantId, user.Id, session.Id, now, default)).ShouldNotBeNull();

        UserSession?[] rotated = await Task.WhenAll(Enumerable.Range(2, 5).Select(i => Sessions.RotateAsync(Desk.TenantId, Hash(1), Hash(i), now, default)));

        rotated.Count(r => r is not null).ShouldBe(1);
        (await Sessions.SignedInAsync(Desk.TenantId, user.Id, session.Id, now, default)).ShouldBeNull();
        (await Sessions.ListAsync(Desk.TenantId, user.Id, now, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrong_tries_at_once_are_all_counted_and_lock_the_account_for_who_knows_the_password_too()
    {
        User user = await AddAsync(Role.Support);
        await Task.WhenAll(Enumerable.Range(0, UserCredential.MostFailures).Select(_ => Accounts.FailAsync(Desk.TenantId, user.Id, now, default)));
        (await BeginAsync(user, 1)).ShouldBeNull();
        (await BeginAsync(user, 2, now + UserCredential.LockTime)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_is_suspended_or_removed_has_no_session_and_no_token_and_no_key()
    {
        await AddAsync(Role.Owner);
        User user = await AddAsync(Role.Support);
        UserSession session = (await BeginAsync(user, 1))!;
        await IssueAsync(user, TokenPurpose.ResetPassword, 9);

        (await Users.ChangeAsync(Desk.Actor, user.Id, null, new UserChange(Status: UserStatus.Suspended), now, default)).Refusal.ShouldBe(UserRefusal.None);
        (await Sessions.SignedInAsync(Desk.TenantId, user.Id, session.Id, now, default)).ShouldBeNull();
        (await Sessions.RotateAsync(Desk.TenantId, Hash(1), Hash(2), now, default)).ShouldBeNull();
        (await Accounts.FindByTokenAsync(Desk.TenantId, Hash(9), TokenPurpose.ResetPassword, now, default)).ShouldBeNull();
        (await BeginAsync(user, 3)).ShouldBeNull();

        (await Users.RemoveAsync(Desk.Actor, user.Id, null, now, default)).Refusal.ShouldBe(UserRefusal.None);
        (await Users.FindAsync(Desk.TenantId, user.Id, default)).ShouldBeNull();
        (await Accounts.FindAsync(Desk.TenantId, user.Email, default)).ShouldBeNull();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<UserCredential>().AnyAsync(c => c.UserId == user.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_owners_who_remove_each_other_at_once_leave_one()
    {
        User first = await AddAsync(Role.Owner);
        User second = await AddAsync(Role.Owner);
        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId)) (await db.Users.CountAsync(u => u.Role == Role.Owner && u.Status == UserStatus.Active)).ShouldBe(2);

        UserOutcome[] outcomes = await Task.WhenAll(
            Users.RemoveAsync(new UserActor(Desk.TenantId, first.Id, Roles.ScopesOf(Role.Owner)), second.Id, null, now, default),
            Users.RemoveAsync(new UserActor(Desk.TenantId, second.Id, Roles.ScopesOf(Role.Owner)), first.Id, null, now, default));

        outcomes.Count(o => o.Refusal == UserRefusal.None).ShouldBe(1);
    }

    [Fact]
    public async Task Who_decides_on_the_command_line_carries_what_the_role_has_in_the_tenant()
    {
        User lead = await AddAsync(Role.Lead);
        (await Desk.Get<ApprovalStore>().PersonAsync(Desk.TenantId, lead.Email, default))!.Scopes.Items.ShouldBe(Roles.ScopesOf(Role.Lead).Items);
        await Desk.Get<TenantRoles>().ChangeAsync(Desk.Actor, Role.Lead, new ScopeSet([Scopes.ReadUsers]), now, default);
        (await Desk.Get<ApprovalStore>().PersonAsync(Desk.TenantId, lead.Email, default))!.Scopes.Items.ShouldBe([Scopes.ReadUsers]);
    }

    [Fact]
    public async Task Of_those_who_register_first_on_several_nodes_at_once_one_is_the_first()
    {
        // Each node has a store of its own, so none waits for another.
        AccountStore[] nodes = [.. Enumerable.Range(0, 6).Select(_ => new AccountStore(Desk.Data, new Tenants(Desk.Data)))];
        RegisterOutcome[] outcomes = await Task.WhenAll(nodes.Select((node, i) => Task.Run(() =>
        {
            var tenant = new Tenant { Id = Desk.NewId(), Slug = $"first-{i}", Name = "First", Currency = "EUR", TimeZone = "UTC", Locale = "en", CreatedAt = now };
            var owner = new User { TenantId = tenant.Id, Id = Desk.NewId(), Email = "ada@example.com", Name = "Ada", Role = Role.Owner, CreatedAt = now };
            return node.RegisterAsync(tenant, owner, "hash", null, null, onlyFirst: true, default);
        })));
        foreach (AccountStore node in nodes) node.Dispose();

        outcomes.Count(o => o == RegisterOutcome.Made).ShouldBe(1);
        outcomes.Count(o => o == RegisterOutcome.Closed).ShouldBe(5);
        (await new Tenants(Desk.Data).ListAsync(default)).Count(t => t.Slug.StartsWith("first-", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_that_make_a_signing_key_at_once_sign_with_the_same()
    {
        SigningKey[] made = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Desk.Get<SigningKeyStore>().AddAsync(
            new SigningKey { TenantId = Desk.TenantId, Id = Desk.NewId(), PublicKey = [1], PrivateKey = [2], CreatedAt = now, SignsUntil = now.AddDays(30), ExpiresAt = now.AddDays(31) }, now, default)));
        made.Select(k => k.Id).Distinct().ShouldHaveSingleItem();
        (await Desk.Get<SigningKeyStore>().ListAsync(Desk.TenantId, now, default)).ShouldHaveSingleItem();
    }

    private async Task<User> AddAsync(Role role)
    {
        var user = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = $"{Desk.NewId():N}@example.com", Name = "Robin", Role = role, CreatedAt = now };
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.Add(user);
                db.Add(new UserCredential { TenantId = Desk.TenantId, Id = Desk.NewId(), UserId = user.Id, PasswordHash = "old" });
                return 0;
            },
            default);
        return user;
    }

    private Task<bool> IssueAsync(User user, TokenPurpose purpose, byte number) => Accounts.IssueAsync(Desk.Actor, user.Id, new NewToken(purpose, Hash(number), now.AddHours(1)), null, now, default);

    private Task<UserSession?> BeginAsync(User user, int number, DateTimeOffset? at = null) => Sessions.BeginAsync(Desk.TenantId, new NewSession(user.Id, Hash(number), null, null), null, null, null, at ?? now, default);

    private static byte[] Hash(int number) => [.. Enumerable.Repeat((byte)number, 32)];
}
