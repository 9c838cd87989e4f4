using System.Globalization;
using MimeKit;
using Switchboard.Server.Outbound.Ports;

namespace Switchboard.Server.Hosting;

/// <summary>The ways to the outside: Outside:Smtp, Outside:Slack, Outside:Discord, Outside:Webhooks, Outside:Tools. No message repeats a secret.</summary>
public static class OutsideConfiguration
{
    private const int leastSecretBytes = 24;
    private const int mostSecretBytes = 64;
    private const string secretPrefix = "whsec_";
    private static readonly string[] methods = ["POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Reads and checks the settings; nothing is connected yet.</summary>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static OutsideSettings Read(IConfiguration configuration)
    {
        return new OutsideSettings
        {
            Smtp = Smtp(configuration),
            Slack = Named(configuration, "Slack", section => new ChatSettings(Address(configuration, section, "Url"), Tenant(section))),
            Discord = Named(configuration, "Discord", section => new ChatSettings(Address(configuration, section, "Url"), Tenant(section))),
            Webhooks = Named(configuration, "Webhooks", section => new WebhookSettings(Secret(configuration, section), Tenant(section))),
            Tools = Named(configuration, "Tools", section => Tool(configuration, section)),
        };
    }

    private static Dictionary<string, T> Named<T>(IConfiguration configuration, string kind, Func<IConfigurationSection, T> read) =>
        configuration.GetSection($"Outside:{kind}").GetChildren().ToDictionary(s => s.Key, read, StringComparer.OrdinalIgnoreCase);

    private static SmtpSettings? Smtp(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection("Outside:Smtp");
        if (!section.GetChildren().Any()) return null;
        string host = Value(section, "Host") ?? throw Wrong(configuration, section, "Host", "is needed to send mail: the mail server's name.");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw Wrong(configuration, section, "Host", "must be a host name or an address, without scheme or port.");
        SmtpTls tls = Value(section, "Tls")?.ToLowerInvariant() switch
        {
            null or "starttls" => SmtpTls.StartTls,
            "tls" => SmtpTls.Tls,
            "none" => SmtpTls.None,
            _ => throw Wrong(configuration, section, "Tls", "must be starttls, tls or none."),
        };
        int port = tls switch { SmtpTls.Tls => 465, SmtpTls.StartTls => 587, _ => 25 };
        if (Value(section, "Port") is { } given && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) throw Wrong(configuration, section, "Port", "must be a number from 1 to 65535.");
        string sender = Value(section, "From") ?? throw Wrong(configuration, section, "From", "is needed to send mail: Support <support@example.com>.");
        if (sender.Any(char.IsControl) || !MailboxAddress.TryParse(sender, out MailboxAddress? from) || from.Domain.Length == 0) throw Wrong(configuration, section, "From", "must be a mail address: Support <support@example.com>.");
        string? user = Value(section, "User"), password = Value(section, "Password");
        if (user is null != password is null) throw Wrong(configuration, section, user is null ? "User" : "Password", "is needed: user and password are set together.");
        if (password is not null && tls == SmtpTls.None && host is not ("localhost" or "127.0.0.1" or "::1")) throw Wrong(configuration, section, "Tls", "must be starttls or tls: a password does not travel unencrypted.");
        return new SmtpSettings(host, port, tls, from) { User = user, Password = password };
    }

    private static ToolSettings Tool(IConfiguration configuration, IConfigurationSection section)
    {
        Uri address = Address(configuration, section, "BaseUrl");
        if (address.Query.Length > 0 || address.Fragment.Length > 0) throw Wrong(configuration, section, "BaseUrl", "must have no query: what is called is added behind it.");
        if (!address.AbsoluteUri.EndsWith('/')) address = new Uri(address.AbsoluteUri + "/");
        string[] allowed = (Value(section, "Methods") ?? "POST").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (allowed.Length == 0 || allowed.Except(methods, StringComparer.Ordinal).Any()) throw Wrong(configuration, section, "Methods", $"must be of {string.Join(", ", methods)}.");
        string? honours = Value(section, "HonoursIdempotencyKey");
        if (honours is not null && !bool.TryParse(honours, out _)) throw Wrong(configuration, section, "HonoursIdempotencyKey", "must be true or false.");
        string? authorization = Value(section, "Authorization");
        if (authorization?.Any(c => char.IsControl(c) || c > '~') == true) throw Wrong(configuration, section, "Authorization", "must be one line of ASCII characters: Bearer TOKEN.");
        return new ToolSettings(address, allowed, honours is not null && bool.Parse(honours), authorization, Tenant(section));
    }

    private static Uri Address(IConfiguration configuration, IConfigurationSection section, string key) =>
        Uri.TryCreate(Value(section, key), UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address is { UserInfo.Length: 0 }
            ? address
            : throw Wrong(configuration, section, key, "must be a complete http or https address, without user and password.");

    private static byte[] Secret(IConfiguration configuration, IConfigurationSection section)
    {
        string text = Value(section, "Secret") ?? string.Empty;
        byte[] bytes = new byte[mostSecretBytes + 3];
        return text.StartsWith(secretPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[secretPrefix.Length..], bytes, out int count) && count is >= leastSecretBytes and <= mostSecretBytes
            ? bytes[..count]
            : throw Wrong(configuration, section, "Secret", $"must be {secretPrefix} and {leastSecretBytes} to {mostSecretBytes} bytes as base64.");
    }

    private static string? Tenant(IConfigurationSection section) => Value(section, "Tenant");

    private static string? Value(IConfigurationSection section, string key) => string.IsNullOrWhiteSpace(section[key]) ? null : section[key]!.Trim();

    private static SettingException Wrong(IConfiguration configuration, IConfigurationSection section, string key, string problem) =>
        new($"{section.Path}:{key}", Settings.SourceOf(configuration, $"{section.Path}:{key}"), problem);
}
