using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Auditing;

/// <summary>Several nodes seal the chains of one database, each with a note of its own: no note is taken for lost that never was, and a cut is seen by whoever knew more.</summary>
public sealed class AuditNodesTests(PostgresServer server) : StorageSuite(server.NewHomeAsync)
{
    [Fact]
    public async Task A_node_that_is_new_among_others_begins_its_note_and_finds_nothing_wrong_then_or_after_its_next_start()
    {
        await SealedAsync(5);
        using var node = new Node(Desk, "new");
        (await node.VerifyAsync()).IsWhole.ShouldBeTrue("before its first pass");

        await node.Sealer().SealAsync(default);
        await node.Sealer().SealAsync(default);

        AuditReport report = await node.VerifyAsync();
        (report.FaultCount, report.Sealed, report.Anchored).ShouldBe((0, 7, 7));
        (await Desk.EntriesAsync()).Where(e => e.Action.StartsWith("anchor", StringComparison.Ordinal)).Select(e => (e.Action, e.Actor)).ShouldBe([("anchor_begun", "system:audit")]);
        await Desk.Sealer().SealAsync(default);
        (await Desk.VerifyAsync()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_had_a_note_and_has_none_says_so_before_and_after_its_next_start()
    {
        await SealedAsync(3);
        using var node = new Node(Desk, "forgetful");
        await node.Sealer().SealAsync(default);
        File.Delete(node.Note);

        (await node.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Anchor);
        await node.Sealer().SealAsync(default);
        (await node.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Anchor);
        (await Desk.EntriesAsync())[^1].Action.ShouldBe("anchor_lost");
    }

    [Fact]
    public async Task A_chain_that_was_cut_is_told_of_by_each_node_that_knew_more_even_when_one_that_knew_less_goes_on_with_it()
    {
        using Node early = new(Desk, "early"), late = new(Desk, "late");
        await SealedAsync(4);
        AuditSealer ignorant = early.Sealer();
        await ignorant.SealAsync(default);
        await SealedAsync(6);
        await late.Sealer().SealAsync(default);
        await Desk.Sealer().SealAsync(default);
        (await Task.WhenAll(Desk.VerifyAsync(), early.VerifyAsync(), late.VerifyAsync())).ShouldAllBe(r => r.IsWhole);

        await Desk.Home.ExecuteAsync("delete from audit_entries where position > 8");
        (await Desk.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Truncated);
        (await late.VerifyAsync()).Faults.ShouldHaveSingleItem().Kind.ShouldBe(AuditFaultKind.Truncated);

        for (int i = 0; i < 9; i++) await Desk.AddCustomerAsync($"after {i}");
        await ignorant.SealAsync(default);
        (await Desk.VerifyAsync()).Faults.Select(f => f.Kind).ShouldBe([AuditFaultKind.Truncated]);
        (await late.VerifyAsync()).Faults.Select(f => f.Kind).ShouldBe([AuditFaultKind.Truncated]);
    }

    [Fact]
    public async Task A_node_that_has_nothing_to_seal_notes_within_a_minute_what_others_sealed()
    {
        await SealedAsync(1);
        using var idle = new Node(Desk, "idle");
        AuditSealer sealer = idle.Sealer();
        await sealer.SealAsync(default);
        long before = (await idle.VerifyAsync()).Anchored;
        await SealedAsync(5);

        await sealer.SealAsync(default);
        (await idle.VerifyAsync()).Anchored.ShouldBe(before);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        await sealer.SealAsync(default);
        (await idle.VerifyAsync()).Anchored.ShouldBe(before + 5);
    }

    private async Task SealedAsync(int customers)
    {
        for (int i = 0; i < customers; i++) await Desk.AddCustomerAsync($"c{i}");
        await Desk.Sealer().SealAsync(default);
    }

    /// <summary>A process with a data folder of its own and the secrets of the first.</summary>
    private sealed class Node : IDisposable
    {
        private readonly Desk desk;
        private readonly DataFolder folder;
        private readonly AuditAnchor anchor;

        public Node(Desk desk, string name)
        {
            this.desk = desk;
            folder = DataFolder.Open(Path.Combine(desk.Folder.Path, name), desk.Clock);
            anchor = new AuditAnchor(folder, desk.Get<AuditTrail>(), isShared: true);
        }

        public string Note => Path.Combine(folder.Path, "audit-anchor");

        /// <summary>A sealer as a start of the process would have it: it knows what the note says and nothing else.</summary>
        public AuditSealer Sealer() => new(desk.Get<IAuditChains>(), desk.Get<AuditTrail>(), anchor, desk.Tenants, desk.Clock, desk.Get<IFaultPoints>());

        public Task<AuditReport> VerifyAsync() => new AuditVerification(desk.Data, desk.Get<AuditTrail>(), anchor).VerifyAsync(desk.TenantId, TestContext.Current.CancellationToken);

        public void Dispose() => folder.Dispose();
    }
}
