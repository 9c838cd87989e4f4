using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Storage.Policies;
using ZiggyCreatures.Caching.Fusion;

namespace Switchboard.Compliance.Storage;

public abstract class PolicyStoreSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly TenantPolicies defaults = TenantPolicies.Default with { Currency = "EUR" };

    private PolicyStore Store => Desk.Get<PolicyStore>();

    [Fact]
    public async Task Before_anything_is_saved_the_defaults_hold_in_the_tenants_currency()
    {
        CurrentPolicies current = await Store.CurrentAsync(Desk.TenantId, default);
        (current.Version, current.Policies.Currency, current.Policies.Refunds.FirstPaymentDays).ShouldBe((0, "EUR", 30));
    }

    [Fact]
    public async Task Each_save_is_the_next_version_with_its_changes_and_the_old_ones_stay()
    {
        (await SaveAsync(0, 14)).ShouldBe((true, 1));
        (await SaveAsync(1, 21)).ShouldBe((true, 2));

        (await Store.CurrentAsync(Desk.TenantId, default)).Policies.Refunds.FirstPaymentDays.ShouldBe(21);
        (await Store.FindAsync(Desk.TenantId, 1, default))!.Policies.Refunds.FirstPaymentDays.ShouldBe(14);
        (await Store.FindAsync(Desk.TenantId, 3, default)).ShouldBeNull();
        List<PolicyDocument> versions = await Store.ListAsync(Desk.TenantId, null, 10, default);
        versions.Select(v => v.Version).ShouldBe([2, 1]);
        versions[0].Changes.ShouldBe([new PolicyFigureChange("refunds.firstPaymentDays", "14", "21")]);
        (versions[0].Author, versions[0].CreatedAt).ShouldBe(("system:test", Desk.Start));
        versions[0].Yaml.ShouldContain("firstPaymentDays: 21\n");
        (await Store.ListAsync(Desk.TenantId, 2, 10, default)).Select(v => v.Version).ShouldBe([1]);
    }

    [Fact]
    public async Task What_somebody_saved_in_between_is_not_overwritten_unless_that_is_wished()
    {
        await SaveAsync(0, 14);
        (await SaveAsync(0, 21)).ShouldBe((false, 1));
        (await Store.CurrentAsync(Desk.TenantId, default)).Policies.Refunds.FirstPaymentDays.ShouldBe(14);
        (await SaveAsync(null, 21)).ShouldBe((true, 2));
    }

    [Fact]
    public async Task Of_many_who_save_at_once_one_does_and_no_version_is_missing()
    {
        (bool, int)[] saves = await Task.WhenAll(Enumerable.Range(1, 12).Select(days => SaveAsync(0, days)));
        saves.Count(s => s.Item1).ShouldBe(1);

        await Task.WhenAll(Enumerable.Range(40, 8).Select(days => SaveAsync(null, days)));
        (await Store.ListAsync(Desk.TenantId, null, 100, default)).Select(v => v.Version).ShouldBe([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task What_changes_nothing_makes_no_version()
    {
        (await SaveAsync(0, 30)).ShouldBe((true, 0));
        await SaveAsync(0, 14);
        (await SaveAsync(1, 14)).ShouldBe((true, 1));
        (await Store.ListAsync(Desk.TenantId, null, 10, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Policies_that_are_not_valid_are_not_saved()
    {
        TenantPolicies wrong = defaults with { Refunds = defaults.Refunds with { FirstPaymentDays = -1 } };
        (await Should.ThrowAsync<ArgumentException>(() => Store.SaveAsync(Actor, 0, wrong, Desk.Start, default))).Message.ShouldContain("refunds.firstPaymentDays");
        (await Store.CurrentAsync(Desk.TenantId, default)).Version.ShouldBe(0);
    }

    [Fact]
    public async Task A_version_is_parsed_once_and_one_that_another_process_saved_is_seen()
    {
        await SaveAsync(0, 14);
        TenantPolicies first = (await Store.CurrentAsync(Desk.TenantId, default)).Policies;
        (await Store.CurrentAsync(Desk.TenantId, default)).Policies.ShouldBeSameAs(first);

        var elsewhere = new PolicyStore(Desk.Data, Desk.Tenants, new FusionCache(new FusionCacheOptions()));
        (await elsewhere.SaveAsync(Actor, 1, defaults with { Refunds = defaults.Refunds with { FirstPaymentDays = 7 } }, Desk.Start, default)).Version.ShouldBe(2);
        (await Store.CurrentAsync(Desk.TenantId, default)).Policies.Refunds.FirstPaymentDays.ShouldBe(7);
    }

    [Fact]
    public async Task Another_tenants_policies_are_its_own()
    {
        await SaveAsync(0, 14);
        Guid other = await Desk.AddTenantAsync("other");
        (await Store.CurrentAsync(other, default)).Version.ShouldBe(0);
        (await Store.FindAsync(other, 1, default)).ShouldBeNull();
        (await Store.ListAsync(other, null, 10, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stored_document_that_the_program_cannot_read_is_named_and_not_replaced_by_defaults()
    {
        await SaveAsync(0, 14);
        await Desk.Data.WriteAsync(Actor, db => db.Set<PolicyDocument>().ExecuteUpdate(s => s.SetProperty(p => p.Yaml, "refunds:\n  firstPaymentDays: soon\n")), default);
        (await Should.ThrowAsync<InvalidDataException>(() => new PolicyStore(Desk.Data, Desk.Tenants, new FusionCache(new FusionCacheOptions())).CurrentAsync(Desk.TenantId, default))).Message.ShouldContain("line 2, refunds.firstPaymentDays");
    }

    private SystemActor Actor => new(Desk.TenantId, "test");

    private async Task<(bool Saved, int Version)> SaveAsync(int? expected, int days)
    {
        PolicySave save = await Store.SaveAsync(Actor, expected, defaults with { Refunds = defaults.Refunds with { FirstPaymentDays = days } }, Desk.Start, default);
        return (save.Saved, save.Version);
    }
}
