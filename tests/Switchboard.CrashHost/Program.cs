using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.CrashHost;
using Switchboard.Server.Auth;
using Switchboard.Server.Cli;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

// DATA [--urls URLS] [--postgres CONNECTION] [--outside URL] [--mail] [--mailbox] [--kill SITE N] [--restore FILE]: a server, or a restore, that kills itself when it passes a place for the n-th time.
string data = args[0];
string? restore = null;
Uri? outside = null;
string urls = "http://127.0.0.1:0";
DatabaseOptions database = DatabaseOptions.Embedded;
bool mails = false, mailbox = false;
var faults = new ArmedFaults();
for (int i = 1; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--urls": urls = args[++i]; break;
        case "--postgres": database = new DatabaseOptions(DatabaseProvider.Postgres, args[++i]); break;
        case "--outside": outside = new Uri(args[++i]); break;
        // Nobody listens there: that mails go out is decided by what is set up.
        case "--mail": mails = true; break;
        case "--mailbox": mailbox = true; break;
        case "--restore": restore = args[++i]; break;
        case "--kill": faults.Arm(args[++i], int.Parse(args[++i], CultureInfo.InvariantCulture)); break;
        default: throw new ArgumentException($"What is {args[i]}?", nameof(args));
    }
}

if (restore is not null)
{
    await BackupCommands.RestoreAsync(data, DatabaseOptions.Embedded, restore, faults, CancellationToken.None);
    Console.WriteLine("http://restored/");
    return;
}

await using SwitchboardServer server = await SwitchboardServer.StartAsync(
    new ServerOptions(data)
    {
        Urls = urls,
        Database = database,
        Identity = new IdentitySettings { Mailbox = mailbox },
        Outside = mails ? OutsideSettings.None with { Smtp = new SmtpSettings("127.0.0.1", 9, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")) } : OutsideSettings.None,
    },
    services =>
    {
        services.AddSingleton<IFaultPoints>(faults);
        services.AddSingleton(faults);
        services.AddSingleton<IStartupFilter, TestRoutes>();
        // A test kills the process more often than chance does; a run that dies ten times in a row without getting any further would be set aside.
        services.AddSingleton(new DeskPolicy { MostStarts = int.MaxValue });
        services.AddSingleton<RunHandler, BranchingRun>();
        services.AddSingleton<RunHandler, SleepingRun>();
        services.AddSingleton<RunHandler>(new ActingRun(ActingRun.Ending, fails: false));
        services.AddSingleton<RunHandler>(new ActingRun(ActingRun.Failing, fails: true));
        if (outside is null) return;
        services.AddSingleton<IOutsidePort>(_ => new TestPort("knowing", knowsKeys: true, outside));
        services.AddSingleton<IOutsidePort>(_ => new TestPort("blind", knowsKeys: false, outside));
    },
    CancellationToken.None);
Console.WriteLine(server.Address);

// The server ends with whoever started it, however that ends.
await Console.In.ReadToEndAsync();
