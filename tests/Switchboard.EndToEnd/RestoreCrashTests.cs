using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Cli;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Backup;

namespace Switchboard.EndToEnd;

/// <summary>A restore is killed at every place at which something is half done, and what is left is the old state or the new one, whole.</summary>
public sealed class RestoreCrashTests : IAsyncLifetime
{
    private static readonly string[] files = ["switchboard.db", "audit-anchor", "secrets/audit", "secrets/visitor-tokens", "secrets/search-contacts", "secrets/sealed-rows", "secrets/identity"];
    private readonly TempFolder temp = new();

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    private string Backup => temp["backup.zip"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        temp.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_restore_killed_anywhere_leaves_the_old_state_or_the_new_one_whole()
    {
        // Two installations, each with secrets of its own: rows of one under the key of the other would be found by the audit.
        await using (SwitchboardServer saved = await StartAsync(temp["saved"]))
        {
            await AddTenantAsync(saved, "saved");
            await saved.App.Services.GetRequiredService<Backups>().WriteAsync(Backup, Limit);
        }

        await using (SwitchboardServer current = await StartAsync(temp["current"])) await AddTenantAsync(current, "current");
        var recording = new Recording();
        await BackupCommands.RestoreAsync(temp.Copy(temp["current"], "recorded"), DatabaseOptions.Embedded, Backup, recording, Limit);
        Dictionary<string, int> sites = recording.Passed.Where(s => s.Key.StartsWith("restore:", StringComparison.Ordinal)).ToDictionary();
        sites.Keys.ShouldBe(["restore:unpacked", "restore:checked", "restore:decided", "restore:moved-log", "restore:kept-old", "restore:moved", "restore:completed", "restore:entered"], ignoreOrder: true);
        sites["restore:moved"].ShouldBe(files.Length + 1);

        int old = 0, restored = 0;
        foreach ((string site, int times) in sites)
        {
            for (int n = 1; n <= times; n++)
            {
                string data = temp.Copy(temp["current"], $"{site.Replace(':', ' ')} {n}");
                await using (HostProcess host = await HostProcess.StartAsync(data, ["--restore", Backup, "--kill", site, $"{n}"], Limit)) host.Address.ShouldBeNull($"{site} {n}: it was to be killed");
                bool isNew = await IsWholeAsync(data, $"{site} {n}");
                bool isDecided = site is not ("restore:unpacked" or "restore:checked");
                isNew.ShouldBe(isDecided, $"{site} {n}");
                if (isNew) restored++;
                else old++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{old + restored} kills at {sites.Count} places: {old} left the old state, {restored} the new one");
    }

    [Fact]
    public async Task A_restore_killed_again_and_again_while_it_is_carried_through_ends_with_the_new_state()
    {
        await using (SwitchboardServer saved = await StartAsync(temp["saved"]))
        {
            await AddTenantAsync(saved, "saved");
            await saved.App.Services.GetRequiredService<Backups>().WriteAsync(Backup, Limit);
        }

        await using (SwitchboardServer current = await StartAsync(temp["current"])) await AddTenantAsync(current, "current");
        await using (HostProcess host = await HostProcess.StartAsync(temp["current"], ["--restore", Backup, "--kill", "restore:moved-log", "1"], Limit)) host.Address.ShouldBeNull();

        for (int n = 1; n <= files.Length; n++)
        {
            // Each opening gets one file further, as if it were killed by the same power cut again.
            try
            {
                PendingAgain(temp["current"], new StopAt("restore:moved", 1));
            }
            catch (OperationCanceledException)
            {
                // That was the cut.
            }
        }

        (await IsWholeAsync(temp["current"], "after the cuts")).ShouldBeTrue();
    }

    private static void PendingAgain(string data, IFaultPoints faults) => DataFolder.Open(data, faults: faults).Dispose();

    private static Task<SwitchboardServer> StartAsync(string data) => SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, null, Limit);

    private static async Task AddTenantAsync(SwitchboardServer server, string slug)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var tenant = new Tenant { Id = Guid.CreateVersion7(now), Slug = slug, Name = slug, Currency = "EUR", TimeZone = "UTC", Locale = "en", CreatedAt = now };
        await server.App.Services.GetRequiredService<Tenants>().CreateAsync(new Domain.Identity.SystemActor(tenant.Id, "test"), tenant, Limit);
    }

    /// <summary>Starts a server on the folder; all of the folder must be of one of the two states. Gives whether it is the restored one.</summary>
    private static async Task<bool> IsWholeAsync(string data, string what)
    {
        await using SwitchboardServer server = await StartAsync(data);
        IServiceProvider services = server.App.Services;
        IReadOnlyList<Tenant> tenants = await services.GetRequiredService<Tenants>().ListAsync(Limit);
        bool isNew = tenants.Any(t => t.Slug == "saved");
        tenants.Any(t => t.Slug == "current").ShouldBe(!isNew, what);
        await services.GetRequiredService<AuditSealer>().SealAsync(Limit);
        foreach (Tenant tenant in tenants) (await services.GetRequiredService<AuditVerification>().VerifyAsync(tenant.Id, Limit)).Faults.ShouldBeEmpty($"{what}: {tenant.Slug}");
        using var ledger = new Ledger(data);
        ledger.ShouldBeSound();
        ledger.Number("select count(*) from audit_entries where action = 'restored'").ShouldBe(isNew ? tenants.Count : 0, what);
        Directory.Exists(Path.Combine(data, "restore.ready")).ShouldBeFalse(what);
        return isNew;
    }

    private sealed class StopAt(string site, int n) : IFaultPoints
    {
        private int passed;

        public void Reached(string at)
        {
            if (at == site && ++passed == n) throw new OperationCanceledException();
        }
    }
}
