using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Auditing;

/// <summary>Each change is entered with who made it, in the transaction of the change.</summary>
public abstract class AuditRecordingSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Desk desk => Desk;

    [Fact]
    public async Task A_row_made_changed_and_deleted_leaves_three_entries_with_who_and_only_what_changed()
    {
        Customer customer = await desk.AddCustomerAsync("Ada & Söhne 🧾");
        await desk.ChangeAsync<Customer>(customer.Id, c => c.Plan = "premium");
        desk.Clock.Advance(TimeSpan.FromMilliseconds(7));
        await desk.Data.WriteAsync(desk.Actor, db => db.Remove(db.Customers.Single()), default);

        List<AuditEntry> entries = (await desk.EntriesAsync()).FindAll(e => e.Entity == "customer");
        entries.Select(e => (e.Action, e.Actor, e.EntityId)).ShouldBe([("created", "system:test", customer.Id), ("changed", "system:test", customer.Id), ("deleted", "system:test", customer.Id)]);
        entries[0].Before.ShouldBeNull();
        Field(entries[0].After, "name").ShouldBe("Ada & Söhne 🧾");
        Json(entries[1].Before).EnumerateObject().Select(p => p.Name).ShouldBe(Json(entries[1].After).EnumerateObject().Select(p => p.Name));
        (Field(entries[1].Before, "plan"), Field(entries[1].After, "plan")).ShouldBe(("free", "premium"));
        Json(entries[1].After).TryGetProperty("name", out _).ShouldBeFalse("the name did not change");
        Field(entries[2].Before, "plan").ShouldBe("premium");
        entries[2].After.ShouldBeNull();
    }

    [Fact]
    public async Task Work_that_fails_leaves_no_entry_and_one_that_changes_nothing_neither()
    {
        Customer customer = await desk.AddCustomerAsync("Ada");
        int before = (await desk.EntriesAsync()).Count;

        await Should.ThrowAsync<InvalidOperationException>(() => desk.Data.WriteAsync<int>(
            desk.Actor,
            db =>
            {
                db.Customers.Single().Plan = "premium";
                db.SaveChanges();
                throw new InvalidOperationException("after writing");
            },
            default));
        await desk.ChangeAsync<Customer>(customer.Id, c => c.Plan = "free");

        (await desk.EntriesAsync()).Count.ShouldBe(before);
        await desk.Sealer().SealAsync(default);
        (await desk.VerifyAsync()).Faults.ShouldBeEmpty("an entry that was undone is not missed");
    }

    [Fact]
    public async Task Every_entity_is_entered_under_its_name_except_the_journals()
    {
        IModel model = Model();
        IReadOnlyList<ITenantOwned> rows = Specimens.Make(model, desk.TenantId, desk.NewId);
        await desk.Data.WriteAsync(desk.Actor, db => { db.AddRange(rows.Where(r => r is not AuditEntry)); return 0; }, default);

        HashSet<string> entered = [.. (await desk.EntriesAsync()).Where(e => e.Action == "created").Select(e => e.Entity)];
        Type[] silent =
        [
            typeof(Run), typeof(RunStep), typeof(RunEvent), typeof(Message), typeof(AuditEntry), typeof(SearchLog), typeof(EmbeddingModel), typeof(PassageVector), typeof(IntentModelVersion), typeof(KbArticleVersion),
            typeof(AnsweredCall), typeof(RefreshToken), typeof(SpentSignIn), typeof(WebhookDelivery), typeof(OutboxAttempt),
        ];
        foreach (ITenantOwned row in rows)
        {
            string name = AuditedFields.NameOf(row.GetType());
            entered.Contains(name).ShouldBe(!silent.Contains(row.GetType()), name);
        }
    }

    [Fact]
    public async Task A_value_that_would_let_its_reader_act_for_another_is_masked()
    {
        var owner = new User { TenantId = desk.TenantId, Id = desk.NewId(), Email = "o@example.com", Name = "O", Role = Role.Owner, CreatedAt = Desk.Start };
        KeyText text = KeyText.Create();
        var key = new ApiKey { TenantId = desk.TenantId, Id = desk.NewId(), Name = "k", Prefix = text.Prefix, Hash = text.Hash, OwnerId = owner.Id, Scopes = new ScopeSet(Scopes.All), CreatedAt = Desk.Start };
        await desk.Data.WriteAsync(desk.Actor, db => { db.Add(owner); db.Add(key); return 0; }, default);

        AuditEntry entry = (await desk.EntriesAsync()).Single(e => e.Entity == "api_key");
        Field(entry.After, "hash").ShouldBe("***");
        entry.After!.ShouldNotContain(Convert.ToBase64String(text.Hash));
        Field(entry.After, "scopes").ShouldContain("read:audit");
    }

    [Fact]
    public void No_field_that_is_named_like_a_secret_is_entered_in_clear_unless_it_is_known_to_be_none()
    {
        string[] signs = ["Hash", "Secret", "Token", "Password", "PrivateKey", "Credential"];
        string[] harmless = ["KbArticle.ContentHash", "SearchLog.ContactHash", "Message.Tokens", "UserCredential.PasswordChangedAt"];
        string[] open = [.. Model().GetEntityTypes().Where(e => AuditedFields.IsAudited(e.ClrType)).SelectMany(e => e.GetProperties().Select(p => (e.ClrType, p.Name)))
            .Where(p => signs.Any(s => p.Name.Contains(s, StringComparison.Ordinal)) && !AuditedFields.IsSecret(p.ClrType, p.Name)).Select(p => $"{p.ClrType.Name}.{p.Name}")];
        open.Except(harmless).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_turn_that_hands_over_enters_the_conversation_and_the_handoff_and_one_that_changes_nothing_audited_enters_nothing()
    {
        Guid id = await desk.AddConversationAsync();
        AcceptResult first = await desk.AcceptAsync(id);
        await desk.FinishAsync(first);
        int before = (await desk.EntriesAsync()).Count;
        desk.Clock.Advance(TimeSpan.FromMilliseconds(7));
        AcceptResult second = await desk.AcceptAsync(id);
        TurnState state = await desk.LoadAsync(second);
        state.Conversation.HandToHuman(Priority.High, desk.Clock.GetUtcNow());
        await desk.Store.FinishAsync(desk.Finishing(state), default);

        List<AuditEntry> entries = (await desk.EntriesAsync()).Skip(before).ToList();
        AuditEntry entry = entries.ShouldHaveSingleItem();
        (entry.Action, entry.Entity, entry.EntityId, entry.Actor).ShouldBe(("changed", "conversation", (Guid?)id, "system:desk"));
        Field(entry.Before, "owner").ShouldBe("bot");
        Field(entry.After, "owner").ShouldBe("human");
        Field(entry.After, "priority").ShouldBe("high");
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Conversation stored = await db.Conversations.SingleAsync();
        (stored.Owner, stored.Priority).ShouldBe((ConversationOwner.Human, Priority.High));

        AcceptResult third = await desk.AcceptAsync(id);
        await desk.Store.FinishAsync(desk.Finishing(await desk.LoadAsync(third), reply: null), default);
        (await desk.EntriesAsync()).Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_load_of_many_rows_is_one_entry_for_each_table_with_their_number_and_a_hash_of_their_keys()
    {
        Customer[] customers = [.. Enumerable.Range(0, 500).Select(i => new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = $"c{i}", Plan = "free", Since = Desk.Start })];
        await desk.Data.LoadAsync(desk.Actor, load => load.Add(customers[..300]) + load.Add(customers[300..]), default);

        AuditEntry entry = (await desk.EntriesAsync()).Single(e => e.Entity == "customer");
        (entry.Action, entry.EntityId).ShouldBe(("loaded", (Guid?)null));
        Json(entry.After).GetProperty("count").GetInt32().ShouldBe(500);
        using var keys = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (Customer customer in customers)
        {
            keys.AppendData([0, 0, 0, 16]);
            keys.AppendData(customer.Id.Bytes());
        }

        Field(entry.After, "keys").ShouldBe(Convert.ToHexStringLower(keys.GetHashAndReset()));
    }

    [Fact]
    public async Task Entries_of_the_audit_cannot_be_loaded()
    {
        AuditEntry[] forged = [new() { TenantId = desk.TenantId, Id = desk.NewId(), Actor = "me", Action = "created", Entity = "customer", At = Desk.Start, Mark = [] }];
        await Should.ThrowAsync<InvalidOperationException>(() => desk.Data.LoadAsync(desk.Actor, load => load.Add(forged), default));
    }

    [Fact]
    public async Task A_persons_message_enters_that_the_person_owns_the_conversation_and_the_next_one_enters_nothing()
    {
        Guid id = await desk.AddConversationAsync();
        for (int i = 0; i < 2; i++)
            (await desk.Store.PostHumanAsync(new HumanMessage(desk.Actor, id, desk.NewId(), desk.NewId(), "I am here.", IsPrivate: false, desk.Clock.GetUtcNow()), default)).Kind.ShouldBe(AcceptKind.Accepted);

        AuditEntry entry = (await desk.EntriesAsync()).Single(e => e is { Entity: "conversation", Action: "changed" });
        (Field(entry.Before, "owner"), Field(entry.After, "owner")).ShouldBe(("bot", "human"));
        entry.Actor.ShouldBe("system:test");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Entries_are_sealed_verified_and_found_out_when_the_rows_are_tampered_with(int seed)
    {
        for (int i = 0; i < 12; i++) await desk.AddCustomerAsync($"c{i}");
        (await desk.Sealer().SealAsync(default)).ShouldBe(13);
        for (int i = 0; i < 4; i++) await desk.AddCustomerAsync($"d{i}");
        (await desk.Sealer().SealAsync(default)).ShouldBe(4);
        AuditReport report = await desk.VerifyAsync();
        (report.FaultCount, report.Sealed, report.Waiting, report.Anchored).ShouldBe((0, 17, 0, 17));

        int place = new Random(seed).Next(2, 16);
        await Home.ExecuteAsync($"update audit_entries set actor = 'nobody' where position = {place}");
        (await desk.VerifyAsync()).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Kind.ShouldBe(AuditFaultKind.Mark), f => f.Position.ShouldBe(place));
        await Home.ExecuteAsync($"delete from audit_entries where position = {place}");
        (await desk.VerifyAsync()).Faults[0].ShouldSatisfyAllConditions(f => f.Kind.ShouldBe(AuditFaultKind.Gap), f => f.Position.ShouldBe(place));
        await Home.ExecuteAsync($"delete from audit_entries where position >= {place}");
        (await desk.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Truncated);
        await desk.AddCustomerAsync("gone before it is sealed");
        await Home.ExecuteAsync("delete from audit_entries where position is null");
        await desk.Sealer().SealAsync(default);
        (await desk.VerifyAsync()).Faults.Select(f => f.Kind).ShouldBe([AuditFaultKind.Gap, AuditFaultKind.Missing]);
    }

    [Fact]
    public async Task Several_sealers_of_one_database_make_one_chain()
    {
        await desk.Sealer().SealAsync(default);
        var sealers = new List<AuditSealer> { desk.Sealer() };
        for (int i = 0; i < 3; i++)
        {
            // Each process has a folder of its own, which begins with a copy of the first one's note.
            using DataFolder folder = DataFolder.Open(Path.Combine(desk.Folder.Path, $"node{i}"), desk.Clock);
            File.Copy(Path.Combine(desk.Folder.Path, "audit-anchor"), Path.Combine(folder.Path, "audit-anchor"));
            sealers.Add(new AuditSealer(desk.Get<IAuditChains>(), desk.Get<AuditTrail>(), new AuditAnchor(folder, desk.Get<AuditTrail>(), isShared: true), desk.Tenants, desk.Clock, desk.Get<IFaultPoints>()));
        }

        for (int i = 0; i < 30; i++)
        {
            await desk.AddCustomerAsync($"c{i}");
            if (i % 5 == 0) await Task.WhenAll(sealers.Select(s => s.SealAsync(default)));
        }

        await Task.WhenAll(sealers.Select(s => s.SealAsync(default)));
        (await desk.VerifyAsync()).ShouldSatisfyAllConditions(r => r.Faults.ShouldBeEmpty(), r => r.Waiting.ShouldBe(0), r => r.Sealed.ShouldBe(31));
    }

    private StorageHome Home => desk.Home;

    private IModel Model()
    {
        using SwitchboardDb db = desk.Data.For(desk.TenantId);
        return db.Model;
    }

    private static JsonElement Json(string? text) => JsonElement.Parse(text.ShouldNotBeNull());

    private static string Field(string? text, string name) => Json(text).GetProperty(name).GetString()!;
}

public sealed class SqliteAuditRecordingTests() : AuditRecordingSuite(SqliteHome.CreateAsync);

public sealed class PostgresAuditRecordingTests(PostgresServer server) : AuditRecordingSuite(server.NewHomeAsync);
