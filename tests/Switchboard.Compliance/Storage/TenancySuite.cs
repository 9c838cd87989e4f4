using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class TenancySuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Guid other;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        other = await Desk.AddTenantAsync("other");
        await FillAsync();
    }

    /// <summary>Whether the database itself hides the rows of other tenants, also from a question without a filter.</summary>
    protected abstract bool HasSecondWall { get; }

    [Fact]
    public async Task No_row_of_a_tenant_is_seen_by_another()
    {
        await using SwitchboardDb foreign = Desk.Data.For(other);
        await using SwitchboardDb own = Desk.Data.For(Desk.TenantId);
        foreach (IEntityType entity in own.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)))
        {
            // The canary: the rows are there, so the zero below means something.
            int stored = int.Parse((await Desk.Home.TextsAsync($"select cast(count(*) as text) from {entity.GetTableName()}")).Single(), CultureInfo.InvariantCulture);
            stored.ShouldBeGreaterThan(0, entity.Name);
            int theirs = OwnOfOther(entity);
            Count(own, entity, filtered: true).ShouldBe(stored - theirs, entity.Name);
            Count(foreign, entity, filtered: true).ShouldBe(theirs, entity.Name);
            Count(foreign, entity, filtered: false).ShouldBe(HasSecondWall ? theirs : stored, entity.Name);
        }
    }

    [Fact]
    public async Task A_tenant_that_another_node_made_a_moment_ago_is_known_at_once()
    {
        var here = new Tenants(Desk.Data);
        await here.ListAsync(default);
        Guid late = await Desk.AddTenantAsync("late");

        (await here.FindAsync("late", default)).ShouldNotBeNull().Id.ShouldBe(late);
        (await new Tenants(Desk.Data).FindAsync(late, default)).ShouldNotBeNull();
        (await here.FindAsync(Guid.Empty, default)).ShouldBeNull();
        (await here.FindAsync("nobody", default)).ShouldBeNull();
    }

    [Fact]
    public async Task No_row_of_a_tenant_is_found_changed_or_deleted_by_another()
    {
        await using SwitchboardDb own = Desk.Data.For(Desk.TenantId);
        foreach (IEntityType entity in own.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)))
        {
            object row = Rows(own, entity)[0];
            object?[] key = [.. entity.FindPrimaryKey()!.Properties.Select(p => p.PropertyInfo!.GetValue(row))];
            int changed = await Desk.Data.WriteAsync(
                new SystemActor(other, "intruder"),
                db =>
                {
                    db.Find(entity.ClrType, key).ShouldBeNull(entity.Name);
                    return Delete(db, entity);
                },
                default);
            changed.ShouldBe(OwnOfOther(entity), entity.Name);
            foreach (EntityState state in new[] { EntityState.Added, EntityState.Modified, EntityState.Deleted })
            {
                (await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync(new SystemActor(other, "intruder"), db => db.Entry(row).State = state, default)))
                    .Message.ShouldContain("cannot be written in a context of tenant");
            }

            Count(own, entity, filtered: true).ShouldBeGreaterThan(0, entity.Name);
        }
    }

    [Fact]
    public async Task Every_row_reads_back_as_it_was_written_one_by_one_and_in_bulk()
    {
        Guid third = await Desk.AddTenantAsync("third");
        IReadOnlyList<ITenantOwned> rows = await Desk.Data.LoadAsync(
            new SystemActor(third, "test"),
            load =>
            {
                IReadOnlyList<ITenantOwned> made = Specimens.Make(load.Db.Model, third, Desk.NewId);
                foreach (ITenantOwned row in made.Where(r => r is not AuditEntry)) Load(load, row);
                return made;
            },
            default);

        await using SwitchboardDb bulk = Desk.Data.For(third);
        await using SwitchboardDb single = Desk.Data.For(Desk.TenantId);
        foreach (ITenantOwned row in rows.Where(r => r is not AuditEntry))
        {
            IEntityType entity = bulk.Model.FindEntityType(row.GetType())!;
            Json.Write<object>(Rows(bulk, entity).ShouldHaveSingleItem()).ShouldBe(Json.Write<object>(row), entity.Name);
            Rows(single, entity).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Every_entity_has_a_rule_that_says_who_reads_it()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        foreach (IEntityType entity in db.Model.GetEntityTypes().Where(e => !IsOfNoTenant(e.ClrType)))
        {
            EntityRule rule = EntityAccess.Of(entity.ClrType);
            Scopes.All.ShouldContain(rule.Scope);
            rule.Name.ShouldMatch("^[a-z]+(_[a-z]+)*$");
            if (rule.Reach == Reach.Customer && entity.ClrType != typeof(Customer)) typeof(ICustomerOwned).IsAssignableFrom(entity.ClrType).ShouldBeTrue(entity.Name);
        }

        EntityAccess.All.Select(r => r.Entity).ShouldBe(db.Model.GetEntityTypes().Select(e => e.ClrType).Where(t => !IsOfNoTenant(t)), ignoreOrder: true);
    }

    [Fact]
    public async Task Every_entity_but_the_tenant_belongs_to_one_and_begins_its_key_with_it()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        foreach (IEntityType entity in db.Model.GetEntityTypes().Where(e => !IsOfNoTenant(e.ClrType)))
        {
            typeof(ITenantOwned).IsAssignableFrom(entity.ClrType).ShouldBeTrue(entity.Name);
            entity.GetDeclaredQueryFilters().ShouldHaveSingleItem().Key.ShouldBe("tenant");
            entity.FindPrimaryKey()!.Properties[0].Name.ShouldBe(nameof(ITenantOwned.TenantId));
            foreach (IForeignKey key in entity.GetForeignKeys().Where(k => k.PrincipalEntityType.ClrType != typeof(Tenant)))
                key.Properties[0].Name.ShouldBe(nameof(ITenantOwned.TenantId), "a foreign key stays inside the tenant");
        }
    }

    [Fact]
    public async Task Rows_of_tenants_cannot_be_read_or_written_without_a_tenant()
    {
        Should.Throw<ArgumentException>(() => Desk.Data.For(Guid.Empty));
        await Should.ThrowAsync<ArgumentException>(() => Desk.Data.WriteAsync(new SystemActor(Guid.Empty, "test"), _ => 0, default));
        await using SwitchboardDb none = Desk.Data.ForNoTenant();
        await Should.ThrowAsync<InvalidOperationException>(() => none.Messages.ToListAsync());
    }

    [Fact]
    public async Task A_row_of_another_tenant_cannot_be_written()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync(Desk.Actor, db => db.Add(new Customer { TenantId = other, Id = Desk.NewId(), Name = "X", Plan = "free", Since = Desk.Start }), default));
    }

    [Fact]
    public async Task A_context_for_reading_tracks_nothing_and_saves_nothing()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Customer customer = await db.Customers.FirstAsync();
        db.Entry(customer).State.ShouldBe(EntityState.Detached);
        Should.Throw<InvalidOperationException>(() => db.SaveChanges());
        await Should.ThrowAsync<DbException>(() => db.Customers.ExecuteDeleteAsync());
    }

    [Fact]
    public async Task A_key_is_found_by_its_hash_with_its_owner_until_nobody_knows_it()
    {
        KeyText text = KeyText.Create();
        ApiKey key = await AddKeyAsync(text);

        OwnedKey found = (await Desk.Get<ApiKeys>().FindByHashAsync(KeyText.Of(text.Text).Hash, default)).ShouldNotBeNull();

        found.Key.Id.ShouldBe(key.Id);
        found.Key.Scopes.ShouldBe(key.Scopes);
        found.Owner.Id.ShouldBe(key.OwnerId);
        text.Text.ShouldMatch("^swb_live_[A-Za-z0-9_-]{43}$");
        text.Text.ShouldStartWith(text.Prefix);
        text.ToString().ShouldNotContain(text.Text);
        (await Desk.Get<ApiKeys>().FindByHashAsync(new byte[32], default)).ShouldBeNull();
        (await Desk.Get<ApiKeys>().RevokeAsync(new SystemActor(other, "test"), key.Id, Desk.Start, default)).ShouldBeFalse();
        (await Desk.Get<ApiKeys>().RevokeAsync(Desk.Actor, key.Id, Desk.Start, default)).ShouldBeTrue();
        (await Desk.Get<ApiKeys>().RevokeAsync(Desk.Actor, key.Id, Desk.Start, default)).ShouldBeFalse();
        (await Desk.Get<ApiKeys>().FindByHashAsync(text.Hash, default))!.Key.IsUsable(Desk.Start).ShouldBeFalse();
        (await Desk.Get<ApiKeys>().ListAsync(Desk.TenantId, default)).Count.ShouldBe(2);
        (await Desk.Get<ApiKeys>().ListAsync(other, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tenants_are_found_by_slug_and_id_and_a_slug_is_given_once()
    {
        (await Desk.Tenants.FindAsync("acme", default))!.Id.ShouldBe(Desk.TenantId);
        (await Desk.Tenants.FindAsync(other, default))!.Slug.ShouldBe("other");
        (await Desk.Tenants.FindAsync("nobody", default)).ShouldBeNull();
        (await Desk.Tenants.ListAsync(default)).Select(t => t.Slug).ShouldBe(["acme", "other"]);
        await Should.ThrowAsync<ArgumentException>(() => Desk.AddTenantAsync("acme"));
        await Should.ThrowAsync<ArgumentException>(() => Desk.AddTenantAsync("Not a slug"));
    }

    private static int Count(SwitchboardDb db, IEntityType entity, bool filtered) =>
        (int)typeof(TenancySuite).GetMethod(nameof(CountOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(entity.ClrType).Invoke(null, [db, filtered])!;

    private static int CountOf<T>(SwitchboardDb db, bool filtered) where T : class =>
        filtered ? db.Set<T>().Count() : db.Set<T>().IgnoreQueryFilters(["tenant"]).Count();

    /// <summary>Rows that the other tenant has itself: that it was made is entered in its audit.</summary>
    private static int OwnOfOther(IEntityType entity) => entity.ClrType == typeof(AuditEntry) ? 1 : 0;

    private static int Delete(SwitchboardDb db, IEntityType entity) => (int)Generic(nameof(DeleteOf), entity).Invoke(null, [db])!;

    private static int DeleteOf<T>(SwitchboardDb db) where T : class => db.Set<T>().ExecuteDelete();

    private static List<object> Rows(SwitchboardDb db, IEntityType entity) => (List<object>)Generic(nameof(RowsOf), entity).Invoke(null, [db])!;

    /// <summary>The tenants themselves, and the processes that carry runs out.</summary>
    private static bool IsOfNoTenant(Type entity) => entity == typeof(Tenant) || entity == typeof(RunNode);

    private static List<object> RowsOf<T>(SwitchboardDb db) where T : class => [.. db.Set<T>()];

    private static void Load(IBulkLoad load, ITenantOwned row) =>
        typeof(TenancySuite).GetMethod(nameof(LoadOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(row.GetType()).Invoke(null, [load, row]);

    private static void LoadOf<T>(IBulkLoad load, T row) where T : class, ITenantOwned => load.Add([row]).ShouldBe(1);

    private static MethodInfo Generic(string name, IEntityType entity) => typeof(TenancySuite).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(entity.ClrType);

    private async Task<ApiKey> AddKeyAsync(KeyText text)
    {
        var owner = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = $"{Desk.NewId():N}@example.com", Name = "Olga", Role = Role.Owner, CreatedAt = Desk.Start };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(owner), default);
        var key = new ApiKey { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "k", Prefix = text.Prefix, Hash = text.Hash, OwnerId = owner.Id, Scopes = ScopeSet.Parse("read:agents write:knowledge"), CreatedAt = Desk.Start };
        await Desk.Get<ApiKeys>().CreateAsync(Desk.Actor, key, default);
        return key;
    }

    /// <summary>Puts at least one row into each table.</summary>
    private Task FillAsync() => Desk.Data.WriteAsync(
        Desk.Actor,
        db =>
        {
            db.AddRange(Specimens.Make(db.Model, Desk.TenantId, Desk.NewId));
            return 0;
        },
        default);
}
