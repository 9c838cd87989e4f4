using System.CommandLine;
using System.Diagnostics;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Cli;

/// <summary>serve: the server itself, until Ctrl-C.</summary>
public sealed class ServeCommand(IConfiguration configuration, BindAction bind)
{
    private readonly Option<string> urls = new("--urls") { Description = "Addresses to listen on", DefaultValueFactory = _ => configuration["Server:Urls"] ?? ServerOptions.DefaultUrls };
    private readonly Option<NodeRole> role = new("--role") { Description = "What this process does: web, worker or all (web and worker need PostgreSQL)", DefaultValueFactory = _ => NodeRole.All };
    private readonly Option<bool> noDemo = new("--no-demo") { Description = "Do not make the demonstration tenant" };

    /// <summary>Lets the program serve when no command is given.</summary>
    public void AddTo(RootCommand root)
    {
        root.Add(urls);
        root.Add(role);
        root.Add(noDemo);
        root.SetAction(bind(RunAsync));
    }

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command("serve", "Serve the API, the chat page and the help centre (the default)") { urls, role, noDemo };
        command.SetAction(bind(RunAsync));
        return command;
    }

    private async Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string listen = parsed.GetValue(urls)!;
        foreach (string url in listen.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            // A star or plus for all addresses is no host name, but everything else about the address can be checked as if it were.
            string checkable = url.Trim().Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal);
            if (!Uri.TryCreate(checkable, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                throw new CommandException($"--urls (or Server:Urls): \"{url}\" is no address; write it like http://127.0.0.1:5080.");
        }
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(globals.Data) { Database = globals.Database, Urls = listen, Role = parsed.GetValue(role), Demo = !parsed.GetValue(noDemo), Verbose = globals.Verbose, Outbound = globals.Outbound, Outside = globals.Outside, Retention = globals.Retention, Vectors = globals.Vectors, Cards = globals.Cards, Redis = globals.Redis, Limits = LimitSettings.Read(configuration), TrustedProxies = LimitSettings.Proxies(configuration), Cors = CorsRules.Read(configuration), Identity = IdentityConfiguration.Read(configuration), Telemetry = TelemetrySettings.Read(configuration) }, null, cancellationToken);

        // From the start of the process, so that what the runtime needs is counted too.
        using var process = Process.GetCurrentProcess();
        TimeSpan took = TimeProvider.System.GetUtcNow() - new DateTimeOffset(process.StartTime);
        globals.Terminal.Result(new { server.Address, DataFolder = globals.Data, StartedInMs = Math.Round(took.TotalMilliseconds), ApiKey = server.Seeded?.ApiKey }, console =>
        {
            Terminal t = globals.Terminal;
            t.Line($"Switchboard is ready after {took.TotalSeconds:0.0} s.");
            t.Line($"  Chat page    {server.Address}/");
            t.Line($"  API          {server.Address}/api/v1  (described at {server.Address}/openapi/v1.json)");
            t.Line($"  Data folder  {globals.Data}");
            if (globals.Database.Provider != DatabaseProvider.Sqlite) t.Line($"  Database     {server.App.Services.GetRequiredService<IDatabase>().Path}");
            if (server.App.Services.GetService<RedisLink>() is { } redis) t.Line($"  Redis        {(redis.IsUp ? "answers" : "does not answer; it is used as soon as it does")}");
            if (server.Seeded is { } seeded)
            {
                t.Line($"  Sign in      X-Api-Key: {seeded.ApiKey}");
                t.Line($"               This key of {seeded.Owner.Name} on the tenant \"{seeded.Tenant.Slug}\" is shown this once. Make more with: switchboard apikey create --name NAME");
            }
            else t.Line("  Sign in      with an API key; make one with: switchboard apikey create --name NAME");
            t.Line("Press Ctrl-C to stop.");
        });
        await Console.Out.FlushAsync(cancellationToken);

        var stop = new TaskCompletionSource();
        await using CancellationTokenRegistration cancelled = cancellationToken.Register(() => stop.TrySetResult());
        await using CancellationTokenRegistration stopping = server.App.Lifetime.ApplicationStopping.Register(() => stop.TrySetResult());
        await stop.Task;
        globals.Terminal.Line("Stopping: runs that have begun come to their end.");
    }
}
