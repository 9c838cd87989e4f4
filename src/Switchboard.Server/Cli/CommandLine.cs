using System.CommandLine;
using Switchboard.Core.Runs;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Vectors;
using Switchboard.Storage;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Cli;

/// <summary>What every command is told: global options, and where it prints.</summary>
public sealed record Globals(string Data, DatabaseOptions Database, string Tenant, bool Verbose, Terminal Terminal, OutboundSettings Outbound, OutsideSettings Outside, RetentionRule Retention, RedisOptions? Redis, VectorSettings Vectors, string? Cards = null)
{
    /// <summary>Opens the way to the desk.</summary>
    public Task<DeskConnection> ConnectAsync(CancellationToken cancellationToken) => ConnectAsync(demo: true, cancellationToken);

    /// <summary>Opens the way to the desk; without <paramref name="demo"/> the demonstration tenant is not made when it is missing.</summary>
    public Task<DeskConnection> ConnectAsync(bool demo, CancellationToken cancellationToken) => DeskConnection.OpenAsync(Data, Database, Tenant, demo, Verbose, Outbound, Outside, Retention, Vectors, Cards, cancellationToken);
}

/// <summary>The command line: all commands, their shared options, and how their errors are told.</summary>
public sealed class CommandLine(IConfiguration configuration)
{
    private const int done = 0;
    private const int failed = 1;
    private const int wrongUsage = 2;

    // Longer than the server's own patience with what is under way, so that Ctrl-C never cuts a commit or leaves the announcement behind.
    private static readonly TimeSpan stopTime = TimeSpan.FromSeconds(20);

    private readonly Option<string> data = new("--data") { Description = "Data folder", Recursive = true, DefaultValueFactory = _ => configuration["Data"] ?? "switchboard-data", HelpName = "DIR" };
    private readonly Option<string> tenant = new("--tenant") { Description = "Tenant by its slug", Recursive = true, DefaultValueFactory = _ => "demo", HelpName = "SLUG" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document on standard output and nothing else there", Recursive = true };
    private readonly Option<bool> verbose = new("--verbose") { Description = "Log what happens", Recursive = true };

    /// <summary>Runs a command; without one it serves.</summary>
    /// <returns>0 done, 1 failed, 2 wrong usage.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Switchboard: a self-hosted support desk that answers with evidence.") { data, tenant, json, verbose };
        var serve = new ServeCommand(configuration, Bind);
        serve.AddTo(root);
        root.Add(serve.Build());
        root.Add(new AskCommand(Bind).Build());
        root.Add(new KnowledgeCommands(Bind).Build());
        foreach (Command command in new TransferCommands(Bind).Build()) root.Add(command);
        root.Add(new AgentCommands(Bind).Build());
        root.Add(new RunCommands(Bind).Build());
        root.Add(new ConversationCommands(Bind).Build());
        root.Add(new EvaluateCommand(Bind).Build());
        root.Add(new DatabaseCommands(Bind).Build());
        root.Add(new ApiKeyCommands(Bind).Build());
        root.Add(new UserCommands(Bind).Build());
        root.Add(new PolicyCommands(Bind).Build());
        root.Add(new ApprovalCommands(Bind).Build());
        root.Add(new OutboxCommands(Bind).Build());
        root.Add(new AuditCommands(Bind).Build());
        root.Add(new ScheduleCommands(Bind).Build());
        root.Add(new SecretCommands(Bind).Build());
        foreach (Command command in new BackupCommands(Bind).Build()) root.Add(command);

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Run with --help to see how it is meant.");
            return wrongUsage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = stopTime });
    }

    private OutboundSettings Outbound()
    {
        IConfigurationSection setting = configuration.GetSection("Outbound:AllowedHosts");
        try
        {
            return OutboundSettings.Parse(string.Join(',', setting.GetChildren().Select(c => c.Value).Prepend(setting.Value)));
        }
        catch (FormatException wrong)
        {
            throw new CommandException(wrong.Message);
        }
    }

    /// <summary>Makes an action of a command's work: binds the shared options and tells errors in a line.</summary>
    private Func<ParseResult, CancellationToken, Task<int>> Bind(Func<ParseResult, Globals, CancellationToken, Task> work) => async (parsed, cancellationToken) =>
    {
        var terminal = new Terminal(Console.Out, Console.Error, parsed.GetValue(json));
        try
        {
            await work(parsed, new Globals(Path.GetFullPath(parsed.GetValue(data)!), DatabaseSettings.Read(configuration), parsed.GetValue(tenant)!, parsed.GetValue(verbose), terminal, Outbound(), OutsideConfiguration.Read(configuration), RetentionSettings.Read(configuration), RedisSettings.Read(configuration), VectorSettings.Read(configuration), configuration["Agents:Cards"] is { Length: > 0 } cards ? Path.GetFullPath(cards) : null), cancellationToken);
            return done;
        }
        catch (Exception error) when (error is CommandException or SettingException or DataFolderException or DatabaseException or StartException or ImportRefusedException or BackupException or HttpRequestException)
        {
            terminal.Failed(error.Message);
            return failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Failed("stopped");
            return failed;
        }
    };
}

/// <summary>Makes an action of a command's work.</summary>
public delegate Func<ParseResult, CancellationToken, Task<int>> BindAction(Func<ParseResult, Globals, CancellationToken, Task> work);
