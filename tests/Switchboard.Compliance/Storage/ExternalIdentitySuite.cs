using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Compliance.Storage;

/// <summary>What signing in through other providers asks of the storage, on either database.</summary>
public abstract class ExternalIdentitySuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string issuer = "https://login.example.com";
    private static readonly DateTimeOffset now = Desk.Start;

    private ExternalIdentityStore Identities => Desk.Get<ExternalIdentityStore>();

    [Fact]
    public async Task Of_many_who_come_back_with_one_state_or_one_code_at_once_one_goes_on()
    {
        bool[] spent = await Task.WhenAll(Enumerable.Range(10, 6).Select(i => SpendAsync(Desk.TenantId, Hash(1), Hash((byte)i))));
        spent.Count(s => s).ShouldBe(1);
        (await SpendAsync(Desk.TenantId, Hash(2), Hash(99))).ShouldBeTrue();
        (await SpendAsync(Desk.TenantId, Hash(3), Hash(99))).ShouldBeFalse("the code was used with another state");
        (await SpendAsync(await Desk.AddTenantAsync("other"), Hash(1))).ShouldBeTrue("another tenant's is another");
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<SpentSignIn>().CountAsync()).ShouldBe(4);
        (await Identities.SpendAsync(Desk.TenantId, [Hash(4)], now.AddDays(1), now.AddHours(1), default)).ShouldBeTrue();
        (await db.Set<SpentSignIn>().CountAsync()).ShouldBe(1, "what is over goes");
    }

    [Fact]
    public async Task Of_two_who_join_at_once_with_one_identity_there_is_one_user()
    {
        (ExternalRefusal Refusal, Guid UserId)[] joined = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Identities.FindOrJoinAsync(Desk.TenantId, Person("twin", "twin@example.com"), Role.Support, now, default)));
        joined.ShouldAllBe(j => j.Refusal == ExternalRefusal.None);
        joined.Select(j => j.UserId).Distinct().ShouldHaveSingleItem();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Users.CountAsync(u => u.Email == "twin@example.com")).ShouldBe(1);
    }

    [Fact]
    public async Task An_identity_is_its_issuers_and_its_tenants()
    {
        Guid user = (await Identities.FindOrJoinAsync(Desk.TenantId, Person("one", "one@example.com"), Role.Support, now, default)).UserId;
        (await Identities.FindOrJoinAsync(Desk.TenantId, Person("one", "else@example.com"), null, now, default)).ShouldBe((ExternalRefusal.None, user));
        (await Identities.FindOrJoinAsync(Desk.TenantId, Person("one", "else@example.com") with { Issuer = "https://other.example.com" }, null, now, default)).Refusal.ShouldBe(ExternalRefusal.InvitationNeeded);
        (await Identities.FindOrJoinAsync(await Desk.AddTenantAsync("other"), Person("one", "one@example.com"), null, now, default)).Refusal.ShouldBe(ExternalRefusal.InvitationNeeded);
        (await Identities.FindOrJoinAsync(Desk.TenantId, Person("ONE", "one@example.com"), null, now, default)).Refusal.ShouldBe(ExternalRefusal.LinkNeeded, "names differ by case, and the account is linked to the other");
    }

    [Fact]
    public async Task Of_two_accounts_that_link_one_identity_at_once_one_has_it()
    {
        Guid[] users = [(await Identities.FindOrJoinAsync(Desk.TenantId, Person("a", "a@example.com"), Role.Support, now, default)).UserId, (await Identities.FindOrJoinAsync(Desk.TenantId, Person("b", "b@example.com"), Role.Support, now, default)).UserId];
        ExternalRefusal[] linked = await Task.WhenAll(users.Select(u => Identities.LinkAsync(new UserActor(Desk.TenantId, u, ScopeSet.None), Person("both", "x@example.com"), now, default)));
        linked.ShouldBe([ExternalRefusal.None, ExternalRefusal.Taken], ignoreOrder: true);
        (await Identities.ListAsync(Desk.TenantId, users[0], default)).Count.ShouldBe(linked[0] == ExternalRefusal.None ? 2 : 1);
    }

    private Task<bool> SpendAsync(Guid tenant, params byte[][] hashes) => Identities.SpendAsync(tenant, hashes, now.AddMinutes(10), now, default);

    private static ExternalPerson Person(string subject, string email) => new("oidc", issuer, subject, email, "Robin");

    private static byte[] Hash(byte number) => [.. Enumerable.Repeat(number, 32)];
}
