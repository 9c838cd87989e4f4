using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;
using Switchboard.Storage.Seeding;

namespace Switchboard.Compliance.Storage;

public abstract class DemoSeedSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string yaml = """
        tenant: {name: Lumen, slug: demo, currency: EUR, timeZone: Europe/Berlin, locale: en-GB}
        customers:
          - name: Nordwind GmbH
            plan: premium
            seats: 12
            country: DE
            contacts:
              - {email: mia@nordwind.example, name: Mia Vogt, title: Office manager, role: admin, language: de, timeZone: Europe/Berlin}
              - {email: jan@nordwind.example, name: Jan Roth, role: billing}
          - {name: Solo, plan: free, seats: 1, contacts: []}
        """;

    private DemoSeed Seed => Desk.Get<DemoSeed>();

    [Fact]
    public async Task The_demo_has_customers_with_their_people_an_owner_and_the_owners_key()
    {
        DemoSeeded seeded = (await Seed.SeedAsync(yaml, default)).ShouldNotBeNull();

        (await Desk.Tenants.FindAsync("demo", default)).ShouldNotBeNull().IsDemo.ShouldBeTrue();
        await using SwitchboardDb db = Desk.Data.For(seeded.Tenant.Id);
        (await db.Customers.Select(c => c.Name).ToListAsync()).ShouldBe(["Nordwind GmbH", "Solo"], ignoreOrder: true);
        Contact mia = await db.Contacts.SingleAsync(c => c.Email == "mia@nordwind.example");
        (mia.Role, mia.Language, mia.Title).ShouldBe((ContactRole.Admin, "de", "Office manager"));
        OwnedKey key = (await Desk.Get<ApiKeys>().FindByHashAsync(KeyText.Of(seeded.ApiKey).Hash, default)).ShouldNotBeNull();
        (key.Owner.Id, key.Owner.Role).ShouldBe((seeded.Owner.Id, Role.Owner));
        key.Key.Scopes.ShouldBe(new ScopeSet(Scopes.All));
    }

    [Fact]
    public async Task Seeding_again_changes_nothing()
    {
        await Seed.SeedAsync(yaml, default);
        (await Seed.SeedAsync(yaml, default)).ShouldBeNull();
        (await Seed.SeedAsync(default)).ShouldBeNull();
        (await Desk.Tenants.ListAsync(default)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("tenant: {slug: demo}", "customers")]
    [InlineData("tenant: [", "line")]
    [InlineData("tenant: {slug: other}\ncustomers: []", "slug")]
    public async Task A_malformed_description_is_refused_and_leaves_nothing(string text, string hint)
    {
        (await Should.ThrowAsync<InvalidOperationException>(() => Seed.SeedAsync(text, default))).Message.ShouldContain(hint);
        (await Desk.Tenants.FindAsync("demo", default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_demo_that_comes_with_the_program_has_8_customers_20_contacts_and_a_help_centre()
    {
        DemoSeeded seeded = (await Seed.SeedAsync(default)).ShouldNotBeNull();

        await using SwitchboardDb db = Desk.Data.For(seeded.Tenant.Id);
        (await db.Customers.CountAsync(), await db.Contacts.CountAsync()).ShouldBe((8, 20));
        Seed.Articles.ShouldNotBeEmpty();
    }

    [Fact]
    public void The_articles_that_come_with_the_program_are_given_as_files_by_category()
    {
        foreach (DemoArticle article in Seed.Articles)
        {
            article.Path.Split('/').Length.ShouldBe(2, article.Path);
            article.Path.ShouldEndWith(".md");
            article.Bytes.ShouldNotBeEmpty();
        }
    }
}
