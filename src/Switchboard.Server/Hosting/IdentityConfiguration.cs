using Switchboard.Server.Auth;

namespace Switchboard.Server.Hosting;

/// <summary>How staff signs in: Identity:Registration, Identity:BaseUrl, Identity:Mailbox, Identity:Issuer, Identity:StolenPasswords, and Identity:OAuth.</summary>
public static class IdentityConfiguration
{
    private const int mostIssuer = 200;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static IdentitySettings Read(IConfiguration configuration)
    {
        var usual = new IdentitySettings();
        Uri? baseUrl = BaseUrl(configuration);
        return usual with
        {
            Registration = configuration["Identity:Registration"]?.Trim().ToLowerInvariant() switch
            {
                null or "" or "first" => Registration.First,
                "open" => Registration.Open,
                "closed" => Registration.Closed,
                _ => throw Wrong(configuration, "Identity:Registration", "must be first, open or closed."),
            },
            BaseUrl = baseUrl,
            Providers = OAuthConfiguration.Read(configuration, baseUrl),
            StolenPasswords = StolenPasswords(configuration),
            Mailbox = Mailbox(configuration),
            Issuer = configuration["Identity:Issuer"]?.Trim() is { Length: > 0 } issuer ? (issuer.Length <= mostIssuer && !issuer.Any(char.IsControl) ? issuer : throw Wrong(configuration, "Identity:Issuer", $"must have at most {mostIssuer} characters.")) : usual.Issuer,
        };
    }

    private static Uri? BaseUrl(IConfiguration configuration)
    {
        if (configuration["Identity:BaseUrl"]?.Trim() is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https", UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? address
            : throw Wrong(configuration, "Identity:BaseUrl", "must be a complete http or https address: https://desk.example.com.");
    }

    /// <summary>What is sent there tells little of a password and still is for nobody who listens.</summary>
    private static Uri? StolenPasswords(IConfiguration configuration)
    {
        const string Key = "Identity:StolenPasswords";
        if (configuration[Key]?.Trim() is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)) && address is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 } && text.EndsWith('/')
            ? address
            : throw Wrong(configuration, Key, "must be a complete https address with a slash at its end: https://stolen.example.com/range/.");
    }

    /// <summary>The mailbox is there where the operator asks for it, and where the environment says that it is for development.</summary>
    private static bool Mailbox(IConfiguration configuration)
    {
        if (configuration["Identity:Mailbox"]?.Trim() is { Length: > 0 } text) return bool.TryParse(text, out bool asked) ? asked : throw Wrong(configuration, "Identity:Mailbox", "must be true or false.");
        return string.Equals(Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT"), "Development", StringComparison.OrdinalIgnoreCase);
    }

    private static SettingException Wrong(IConfiguration configuration, string key, string problem) => new(key, Settings.SourceOf(configuration, key), problem);
}
