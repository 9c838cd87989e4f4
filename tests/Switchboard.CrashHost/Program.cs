using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.CrashHost;
using Switchboard.Server.Cli;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

// DATA [--urls URLS] [--kill SITE N] [--restore FILE]: a server, or a restore, that kills itself when it passes a place for the n-th time.
string data = args[0];
string? restore = null;
string urls = "http://127.0.0.1:0";
IFaultPoints faults = new NoFaults();
for (int i = 1; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--urls": urls = args[++i]; break;
        case "--restore": restore = args[++i]; break;
        case "--kill": faults = new KillAt(args[++i], int.Parse(args[++i], System.Globalization.CultureInfo.InvariantCulture)); break;
        default: throw new ArgumentException($"What is {args[i]}?", nameof(args));
    }
}

if (restore is not null)
{
    await BackupCommands.RestoreAsync(data, DatabaseOptions.Embedded, restore, faults, CancellationToken.None);
    Console.WriteLine("http://restored/");
    return;
}

await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = urls }, services => services.AddSingleton(faults), CancellationToken.None);
Console.WriteLine(server.Address);

// The server ends with whoever started it, however that ends.
await Console.In.ReadToEndAsync();
