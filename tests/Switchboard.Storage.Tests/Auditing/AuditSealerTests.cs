using Microsoft.Data.Sqlite;
using Switchboard.Compliance.Storage;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Auditing;

/// <summary>The chain of a tenant: places without a gap, an end that is noted outside the database, and what the sealer finds out itself.</summary>
public sealed class AuditSealerTests : IAsyncLifetime
{
    private Desk desk = null!;

    public async ValueTask InitializeAsync() => desk = await Desk.OpenAsync(new SqliteHome());

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    private string AnchorPath => Path.Combine(desk.Folder.Path, "audit-anchor");

    [Fact]
    public async Task Entries_get_places_without_a_gap_in_each_tenant_and_the_ends_are_noted_outside_the_database()
    {
        for (int i = 0; i < 20; i++) await desk.AddCustomerAsync($"a{i}");
        Guid first = desk.TenantId;
        await desk.UseTenantAsync("other");
        for (int i = 0; i < 5; i++) await desk.AddCustomerAsync($"b{i}");

        (await desk.Sealer().SealAsync(default)).ShouldBe(21 + 6);
        await desk.AddCustomerAsync("late");
        (await desk.Sealer().SealAsync(default)).ShouldBe(1);
        (await desk.Sealer().SealAsync(default)).ShouldBe(0);

        (await desk.EntriesAsync(first)).Select(e => e.Position).ShouldBe(Enumerable.Range(1, 21).Select(i => (long?)i));
        (await desk.EntriesAsync()).Select(e => e.Position).ShouldBe(Enumerable.Range(1, 7).Select(i => (long?)i));
        desk.Get<AuditAnchor>().Read()!.Select(h => (h.TenantId, h.Position)).ShouldBe([(first, 21), (desk.TenantId, 7)], ignoreOrder: true);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(AnchorPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AuditReport report = await desk.VerifyAsync(first);
        (report.IsWhole, report.Sealed, report.Waiting, report.Anchored).ShouldBe((true, 21, 0, 21));
    }

    [Fact]
    public async Task More_entries_than_a_page_are_sealed_in_one_pass()
    {
        await desk.Data.WriteAsync(desk.Actor, db =>
        {
            for (int i = 0; i < 1234; i++) db.Add(new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = $"c{i}", Plan = "free", Since = Desk.Start });
            return 0;
        }, default);

        (await desk.Sealer().SealAsync(default)).ShouldBe(1235);
        AuditReport report = await desk.VerifyAsync();
        (report.IsWhole, report.Sealed, report.Anchored).ShouldBe((true, 1235, 1235));
    }

    [Fact]
    public async Task A_process_that_died_between_the_seal_and_the_note_is_caught_up_with_by_the_next()
    {
        await desk.AddCustomerAsync("Ada");
        await desk.Sealer().SealAsync(default);
        byte[] note = await File.ReadAllBytesAsync(AnchorPath);
        await desk.AddCustomerAsync("Grace");
        desk.Faults.At = "seal:committed";
        await Should.ThrowAsync<InvalidOperationException>(() => desk.FreshSealer().SealAsync(default));
        desk.Faults.At = null;
        (await File.ReadAllBytesAsync(AnchorPath)).ShouldBe(note, "the note was not written");
        (await desk.VerifyAsync()).IsWhole.ShouldBeTrue();

        await desk.FreshSealer().SealAsync(default);

        desk.Get<AuditAnchor>().Read()!.Single().Position.ShouldBe(3);
        (await desk.VerifyAsync()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task An_entry_of_this_process_that_is_gone_before_it_is_sealed_is_entered_as_missing()
    {
        await desk.Sealer().SealAsync(default);
        Customer customer = await desk.AddCustomerAsync("Ada");
        using (SqliteConnection stranger = desk.Stranger()) stranger.Execute("delete from audit_entries where position is null").ShouldBe(1);

        await desk.Sealer().SealAsync(default);

        AuditReport report = await desk.VerifyAsync();
        report.Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Missing);
        report.Faults[0].Message.ShouldContain(customer.Id.ToString());
        await desk.Sealer().SealAsync(default);
        (await desk.VerifyAsync()).FaultCount.ShouldBe(1, "it is told once");
    }

    [Fact]
    public async Task An_entry_that_was_altered_before_it_was_sealed_gets_no_seal_and_holds_no_other_up()
    {
        await desk.AddCustomerAsync("Ada");
        using (SqliteConnection stranger = desk.Stranger()) stranger.Execute("update audit_entries set actor = 'nobody' where entity = 'customer'").ShouldBe(1);
        await desk.AddCustomerAsync("Grace");

        await desk.Sealer().SealAsync(default);

        AuditReport report = await desk.VerifyAsync();
        (report.Sealed, report.Waiting).ShouldBe((2, 1));
        report.Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Unsealed);
    }

    [Fact]
    public async Task A_chain_cut_behind_the_back_of_the_sealer_goes_on_from_where_the_note_knows_it_and_stays_broken()
    {
        for (int i = 0; i < 9; i++) await desk.AddCustomerAsync($"c{i}");
        await desk.Sealer().SealAsync(default);
        using (SqliteConnection stranger = desk.Stranger()) stranger.Execute("delete from audit_entries where position > 6").ShouldBe(4);
        await desk.AddCustomerAsync("later");

        await desk.FreshSealer().SealAsync(default);

        (await desk.EntriesAsync())[^1].Position.ShouldBe(11);
        (await desk.VerifyAsync()).Faults.Select(f => (f.Kind, f.Position)).ShouldContain((AuditFaultKind.Gap, 7));
    }

    [Fact]
    public async Task Forged_rows_at_the_places_to_come_do_not_stop_the_sealing()
    {
        await desk.AddCustomerAsync("Ada");
        await desk.Sealer().SealAsync(default);
        using (SqliteConnection stranger = desk.Stranger())
        {
            foreach (long place in (long[])[3, 4, long.MaxValue])
                stranger.Execute("insert into audit_entries (tenant_id, id, actor, action, entity, at, mark, position, seal) values (@t, @i, 'me', 'created', 'customer', 0, x'00', @p, x'00')", ("@t", desk.TenantId.Bytes()), ("@i", desk.NewId().Bytes()), ("@p", place));
        }

        await desk.AddCustomerAsync("Grace");
        (await desk.Sealer().SealAsync(default)).ShouldBe(1);

        (await desk.EntriesAsync()).Select(e => e.Position).ShouldBe([1, 2, 3, 4, 5, long.MaxValue]);
        AuditReport report = await desk.VerifyAsync();
        report.Faults.Select(f => f.Kind).ShouldBe([AuditFaultKind.Foreign, AuditFaultKind.Foreign, AuditFaultKind.Gap, AuditFaultKind.Foreign]);
    }

    [Fact]
    public async Task A_damaged_row_of_one_tenant_does_not_keep_the_other_from_its_seal()
    {
        await desk.AddCustomerAsync("Ada");
        Guid first = desk.TenantId;
        await desk.UseTenantAsync("other");
        using (SqliteConnection stranger = desk.Stranger()) stranger.Execute("update audit_entries set id = x'01' where tenant_id = @t and entity = 'customer'", ("@t", first.Bytes()));

        await Should.ThrowAsync<AggregateException>(() => desk.Sealer().SealAsync(default));

        (await desk.VerifyAsync()).Anchored.ShouldBe(1);
        (await desk.VerifyAsync(first)).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Unreadable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_note_that_was_lost_or_forged_is_told_of_before_and_after_the_next_start(bool forged)
    {
        for (int i = 0; i < 4; i++) await desk.AddCustomerAsync($"c{i}");
        await desk.Sealer().SealAsync(default);
        if (forged) await File.WriteAllTextAsync(AnchorPath, (await File.ReadAllTextAsync(AnchorPath)).Replace("\"position\":5", "\"position\":4", StringComparison.Ordinal));
        else File.Delete(AnchorPath);

        (await desk.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Anchor);
        await desk.FreshSealer().SealAsync(default);
        (await desk.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Anchor);
        (await desk.EntriesAsync())[^1].Action.ShouldBe("anchor_lost");
    }

    [Fact]
    public async Task The_chain_goes_on_after_the_program_was_started_again()
    {
        await desk.AddCustomerAsync("Ada");
        await desk.Sealer().SealAsync(default);
        await desk.AddCustomerAsync("waits over the restart");
        await desk.FreshSealer().SealAsync(default);

        List<AuditEntry> entries = await desk.EntriesAsync();
        entries.Select(e => e.Position).ShouldBe([1, 2, 3]);
        (await desk.VerifyAsync()).IsWhole.ShouldBeTrue();
    }
}
