using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Auditing;

namespace Switchboard.EndToEnd;

/// <summary>The audit of a server that is killed is whole at the next start, and what had no seal gets it.</summary>
public sealed class AuditCrashTests(FirstStart first) : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("seal:committed", 1)]
    [InlineData("seal:committed", 2)]
    [InlineData("accept:after-commit", 1)]
    [InlineData("finish:after-commit", 1)]
    public async Task A_server_killed_before_its_entries_are_sealed_or_noted_has_a_whole_audit_at_the_next_start(string site, int n)
    {
        CancellationToken limit = TestContext.Current.CancellationToken;
        // The seals are those of the first start; a conversation needs none of it.
        string data = site.StartsWith("seal:", StringComparison.Ordinal) ? temp["data"] : temp.Copy((await first.LeftAsync()).Data, "data");
        await using (var mortal = new MortalServer(data, ["--kill", site, $"{n}"]))
        {
            using var visitor = Visitor.Of(mortal);
            (await visitor.CreateAsync("How do I add a teammate?", limit)).Status.ShouldBe("answered");
            await mortal.KillAsync(limit);
        }

        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, null, limit);
        Tenant tenant = (await server.App.Services.GetRequiredService<Tenants>().FindAsync("demo", limit))!;
        await server.App.Services.GetRequiredService<AuditSealer>().SealAsync(limit);
        AuditReport report = await server.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(tenant.Id, limit);
        report.Faults.ShouldBeEmpty();
        report.Waiting.ShouldBe(0);
        report.Anchored.ShouldBe(report.Sealed);
        using var ledger = new Ledger(data);
        ledger.Number("select count(*) from audit_entries where entity = 'conversation' and action = 'created'").ShouldBe(ledger.Number("select count(*) from conversations"), "what is kept is entered, and nothing else is");
    }
}
