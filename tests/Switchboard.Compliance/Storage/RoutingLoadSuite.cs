using System.Text.Json;
using Switchboard.Agents.Routing;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Compliance.Storage;

/// <summary>What the agents of context and complexity load from stored rows, counted by hand.</summary>
public abstract class RoutingLoadSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly Catalogue catalogue = Catalogue.FromAssembly(typeof(ContextInjector).Assembly);

    private Customer acme = null!;
    private Contact ada = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        acme = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Acme", Plan = "enterprise", Since = Days(400) };
        ada = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Email = "ada@acme.example", Name = "Ada", Role = ContactRole.Admin };
        await AddAsync(acme, ada, new Prediction { TenantId = Desk.TenantId, Id = Desk.NewId(), Kind = "churn", Entity = "customer", EntityId = acme.Id, Value = 0.8, ModelVersion = "1", MadeAt = Days(2) });
    }

    [Fact]
    public async Task The_context_is_that_of_the_contacts_own_customer_whatever_customer_is_named()
    {
        (JsonElement? facts, IReadOnlyList<FactRead> reads) = await LoadAsync("routing/context-injector", new { contactId = ada.Id, proof = "widget" }, Desk.Actor);
        ContextInjectorFacts read = Json.Read<ContextInjectorFacts>(facts!.Value.GetRawText());
        (read.CustomerId, read.Plan!.Value, read.Role!.Value, read.Churn!.Value, read.Health, read.Missing!.Count).ShouldBe((acme.Id.ToString(), "enterprise", "admin", 0.8, null, 0));
        reads.Single(r => r.Entity == "customer").Ids.ShouldBe([acme.Id]);
        reads.Single(r => r.Entity == "prediction").Count.ShouldBe(1);

        var other = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Other", Plan = "free", Since = Days(1) };
        await AddAsync(other);
        (await LoadAsync("routing/context-injector", new { contactId = ada.Id, customerId = other.Id, proof = "widget" }, Desk.Actor)).Facts.ShouldBeNull();
        (await LoadAsync("routing/context-injector", new { contactId = Desk.NewId(), proof = "widget" }, Desk.Actor)).Facts.ShouldBeNull();
        JsonElement nobody = (await LoadAsync("routing/context-injector", new { contactId = ada.Id, customerId = acme.Id, proof = "none" }, Desk.Actor)).Facts!.Value;
        nobody.GetProperty("customerId").ValueKind.ShouldBe(JsonValueKind.Null);
        nobody.TryGetProperty("plan", out JsonElement plan).ShouldBeTrue();
        plan.ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task In_a_customers_turn_the_context_is_the_proven_customers_without_what_is_for_the_staff()
    {
        IRowFacts rows = Desk.Get<IFactSource>().Open(FactScope.Of(catalogue.ById["routing/context-injector"], Desk.Actor) with { Viewer = new ContactViewer(acme.Id, ada.Id, null) });
        Core.Context.CustomerContext own = (await rows.ContextAsync(acme.Id, null)).ShouldNotBeNull();
        (own.Account.Plan!.Value, own.Account.Churn, own.Account.Role!.Value).ShouldBe(("enterprise", null, "admin"));
        own.Missing.ShouldContain("churn");

        var other = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Other", Plan = "free", Since = Days(1) };
        await AddAsync(other);
        (await rows.ContextAsync(other.Id, null)).ShouldBeNull();
    }

    [Fact]
    public async Task A_card_that_does_not_declare_what_the_context_reads_gets_none_of_it()
    {
        FactScope scope = FactScope.Of(catalogue.ById["routing/context-injector"], Desk.Actor);
        IRowFacts rows = Desk.Get<IFactSource>().Open(scope with { Capabilities = [.. scope.Capabilities.Except(["read:ticket"])] });
        (await Should.ThrowAsync<FactsDeniedException>(() => rows.ContextAsync(acme.Id, null))).Reason.ShouldBe("capability_missing");
    }

    [Fact]
    public async Task Complexity_counts_the_contacts_earlier_talks_and_how_long_those_of_the_category_took()
    {
        Conversation now = Talk("billing/refund-processor", 0), bill = Resolved(Talk("billing/refund-processor", 6)), overage = Resolved(Talk("monetization/overage-alert", 52)), other = Resolved(Talk("technical/bug-triager", 3));
        bill.Complexity = "moderate";
        now.CustomerWrote(Desk.Start);
        await AddAsync(now, bill, overage, other, Talk("billing/refund-processor", 31));

        JsonElement facts = (await LoadAsync("routing/complexity-assessor", new { text = "Where is my money?", candidates = new[] { new { leaf = "billing/refund-processor" } }, customerId = acme.Id, contactId = ada.Id, conversationId = now.Id }, Desk.Actor)).Facts!.Value;
        AssessedTurn turn = Json.Read<AssessedTurn>(facts.GetRawText());

        turn.Earlier.ShouldBe([new EarlierTalks("billing/refund-processor", 1), new EarlierTalks("technical/bug-triager", 1)], ignoreOrder: true);
        turn.Reopened.ShouldBe(false);
        (turn.Context!.Plan, turn.Context.Churn, turn.Context.Health).ShouldBe(("enterprise", 0.8, null));
        // Both began on a working day at half past nine.
        turn.Resolved!.Select(r => (r.Leaf, r.Level)).ShouldBe([("billing/refund-processor", "moderate"), ("monetization/overage-alert", null)]);
        turn.Resolved!.ShouldAllBe(r => r.Minutes == 90);
    }

    private async Task<(JsonElement? Facts, IReadOnlyList<FactRead> Reads)> LoadAsync(string agent, object input, Actor actor)
    {
        IRowFacts rows = Desk.Get<IFactSource>().Open(FactScope.Of(catalogue.ById[agent], actor));
        var basis = new AgentBasis(Desk.Start, TimeZoneInfo.Utc, "EUR", TenantPolicies.Default) { Card = catalogue.ById[agent] };
        LoadedFacts loaded = await ((ComputingAgent)catalogue.Find(agent)!).LoadAsync(JsonSerializer.SerializeToElement(input, Json.Options), rows, basis, default);
        return (loaded.Facts, rows.Reads);
    }

    private Task AddAsync(params object[] rows) => Desk.Data.WriteAsync(
        Desk.Actor,
        db =>
        {
            db.AddRange(rows);
            return 0;
        },
        default);

    private static DateTimeOffset Days(int ago) => Desk.Start.AddDays(-ago);

    private Conversation Talk(string intent, int days) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, ContactId = ada.Id, Channel = Channel.Web, Subject = "s", PrimaryIntent = intent, CreatedAt = Days(days), LastActivityAt = Days(days) };

    private static Conversation Resolved(Conversation talk)
    {
        talk.Resolve(talk.CreatedAt.AddMinutes(90));
        return talk;
    }
}
