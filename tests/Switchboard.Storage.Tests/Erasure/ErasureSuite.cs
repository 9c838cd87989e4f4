using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core;
using Switchboard.Core.Erasure;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Calls;
using Switchboard.Storage.Erasure;
using Switchboard.Storage.Model;
using Switchboard.Storage.Tests.Auditing;

namespace Switchboard.Storage.Tests.Erasure;

public sealed class SqliteErasureTests() : ErasureSuite(SqliteHome.CreateAsync)
{
    /// <summary>No file of the data folder holds a word of the customer, not even in free pages or the log.</summary>
    protected override async Task ShreddedAsync()
    {
        FilesWith(Erased).ShouldNotBeEmpty("the canary: the pages that were written over are still there");
        await Desk.Get<ICustomerErasure>().ShredAsync(default);
        FilesWith(Erased).ShouldBeEmpty();
        FilesWith(Kept).ShouldNotBeEmpty();
        new FileInfo(Desk.Folder.DatabasePath + "-wal").Length.ShouldBe(0);
        (await Desk.AddConversationAsync()).ShouldNotBe(Guid.Empty, "the writer goes on");
    }

    private List<string> FilesWith(string word)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        var found = new List<string>();
        foreach (string file in Directory.EnumerateFiles(Desk.Home.DataPath, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            if (copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(bytes) >= 0) found.Add(Path.GetFileName(file));
        }

        return found;
    }
}

public sealed class PostgresErasureTests(PostgresServer server) : ErasureSuite(server.NewHomeAsync);

/// <summary>A customer with a row of every entity, each text of it a canary, and what is found of them after it was erased.</summary>
public abstract class ErasureSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    /// <summary>Stands in every column that must be gone.</summary>
    protected const string Erased = "erasedcanary";

    /// <summary>Stands in every column that stays.</summary>
    protected const string Kept = "keptcanary";

    private readonly List<Guid> others = [];

    private ICustomerErasure Erasure => Desk.Get<ICustomerErasure>();

    /// <summary>What a home's own files hold behind it.</summary>
    protected virtual Task ShreddedAsync() => Task.CompletedTask;

    [Fact]
    public async Task Of_every_kind_of_thing_nothing_is_left_in_any_column_but_what_the_plan_keeps_and_nobody_elses_row_is_another_one()
    {
        Guid customer = await CustomerAsync();
        await CustomerAsync("other", 5000);
        Guid own = Desk.TenantId;
        await Desk.UseTenantAsync("elsewhere");
        await CustomerAsync("foreign");
        Desk.UseTenant(own);
        await Desk.Sealer().SealAsync(default);
        List<string> othersBefore = await LinesOfOthersAsync();
        othersBefore.Count.ShouldBeGreaterThan(150);
        (await ColumnsWithAsync(Erased)).Count.ShouldBeGreaterThan(100, "the canaries are there");
        string invoice = await InvoiceAsync(customer);

        ErasureReport preview = (await Erasure.PreviewAsync(Desk.TenantId, customer, default)).ShouldNotBeNull();
        ErasureReport report = await EraseAsync(customer);

        (await ColumnsWithAsync(Erased)).ShouldBeEmpty();
        (await LinesOfOthersAsync()).ShouldBe(othersBefore);
        ErasedEntity[] emptied = [.. ErasurePlan.All.Where(e => e.Way == ErasureWay.Emptied)];
        HashSet<string> tables = [.. emptied.Select(e => TableOf(e.Entity))];
        List<string> stays = [.. (await ColumnsWithAsync(Kept)).Where(c => tables.Contains(c.Split('.')[0]))];
        stays.ShouldBeSubsetOf(emptied.SelectMany(e => e.Kept.Keys.Select(c => $"{TableOf(e.Entity)}.{StorageConventions.LowerSnake(c)}")));
        stays.Count.ShouldBeGreaterThan(60);
        // That it began is an entry more than there was to see before.
        report.Rows.ShouldBe(preview.Rows.ToDictionary(r => r.Key, r => r.Key == "audit_entries" ? r.Value + 1 : r.Value), ignoreOrder: true);
        (report.Withdrawn, preview.Withdrawn, report.SubscriptionsEnded, report.ErasedAt).ShouldBe((1, 1, 1, Desk.Clock.GetUtcNow()));
        await BooksAsync(customer, invoice);
        await ShreddedAsync();
        await ChainAsync(customer, report);
    }

    /// <summary>What the books and figures need stays with an anonymous customer.</summary>
    private async Task BooksAsync(Guid customer, string invoice)
    {
        (await InvoiceAsync(customer)).ShouldBe(invoice);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Customer left = await db.Customers.SingleAsync(c => c.Id == customer);
        (left.Name, left.Domain, left.Lifecycle).ShouldBe(("Erased customer", null, CustomerLifecycle.Churned));
        left.AnonymisedAt.ShouldNotBeNull();
        left.DeletedAt.ShouldNotBeNull();
        Contact nobody = await db.Contacts.SingleAsync(c => c.CustomerId == customer);
        nobody.Email.ShouldBe($"{nobody.Id:N}@erased.invalid");
        (await db.Set<Subscription>().SingleAsync(s => s.CustomerId == customer)).Status.ShouldBe(SubscriptionStatus.Canceled);
        (await db.Set<SubscriptionChange>().CountAsync(c => c.CustomerId == customer)).ShouldBe(2, "the end is in the ledger");
        (await db.Conversations.SingleAsync(c => c.CustomerId == customer)).Status.ShouldBe(ConversationStatus.Closed);
        (await db.Messages.CountAsync()).ShouldBe(2);
        (await db.Set<CsatRating>().CountAsync()).ShouldBe(2);
        (await db.Set<Approval>().SingleAsync(a => a.CustomerId == customer)).Status.ShouldBe(ApprovalStatus.Expired);
        (await db.Runs.SingleAsync(r => r.Input == "{}")).Status.ShouldBe(RunStatus.Cancelled);
    }

    /// <summary>The chain of the audit is whole, and tells who erased what and when without a word of it.</summary>
    private async Task ChainAsync(Guid customer, ErasureReport report)
    {
        report.Rows["audit_entries"].ShouldBeGreaterThan(50);
        (await Desk.VerifyAsync()).IsWhole.ShouldBeTrue("entries that were sealed before");
        await Desk.Sealer().SealAsync(default);
        AuditReport whole = await Desk.VerifyAsync();
        whole.IsWhole.ShouldBeTrue(string.Join('\n', whole.Faults));
        AuditEntry told = (await Desk.EntriesAsync()).Single(e => e.Action == AuditChange.Erased);
        (told.Actor, told.EntityId, told.Entity).ShouldBe((Desk.Actor.Key, customer, "customer"));
        Json.Read<ErasureReport>(told.After!).Rows.ShouldBe(report.Rows.ToDictionary(r => r.Key, r => r.Value), ignoreOrder: true);
        // Who has the database alone can neither empty an entry nor alter what is left of one.
        await Desk.Home.ExecuteAsync("update audit_entries set after = null where action = 'erased'");
        (await Desk.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Mark);
        await Desk.Home.ExecuteAsync("update audit_entries set actor = 'key:other' where erased is not null");
        (await Desk.VerifyAsync()).FaultCount.ShouldBe(report.Rows["audit_entries"] + 1);
    }

    [Fact]
    public async Task A_process_that_dies_leaves_all_or_nothing_erased_and_doing_it_again_gives_the_first_result()
    {
        Guid customer = await CustomerAsync();
        int before = (await ColumnsWithAsync(Erased)).Count;
        Desk.Faults.At = "erase:before-commit";
        await Should.ThrowAsync<Exception>(() => EraseAsync(customer));
        (await ColumnsWithAsync(Erased)).Count.ShouldBe(before);
        Desk.Faults.At = "erase:after-commit";
        await Should.ThrowAsync<Exception>(() => EraseAsync(customer));
        Desk.Faults.At = null;
        (await ColumnsWithAsync(Erased)).ShouldBeEmpty();

        Desk.Clock.Advance(TimeSpan.FromHours(1));
        List<string> rows = await LinesAsync();
        ErasureReport again = await Erasure.EraseAsync(Desk.Actor, customer, default);
        again.ErasedAt.ShouldBe(Desk.Clock.GetUtcNow().AddHours(-1));
        again.Rows["messages"].ShouldBe(1);
        (await LinesAsync()).ShouldBe(rows);
    }

    [Fact]
    public async Task While_a_turn_is_under_way_it_is_waited_for_and_new_messages_are_refused_unless_it_is_taken_back_or_a_legal_hold_keeps_everything()
    {
        Contact person = await PersonAsync();
        Guid customer = person.CustomerId!.Value, talk = Desk.NewId();
        await Erasure.BeginAsync(Desk.Actor, customer, default);
        (await BeginAsync(talk, person)).Kind.ShouldBe(AcceptKind.Erased);
        await Erasure.StopAsync(Desk.Actor, customer, default);
        AcceptResult turn = await BeginAsync(talk, person);
        turn.Kind.ShouldBe(AcceptKind.Accepted);
        await Erasure.BeginAsync(Desk.Actor, customer, default);

        (await Should.ThrowAsync<StepFailedException>(() => Erasure.EraseAsync(Desk.Actor, customer, default))).Code.ShouldBe("runs_under_way");
        (await Desk.AcceptAsync(talk)).Kind.ShouldBe(AcceptKind.Erased);
        (await BeginAsync(Desk.NewId(), person)).Kind.ShouldBe(AcceptKind.Erased);
        await Desk.FinishAsync(turn);
        await Desk.ChangeAsync<Customer>(customer, c => c.LegalHold = true);
        (await Should.ThrowAsync<StepFailedException>(() => Erasure.BeginAsync(Desk.Actor, customer, default))).Code.ShouldBe("legal_hold");
        (await Should.ThrowAsync<StepFailedException>(() => Erasure.EraseAsync(Desk.Actor, customer, default))).Code.ShouldBe("legal_hold");
        await Desk.ChangeAsync<Customer>(customer, c => c.LegalHold = false);
        Guid visited = await VisitedAsync(person.Email), strange = await VisitedAsync("somebody@else.example");
        (Guid own, Guid theirs) = await MailsAsync(person);
        ErasureReport report = await Erasure.EraseAsync(Desk.Actor, customer, default);
        (report.Rows["messages"], report.Rows["conversations"]).ShouldBe((2, 2));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == visited)).ReplyEmail.ShouldBeNull("somebody who was not proven gave the address");
        (await db.Conversations.SingleAsync(c => c.Id == strange)).ReplyEmail.ShouldNotBeNull();
        (await db.Set<OutboxEntry>().Select(e => e.Id).ToListAsync()).ShouldBe([theirs], $"a mail of no customer to the person ({own}) goes, another customer's that names the person stays");
        (await Desk.AcceptAsync(talk)).Kind.ShouldBe(AcceptKind.Erased);
        (await BeginAsync(Desk.NewId(), person)).Kind.ShouldBe(AcceptKind.Erased, "the token of the person that was");
    }

    /// <summary>A customer with a row of every entity. Its texts are canaries; those of another one say whose they are.</summary>
    private async Task<Guid> CustomerAsync(string? whose = null, int from = 0)
    {
        Dictionary<Type, ErasedEntity> plan = ErasurePlan.All.ToDictionary(e => e.Entity);
        string Word(Type entity, string property) =>
            whose ?? (plan[entity].Way == ErasureWay.Untouched || plan[entity].Kept.ContainsKey(property) ? Kept : Erased);
        Customer customer = null!;
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                ITenantOwned[] rows = [.. Specimens.Make(db.Model, Desk.TenantId, Desk.NewId, Word, from).Where(r => r is not AuditEntry and not AnsweredCall)];
                customer = rows.OfType<Customer>().Single();
                Tie(rows, whose);
                db.AddRange(rows);
                Open(db, rows);
                if (whose is not null) others.AddRange(rows.Select(IdOf));
                return 0;
            },
            default);
        string word = whose ?? Erased;
        await Desk.Get<AnsweredCalls>().WriteAsync(Desk.Actor, new CallKey($"user:1\n{word}", [1]), db => "made", _ => new CallAnswer(200, $"{{\"id\":\"{customer.Id}\"}}", null, null), default);
        return customer.Id;
    }

    private async Task<ErasureReport> EraseAsync(Guid customer)
    {
        await Erasure.BeginAsync(Desk.Actor, customer, default);
        return await Erasure.EraseAsync(Desk.Actor, customer, default);
    }

    /// <summary>What no column ties, tied as the program does it: by the ids in what it says.</summary>
    private void Tie(ITenantOwned[] rows, string? whose)
    {
        Guid customer = rows.OfType<Customer>().Single().Id, message = rows.OfType<Message>().Single().Id, talk = rows.OfType<Conversation>().Single().Id;
        Contact person = rows.OfType<Contact>().Single();
        Run run = rows.OfType<Run>().Single();
        string word = whose ?? Erased;
        Set(run, nameof(Run.Input), $$"""{"customerId":"{{customer:N}}","words":"{{word}}"}""");
        Set(run, nameof(Run.Subject), $"{whose ?? Kept} {run.Id}");
        Set(rows.OfType<ContentDraft>().Single(), nameof(ContentDraft.Evidence), new[] { $"message {message}", word });
        Set(rows.OfType<ArticleBrief>().Single(), nameof(ArticleBrief.Sources), new[] { $"{talk}", word });
        SearchLog search = rows.OfType<SearchLog>().Single();
        Set(search, nameof(SearchLog.ContactHash), Desk.Get<ReaderHash>().Of(new ContactActor(Desk.TenantId, Guid.Empty, person.Id, Proof.Widget)));
    }

    /// <summary>The customer is there, and its things stand so that something is to be withdrawn.</summary>
    private static void Open(SwitchboardDb db, ITenantOwned[] rows)
    {
        Customer customer = rows.OfType<Customer>().Single();
        (customer.LegalHold, customer.DeletedAt, customer.AnonymisedAt, customer.ErasureBegunAt, customer.ChurnedAt) = (false, null, null, null, null);
        Subscription subscription = rows.OfType<Subscription>().Single();
        Set(subscription, nameof(Subscription.Status), SubscriptionStatus.Active);
        Set(rows.OfType<Approval>().Single(), nameof(Approval.Status), ApprovalStatus.Pending);
        Run run = rows.OfType<Run>().Single();
        Set(run, nameof(Run.Status), RunStatus.Waiting);
        Set(run, nameof(Run.FinishedAt), null);
        Set(run, nameof(Run.Handler), $"{Kept}.handler");
    }

    private Task<AcceptResult> BeginAsync(Guid talk, Contact person) => Desk.Store.AcceptAsync(Desk.Turn(talk) with { NewConversation = Desk.NewConversation(talk, person.Id) }, default);

    /// <summary>A talk with a visitor who gave an address.</summary>
    private async Task<Guid> VisitedAsync(string address)
    {
        Guid talk = await Desk.AddConversationAsync();
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Entry(db.Conversations.Single(c => c.Id == talk)).Property(c => c.ReplyEmail).CurrentValue = address, default);
        return talk;
    }

    /// <summary>A mail of no customer to the person, and one of another customer that names the person.</summary>
    private async Task<(Guid Own, Guid Theirs)> MailsAsync(Contact person)
    {
        var other = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Heron Ltd", Plan = "free", Since = Desk.Clock.GetUtcNow() };
        OutboxEntry Mail(Guid? customer, string key) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer, Key = key, Port = "smtp", Request = $"{{\"to\":[\"{person.Email}\"]}}", CreatedAt = Desk.Clock.GetUtcNow() };
        OutboxEntry own = Mail(null, "own"), theirs = Mail(other.Id, "theirs");
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.Add(other); db.AddRange(own, theirs); return 0; }, default);
        return (own.Id, theirs.Id);
    }

    private async Task<string> InvoiceAsync(Guid customer)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return Json.Write(await db.Set<Invoice>().SingleAsync(i => i.CustomerId == customer));
    }

    private async Task<Contact> PersonAsync()
    {
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Kestrel Ltd", Plan = "free", Since = Desk.Clock.GetUtcNow() };
        var person = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Email = "ada@kestrel.example", Name = "Ada Stone", Role = ContactRole.Admin };
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.Add(customer); db.Add(person); return 0; }, default);
        return person;
    }

    private static void Set(object row, string property, object? value) => row.GetType().GetProperty(property)!.SetValue(row, value);

    private static Guid IdOf(ITenantOwned row) => row switch
    {
        TenantRow own => own.Id,
        Run run => run.Id,
        RunStep step => step.RunId,
        RunEvent told => told.RunId,
        _ => throw new InvalidOperationException(row.GetType().Name),
    };

    private string TableOf(Type entity)
    {
        using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return db.Model.FindEntityType(entity)!.GetTableName()!;
    }

    /// <summary>The columns of the whole database in which a word stands, read past the program; bytes are looked through as well.</summary>
    private async Task<List<string>> ColumnsWithAsync(string word)
    {
        string hex = Convert.ToHexString(Encoding.UTF8.GetBytes(word));
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await foreach ((string table, string column, string value) in ValuesAsync())
            if (value.Contains(word, StringComparison.OrdinalIgnoreCase) || value.Contains(hex, StringComparison.Ordinal)) found.Add($"{table}.{column}");
        return [.. found];
    }

    private async Task<List<string>> LinesAsync() => [.. (await DatabaseDump.AllAsync(Desk)).Split('\n')];

    /// <summary>The rows that the others' ids name.</summary>
    private async Task<List<string>> LinesOfOthersAsync()
    {
        string[] names = [.. others.Distinct().SelectMany(id => (string[])[id.ToString("D"), Convert.ToHexString(id.ToByteArray(bigEndian: true))])];
        return [.. (await LinesAsync()).Where(l => names.Any(n => l.Contains(n, StringComparison.OrdinalIgnoreCase)))];
    }

    private async IAsyncEnumerable<(string Table, string Column, string Value)> ValuesAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        await using DbConnection connection = Desk.Home.Connect();
        await connection.OpenAsync();
        foreach (string table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct())
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = $"select * from {table}";
            await using DbDataReader rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                for (int c = 0; c < rows.FieldCount; c++)
                    if (!rows.IsDBNull(c)) yield return (table, rows.GetName(c), rows.GetValue(c) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(rows.GetValue(c), CultureInfo.InvariantCulture)!);
        }
    }
}
