using System.Globalization;
using System.Net;

namespace Switchboard.Server.Hosting;

/// <summary>
/// What is told of the server's work, and to whom: <c>Telemetry:Metrics:Networks</c> for /metrics, <c>Telemetry:Otlp:Endpoint</c>, <c>Telemetry:Otlp:Headers</c> and
/// <c>Telemetry:Sampling</c> for traces, <c>Logs:Format</c> and <c>Logs:Requests</c> for the log.
/// </summary>
public sealed record TelemetrySettings
{
    private const string networksKey = "Telemetry:Metrics:Networks";
    private const string endpointKey = "Telemetry:Otlp:Endpoint";
    private const string headersKey = "Telemetry:Otlp:Headers";
    private const string samplingKey = "Telemetry:Sampling";
    private const string formatKey = "Logs:Format";
    private const string requestsKey = "Logs:Requests";
    private const string tracesPath = "/v1/traces";

    /// <summary>Nothing is measured and nothing is traced: a server that is not told to.</summary>
    public static TelemetrySettings None { get; } = new();

    /// <summary>The machine itself.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The networks from which anybody may read the metrics; null when nothing is measured. From elsewhere a scope is needed.</summary>
    public IReadOnlyList<IPNetwork>? Networks { get; init; }

    /// <summary>Where traces are sent, by OTLP over HTTP; null when nothing is traced.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Headers of each sending, as <c>name=value,name=value</c>; they may hold a secret and are shown to nobody.</summary>
    public string? Headers { get; init; }

    /// <summary>The share of traces that is recorded, 0..1.</summary>
    public double Sampling { get; init; } = 1;

    /// <summary>Whether the log is written as JSON, a line for each entry.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Whether each request is logged.</summary>
    public bool LogRequests { get; init; }

    /// <summary>Nothing of the headers: they must not get into a log.</summary>
    public override string ToString() => "Telemetry";

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="SettingException">One cannot be used.</exception>
    public static TelemetrySettings Read(IConfiguration configuration) => new()
    {
        Networks = ReadNetworks(configuration),
        Endpoint = ReadEndpoint(configuration),
        Headers = ReadHeaders(configuration),
        Sampling = ReadSampling(configuration),
        JsonLog = Choice(configuration, formatKey, "text", "json"),
        LogRequests = Choice(configuration, requestsKey, "false", "true"),
    };

    private static IReadOnlyList<IPNetwork>? ReadNetworks(IConfiguration configuration)
    {
        IConfigurationSection setting = configuration.GetSection(networksKey);
        if (string.Equals(setting.Value?.Trim(), "off", StringComparison.OrdinalIgnoreCase)) return null;
        IReadOnlyList<IPNetwork> networks = LimitSettings.Networks(configuration, networksKey);
        return networks.Count == 0 ? Loopback : networks;
    }

    private static Uri? ReadEndpoint(IConfiguration configuration)
    {
        if (configuration[endpointKey]?.Trim() is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address is not { Scheme: "http" or "https", UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 })
            throw Wrong(configuration, endpointKey, "must be the address of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318, without a user or a query.");
        // The address of a collector is given without the path, or with it.
        return address.AbsolutePath.EndsWith(tracesPath, StringComparison.Ordinal) ? address : new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + tracesPath);
    }

    private static string? ReadHeaders(IConfiguration configuration)
    {
        if (configuration[headersKey]?.Trim() is not { Length: > 0 } text) return null;
        return text.Split(',').All(h => h.IndexOf('=', StringComparison.Ordinal) > 0) ? text : throw Wrong(configuration, headersKey, "must be like name=value,name=value.");
    }

    private static double ReadSampling(IConfiguration configuration)
    {
        if (configuration[samplingKey]?.Trim() is not { Length: > 0 } text) return 1;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1
            ? share
            : throw Wrong(configuration, samplingKey, $"must be the share of traces to record, from 0 to 1 such as 0.1, not \"{text}\".");
    }

    private static bool Choice(IConfiguration configuration, string key, string no, string yes)
    {
        string text = configuration[key]?.Trim().ToLowerInvariant() ?? "";
        return text == yes || (text.Length == 0 || text == no ? false : throw Wrong(configuration, key, $"must be {no} or {yes}."));
    }

    private static SettingException Wrong(IConfiguration configuration, string key, string problem) => new(key, Settings.SourceOf(configuration, key), problem);
}
