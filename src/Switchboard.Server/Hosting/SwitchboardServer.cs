using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Switchboard.Core.Runs;
using Switchboard.Server.Auth;
using Switchboard.Server.Observability;
using Switchboard.Storage;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Redis;
using Switchboard.Storage.Seeding;

namespace Switchboard.Server.Hosting;

/// <summary>The server cannot start; the message says how to mend it.</summary>
public sealed class StartException(string message, Exception inner) : Exception(message, inner);

/// <summary>A running server: the data folder, its database and the web host, started and stopped in the right order.</summary>
public sealed class SwitchboardServer : IAsyncDisposable
{
    private const long mostBodyBytes = 1L << 20;
    private const double leastBytesPerSecond = 240;
    private readonly DataFolder folder;

    private SwitchboardServer(DataFolder folder, WebApplication app, DemoSeeded? seeded)
    {
        this.folder = folder;
        App = app;
        Seeded = seeded;
    }

    /// <summary>The web host.</summary>
    public WebApplication App { get; }

    /// <summary>The demonstration tenant, when this start made it.</summary>
    public DemoSeeded? Seeded { get; }

    /// <summary>The first address the server listens on.</summary>
    public string Address => App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The token of the installation's own command line.</summary>
    public string LocalToken => App.Services.GetRequiredService<LocalToken>().Value;

    /// <summary>Takes the data folder, brings its database up to date, makes the demo when it is missing, and listens.</summary>
    /// <param name="options">How.</param>
    /// <param name="configure">Replaces services; for tests.</param>
    /// <param name="cancellationToken">Breaks the start off.</param>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    /// <exception cref="DatabaseException">The database cannot be used.</exception>
    /// <exception cref="StartException">The address cannot be listened on.</exception>
    public static async Task<SwitchboardServer> StartAsync(ServerOptions options, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        if (options.Role != NodeRole.All && options.Database.Provider != DatabaseProvider.Postgres)
            throw new DatabaseException("A SQLite database belongs to one process, which does everything. For a role other than all, set Database:Provider to postgres.");
        // A folder in use is told before a port in use; but no folder is made for a server that could not listen.
        if (!Directory.Exists(options.DataPath)) RequireFreePorts(options);
        DataFolder owned = DataFolder.Open(options.DataPath);
        WebApplication? app = null;
        try
        {
            RequireFreePorts(options);
            await StorageRegistration.SettleRestoreAsync(owned, options.Database, new NoFaults(), cancellationToken);
            app = Build(owned, options, configure);
            await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellationToken);
            await app.Services.GetRequiredService<RestoreNotes>().EnterAsync(cancellationToken);
            DemoSeeded? seeded = options.Demo ? await app.Services.GetRequiredService<DemoTenant>().EnsureAsync(cancellationToken) : null;
            // One look, so that the first call finds Redis in use; a server that does not answer holds the start up for a moment and no more.
            if (app.Services.GetService<RedisLink>() is { } redis) await redis.ProbeAsync();
            await ListenAsync(app, options, cancellationToken);
            var server = new SwitchboardServer(owned, app, seeded);
            app.Services.GetRequiredService<IFaultPoints>().Reached("start:listening");
            if (options.Socket is null) owned.Announce(server.Address, server.LocalToken);
            return server;
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        folder.Withdraw();
        await App.StopAsync();
        await App.DisposeAsync();
        folder.Dispose();
    }

    private static WebApplication Build(DataFolder folder, ServerOptions options, Action<IServiceCollection>? configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Switchboard.Server", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = mostBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(leastBytesPerSecond, options.SlowBody);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(leastBytesPerSecond, options.SlowBody);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            if (options.Socket is { } socket) kestrel.ListenUnixSocket(socket);
        });
        if (options.Socket is null) builder.WebHost.UseUrls(options.Urls);
        // Standard output is for results. A start that fails is told by the command in a line of its own.
        builder.Logging.SetMinimumLevel(options.Verbose ? LogLevel.Information : LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter(typeof(RequestLog).FullName, options.Telemetry.LogRequests ? LogLevel.Information : LogLevel.None)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Telemetry.JsonLog) builder.Logging.AddConsole(console => console.FormatterName = JsonLines.FormatName).AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        else builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddRouting().AddSwitchboard(folder, options);
        configure?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.UseSwitchboard();
        app.MapSwitchboard();
        return app;
    }

    /// <summary>Finds a taken port before anything is migrated or made. A port that is taken in between is still told when the server listens.</summary>
    private static void RequireFreePorts(ServerOptions options)
    {
        if (options.Socket is not null) return;
        foreach (string url in options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            BindingAddress address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0) continue;
            // A host name, or a star for all addresses, is for the server itself to resolve; its loopback tells whether the port is taken.
            IPAddress host = IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? known) ? known : IPAddress.Loopback;
            using var probe = new TcpListener(host, address.Port);
            try
            {
                probe.Start();
            }
            catch (SocketException error)
            {
                throw CannotListen(options, error);
            }
        }
    }

    private static StartException CannotListen(ServerOptions options, Exception error) =>
        new($"Cannot listen on {options.Urls}: {error.Message}. Choose an address of this machine and a port that no other program has, with --urls http://127.0.0.1:PORT.", error);

    private static async Task ListenAsync(WebApplication app, ServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw CannotListen(options, error.InnerException ?? error);
        }
    }
}
