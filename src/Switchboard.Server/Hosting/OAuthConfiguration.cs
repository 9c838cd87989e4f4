using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth.OAuth;

namespace Switchboard.Server.Hosting;

/// <summary>The providers through which staff signs in: Identity:OAuth:Google, Identity:OAuth:GitHub, Identity:OAuth:Oidc. No message repeats a secret.</summary>
public static class OAuthConfiguration
{
    private const string root = "Identity:OAuth";
    private const string google = "https://accounts.google.com";
    private const string gitHub = "https://github.com";
    private const string gitHubApi = "https://api.github.com";
    private static readonly string[] keys = ["ClientId", "ClientSecret", "Label", "Tenant", "Domains", "JoinAs"];

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="baseUrl">Where people reach the server; null when that is not set.</param>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static IReadOnlyList<OAuthProvider> Read(IConfiguration configuration, Uri? baseUrl)
    {
        OAuthProvider[] providers = [.. configuration.GetSection(root).GetChildren().Where(s => s.GetChildren().Any() || !string.IsNullOrWhiteSpace(s.Value)).Select(s => Provider(configuration, s))];
        if (providers.Length > 0 && (baseUrl is null || !IsSafe(baseUrl)))
            throw new SettingException("Identity:BaseUrl", Settings.SourceOf(configuration, "Identity:BaseUrl"), $"is needed for {root}, and must be https anywhere but on this machine: providers send browsers back to it.");
        return providers;
    }

    private static OAuthProvider Provider(IConfiguration configuration, IConfigurationSection section)
    {
        string name = section.Key.ToLowerInvariant();
        (string label, string[] more) = name switch
        {
            OAuthProvider.Google => ("Google", Array.Empty<string>()),
            OAuthProvider.GitHub => ("GitHub", ["BaseUrl"]),
            OAuthProvider.OpenId => ("Single sign-on", ["Issuer", "TrustsEmail", "TwoFactorLevels"]),
            _ => throw new SettingException(section.Path, Settings.SourceOf(configuration, section.Path), "is no provider: there are Google, GitHub and Oidc."),
        };
        // A misspelt Domains would leave the door open to everybody.
        foreach (IConfigurationSection child in section.GetChildren())
            if (!keys.Concat(more).Contains(child.Key, StringComparer.OrdinalIgnoreCase)) throw Wrong(configuration, section, child.Key, $"is no setting of this provider; there are {string.Join(", ", keys.Concat(more))}.");
        Uri issuer = name switch
        {
            OAuthProvider.Google => new Uri(google),
            OAuthProvider.GitHub => Place(configuration, section, "BaseUrl", gitHub),
            _ => Place(configuration, section, "Issuer", null),
        };
        var provider = new OAuthProvider(name, Value(section, "Label") ?? label, issuer, Needed(configuration, section, "ClientId"), Needed(configuration, section, "ClientSecret"))
        {
            Tenant = Value(section, "Tenant"),
            Domains = Domains(configuration, section),
            JoinAs = JoinAs(configuration, section),
            TrustsEmail = Truth(configuration, section, "TrustsEmail"),
            TwoFactorLevels = (Value(section, "TwoFactorLevels") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Api = name != OAuthProvider.GitHub ? null : issuer.AbsoluteUri.TrimEnd('/') == gitHub ? new Uri(gitHubApi) : new Uri(issuer.AbsoluteUri.TrimEnd('/') + "/api/v3"),
        };
        if (provider.Tenant is { } slug && Tenant.SlugProblem(slug) is { } problem) throw Wrong(configuration, section, "Tenant", $"names no tenant: it {problem}.");
        if (provider.JoinAs is not null && provider.Tenant is null) throw Wrong(configuration, section, "Tenant", "is needed with JoinAs: which tenant people join.");
        if (provider.JoinAs is not null && provider.Domains.Count == 0) throw Wrong(configuration, section, "Domains", "is needed with JoinAs: the domains of the addresses that may join, such as example.com.");
        return provider;
    }

    private static Uri Place(IConfiguration configuration, IConfigurationSection section, string key, string? usual) =>
        Uri.TryCreate(Value(section, key) ?? usual, UriKind.Absolute, out Uri? address) && IsSafe(address) && address is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? address
            : throw Wrong(configuration, section, key, "must be the complete https address of the provider, as it names itself: https://login.example.com.");

    private static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private static string[] Domains(IConfiguration configuration, IConfigurationSection section)
    {
        string[] domains = [.. (Value(section, "Domains") ?? "").ToLowerInvariant().Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return domains.All(d => Uri.CheckHostName(d) == UriHostNameType.Dns && d.Contains('.', StringComparison.Ordinal)) ? domains : throw Wrong(configuration, section, "Domains", "must be domains of mail addresses, parted by commas: example.com, example.org.");
    }

    private static Role? JoinAs(IConfiguration configuration, IConfigurationSection section) => Value(section, "JoinAs")?.ToLowerInvariant() switch
    {
        null => null,
        "admin" => Role.Admin,
        "lead" => Role.Lead,
        "support" => Role.Support,
        "analyst" => Role.Analyst,
        "read_only" => Role.ReadOnly,
        _ => throw Wrong(configuration, section, "JoinAs", "must be admin, lead, support, analyst or read_only; without it people join by invitation."),
    };

    private static bool Truth(IConfiguration configuration, IConfigurationSection section, string key) =>
        Value(section, key) is { } text && (bool.TryParse(text, out bool truth) ? truth : throw Wrong(configuration, section, key, "must be true or false."));

    private static string Needed(IConfiguration configuration, IConfigurationSection section, string key) =>
        Value(section, key) is { } text && !text.Any(char.IsControl) ? text : throw Wrong(configuration, section, key, "is needed: the provider gives it to you when you register this desk there.");

    private static string? Value(IConfigurationSection section, string key) => string.IsNullOrWhiteSpace(section[key]) ? null : section[key]!.Trim();

    private static SettingException Wrong(IConfiguration configuration, IConfigurationSection section, string key, string problem) =>
        new($"{section.Path}:{key}", Settings.SourceOf(configuration, $"{section.Path}:{key}"), problem);
}
