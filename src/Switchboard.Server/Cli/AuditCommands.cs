using System.CommandLine;
using Switchboard.Server.Api.Administration;
using Switchboard.Storage.Auditing;

namespace Switchboard.Server.Cli;

/// <summary>audit verify.</summary>
public sealed class AuditCommands(BindAction bind)
{
    /// <summary>The commands.</summary>
    public Command Build()
    {
        var verify = new Command("verify", "Find out whether anything in the tenant's audit was altered, taken out or put in");
        verify.SetAction(bind(VerifyAsync));
        return new Command("audit", "Who changed what") { verify };
    }

    private static async Task VerifyAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        ReadAudit.VerifyView report = await DeskConnection.ReadAsync<ReadAudit.VerifyView>(await desk.Http.GetAsync("/api/v1/audit/verify", cancellationToken), cancellationToken);
        globals.Terminal.Result(report, _ =>
        {
            foreach (AuditFault fault in report.Faults) globals.Terminal.Line($"{fault.Kind.ToString().ToLowerInvariant(),-10} {fault.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-",8}  {fault.Message}{(fault.EntryId is { } id ? $" ({id})" : "")}");
            globals.Terminal.Line($"{Amount.Of(report.Sealed, "entries")} sealed, {report.Waiting} waiting, anchored at {report.Anchored}: {(report.IsWhole ? "nothing is wrong." : $"{Amount.Of(report.FaultCount, "faults")}.")}");
        });
        if (!report.IsWhole) throw new CommandException($"The audit of {globals.Tenant} has {Amount.Of(report.FaultCount, "faults")}. Keep a copy of the database before anything else is done; a backup from before tells what was changed.");
    }
}
