using System.Text;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Transfer;
using Switchboard.Core.Transfer.Reading;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage.Tests.Transfer;

public abstract class ImporterSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string customers = "id,name,plan,email,since\nc1,Ada Ltd,premium,ada@example.com,2025-01-02\nc2,Bob Ltd,basic,bob@example.com,2025-02-03\n";
    [Fact]
    public async Task A_file_with_seven_planted_errors_reports_exactly_those_lines_and_changes_nothing()
    {
        await ImportAsync("customers", customers);
        string before = await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId);
        const string Invoices =
            "id,customer,number,total,status,issued_at,paid_at,note\n" +                                       // 1
            "i1,c1,INV-2025-00001,10.00,paid,2025-03-01,2025-03-02,\"two\nlines\"\n" +                         // 2–3
            "i2,nobody,INV-2025-00002,10.00,open,2025-03-01,,\n" +                                             // 4: no such customer
            "i3,c1,INV-2025-00003,ten,open,2025-03-01,,\n" +                                                   // 5: no number
            "\n" +                                                                                             // 6
            "i4,c1,INV-2025-00004,10.00,forgotten,2025-03-01,,\n" +                                            // 7: no such status
            "i5,c2,INV-2025-00005,10.00,open,2025-02-30,,\n" +                                                 // 8: no such day
            "i6,c2,INV-2025-00001,10.00,open,2025-03-01,,\n" +                                                 // 9: number of line 2
            "i7,c2,INV-2025-00007,10.00,paid,2025-03-01,,\n" +                                                 // 10: paid, but when?
            "i8,c2,INV-2025-00008,10.00,open,2025-03-01\n" +                                                   // 11: two fields too few
            "i9,c2,INV-2025-00009,10.00,open,2025-03-01,,\n";                                                  // 12
        ImportReport report = await ImportAsync("invoices", Invoices);

        report.Errors.Select(e => e.Line).ShouldBe([4, 5, 7, 8, 9, 10, 11]);
        report.Errors.Select(e => e.Field).ShouldBe(["customer", "total", "status", "issuedAt", "number", null, null]);
        report.Errors.ShouldAllBe(e => e.Problem.Length > 0 && e.Fix.Length > 0);
        (report.Rows, report.Failed, report.Applied).ShouldBe((9, 7, false));
        (await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId)).ShouldBe(before);

        ImportReport dry = await ImportAsync("invoices", Invoices, new ImportOptions { DryRun = true });
        dry.Errors.ShouldBe(report.Errors);

        // The canary: without those lines the same file comes in.
        string good = string.Join('\n', Invoices.Split('\n').Where((_, i) => i is 0 or 1 or 2 or 11)) + "\n";
        ImportReport right = await ImportAsync("invoices", good);
        (right.Added, right.Applied).ShouldBe((2, true));
        (await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId)).ShouldNotBe(before);
    }

    [Fact]
    public async Task An_import_adds_then_changes_then_leaves_alone()
    {
        ImportReport dry = await ImportAsync("customers", customers, new ImportOptions { DryRun = true });
        (dry.Added, dry.Applied).ShouldBe((2, false));
        await using (SwitchboardDb none = Desk.Data.For(Desk.TenantId)) none.Customers.ShouldBeEmpty();

        ImportReport first = await ImportAsync("customers", customers);
        (first.Added, first.Derived.ShouldHaveSingleItem().Added, first.Applied).ShouldBe((2, 2, true));
        ImportReport again = await ImportAsync("customers", customers);
        (again.Added, again.Changed, again.Unchanged).ShouldBe((0, 0, 2));
        again.Derived.ShouldHaveSingleItem().Unchanged.ShouldBe(2);

        ImportReport changed = await ImportAsync("customers", "id,plan\nc1,premium\nc2,enterprise\n");
        (changed.Added, changed.Changed, changed.Unchanged).ShouldBe((0, 1, 1));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Customer bob = db.Customers.Single(c => c.ExternalRef == "c2");
        // What the file does not speak of stays.
        (bob.Name, bob.Plan, bob.Since, bob.Revision).ShouldBe(("Bob Ltd", "enterprise", new DateTimeOffset(2025, 2, 3, 0, 0, 0, TimeSpan.Zero), 2));
        bob.Id.Version.ShouldBe(7);
        DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(bob.Id.ToString("N")[..12], 16)).ShouldBe(bob.Since);
    }

    [Fact]
    public async Task Rows_of_another_tenant_are_neither_seen_nor_touched()
    {
        await ImportAsync("customers", customers);
        Guid first = Desk.TenantId;
        string before = await DatabaseHash.OfAsync(Desk.Data, first);
        await Desk.UseTenantAsync("other");
        ImportReport report = await ImportAsync("subscriptions", "id,customer,plan,mrr,period_start,period_end\ns1,c1,basic,10,2025-01-01,2025-02-01\n");
        report.Errors.ShouldHaveSingleItem().Field.ShouldBe("customer");
        (await ImportAsync("customers", customers)).Added.ShouldBe(2);
        (await DatabaseHash.OfAsync(Desk.Data, first)).ShouldBe(before);
    }

    [Fact]
    public async Task Invoices_keep_their_numbers_and_amounts_and_the_next_one_follows()
    {
        await ImportAsync("customers", customers);
        ImportReport report = await ImportAsync("invoices",
            "id;customer;number;status;issued_at;line_description;line_quantity;line_unit_price;line_amount;tax\n" +
            "i1;c1;INV-2025-00007;open;01.03.2025;Seats;3;10,00;30,00;5,70\n" +
            "i1;c1;INV-2025-00007;open;01.03.2025;Support;1;12,5;12,50;5,70\n" +
            "i2;c2;RE/2025/9;past due;01.03.2025;Seats;1;10,00;10,00;0\n", new ImportOptions { Numbers = DecimalMark.Comma });

        report.Errors.ShouldBeEmpty();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Invoice invoice = db.Set<Invoice>().Single(i => i.ExternalRef == "i1");
        (invoice.Number, invoice.Subtotal, invoice.Tax, invoice.Total, invoice.Lines.Count).ShouldBe(("INV-2025-00007", 42.50m, 5.70m, 48.20m, 2));
        Invoice foreign = db.Set<Invoice>().Single(i => i.ExternalRef == "i2");
        (foreign.Number, foreign.Status).ShouldBe(("RE/2025/9", InvoiceStatus.Open));
        db.Set<InvoiceCounter>().Single().Last.ShouldBe(7);

        ImportReport altered = await ImportAsync("invoices", "id,total\ni1,99.00\n");
        altered.Errors.ShouldHaveSingleItem().Fix.ShouldContain("invoice_issued");
    }

    [Fact]
    public async Task Messages_are_numbered_by_time_and_tell_the_conversation_when_it_was_answered()
    {
        await ImportAsync("conversations", """[{"id":"k1","status":"active","started_at":"2025-05-01T10:00:00Z","intent":"billing"}]""");
        ImportReport report = await ImportAsync("messages", """
            {"id":"m2","conversation_id":"k1","role":"assistant","content":"Here it is.","created_at":"2025-05-01T10:02:00Z"}
            {"id":"m1","conversation_id":"k1","role":"user","content":"Where is it?","created_at":"2025-05-01T10:01:00Z","sentiment":-0.4}
            """);
        report.Errors.ShouldBeEmpty();
        await ImportAsync("messages", """{"id":"m3","conversation_id":"k1","role":"user","content":"Thanks","created_at":"2025-05-01T10:03:00Z"}""");
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        db.Messages.OrderBy(m => m.Sequence).Select(m => m.Text).ToList().ShouldBe(["Where is it?", "Here it is.", "Thanks"]);
        Conversation conversation = db.Conversations.Single();
        (conversation.FirstResponseAt, conversation.SentimentLast).ShouldBe((new DateTimeOffset(2025, 5, 1, 10, 2, 0, TimeSpan.Zero), -0.4));
        ImportReport rewritten = await ImportAsync("messages", """[{"id":"m1","conversation_id":"k1","role":"user","content":"Something else","created_at":"2025-05-01T10:01:00Z"}]""");
        rewritten.Errors.ShouldHaveSingleItem().Fix.ShouldContain("message_written");
    }

    [Fact]
    public async Task Rules_of_the_entities_are_errors_of_the_row_and_personal_values_are_masked()
    {
        await ImportAsync("customers", customers);
        ImportReport seats = await ImportAsync("subscriptions", "id,customer,plan,mrr,seats,seats_used,period_start,period_end\ns1,c1,basic,10,3,4,2025-01-01,2025-02-01\n");
        seats.Errors.ShouldHaveSingleItem().ShouldBe(new RowError(2, null, null, "4 seats are in use; 3 seats are too few. Remove members first.", "The rule is seats_below_used."));
        ImportReport mail = await ImportAsync("contacts", "id,name,email\np1,Zoe,zoe-at-example\n");
        mail.Errors.ShouldHaveSingleItem().Value.ShouldBe("z•••");
        ImportReport owner = await ImportAsync("users", "id,name,email,role\nu1,Eve,eve@example.com,owner\n");
        owner.Errors.ShouldHaveSingleItem().Fix.ShouldContain("role_by_hand");
    }

    [Fact]
    public async Task A_mapping_names_the_columns_that_say_nothing()
    {
        ImportReport report = await ImportAsync("customers", "Kundennummer\tFirma\tTarif\n7\tAda\tpremium\n", new ImportOptions { Map = ImportOptions.ParseMap("Kundennummer=externalRef, Firma=name, Tarif=plan") });
        (report.Added, report.Ignored.Count).ShouldBe((1, 0));
        UnreadableFileException wrong = await Should.ThrowAsync<UnreadableFileException>(() => ImportAsync("customers", "a,b\n1,2\n", new ImportOptions { Map = ImportOptions.ParseMap("c=name") }));
        wrong.Message.ShouldContain("\"c\"");
    }

    private Task<ImportReport> ImportAsync(string kind, string text, ImportOptions? options = null) =>
        Desk.Get<Importer>().ImportAsync(Desk.Actor, ImportKinds.Find(kind)!, new MemoryStream(Encoding.UTF8.GetBytes(text)), null, options ?? new ImportOptions(), default);
}

public sealed class SqliteImporterTests() : ImporterSuite(SqliteHome.CreateAsync);

public sealed class PostgresImporterTests(PostgresServer server) : ImporterSuite(server.NewHomeAsync);
