using Switchboard.Core.Runs;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Vectors;
using Switchboard.Storage;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Hosting;

/// <summary>How a server is started.</summary>
/// <param name="DataPath">The data folder.</param>
public sealed record ServerOptions(string DataPath)
{
    /// <summary>The database; a file in the data folder unless another one is named.</summary>
    public DatabaseOptions Database { get; init; } = DatabaseOptions.Embedded;

    /// <summary>Addresses to listen on, parted by semicolons; port 0 takes a free one.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>A Unix socket to listen on instead: how a command that owns the folder is its own server.</summary>
    public string? Socket { get; init; }

    /// <summary>Whether the demonstration tenant is made at the first start.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>Whether runs that an earlier process left unfinished are taken up.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>What this process does; any other role than all needs PostgreSQL, which several processes can share.</summary>
    public NodeRole Role { get; init; } = NodeRole.All;

    /// <summary>Whether requests and framework messages are logged.</summary>
    public bool Verbose { get; init; }

    /// <summary>What calls to the outside may reach besides public addresses.</summary>
    public OutboundSettings Outbound { get; init; } = OutboundSettings.PublicOnly;

    /// <summary>The ways to the outside that the operator has set up.</summary>
    public OutsideSettings Outside { get; init; } = OutsideSettings.None;

    /// <summary>Where vectors of passages come from and where they are searched.</summary>
    public VectorSettings Vectors { get; init; } = VectorSettings.None;

    /// <summary>How long the engine keeps what it has done with.</summary>
    public RetentionRule Retention { get; init; } = new();

    /// <summary>The Redis server beside the database; null when there is none.</summary>
    public RedisOptions? Redis { get; init; }

    /// <summary>Who may call how often; a server that is not told limits nobody.</summary>
    public LimitRules Limits { get; init; } = LimitRules.None;

    /// <summary>The proxies whose word on a caller's address counts.</summary>
    public IReadOnlyList<System.Net.IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Which pages elsewhere may call.</summary>
    public CorsRules Cors { get; init; } = CorsRules.None;

    /// <summary>How long a body may come slower than 240 bytes a second before the call is ended.</summary>
    public TimeSpan SlowBody { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How staff signs in.</summary>
    public IdentitySettings Identity { get; init; } = new();

    /// <summary>What is told of the server's work, and to whom; a server that is not told tells nobody.</summary>
    public TelemetrySettings Telemetry { get; init; } = TelemetrySettings.None;

    /// <summary>The folder of the cards of operators' own agents; null for the one in the data folder.</summary>
    public string? Cards { get; init; }

    /// <summary>Where a server listens that is told nothing.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5080";
}
