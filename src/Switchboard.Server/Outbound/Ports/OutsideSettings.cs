using MimeKit;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>How the connection to a mail server is protected.</summary>
public enum SmtpTls
{
    /// <summary>It begins in the open and is encrypted before anything is said; without that nothing is sent.</summary>
    StartTls,

    /// <summary>It is encrypted from the beginning.</summary>
    Tls,

    /// <summary>It is not encrypted.</summary>
    None,
}

/// <summary>The mail server that mail goes out through.</summary>
public sealed record SmtpSettings(string Host, int Port, SmtpTls Tls, MailboxAddress From)
{
    /// <summary>The user name; null when the server asks for none.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Host and port: settings are printed, secrets are not.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>Something of the outside that is known by a name. With a tenant, that tenant alone may use it.</summary>
/// <param name="Tenant">The tenant's slug; null for all.</param>
public abstract record NamedOutside(string? Tenant);

/// <summary>A channel of a chat: its address is all it takes to write there, so it is a secret.</summary>
public sealed record ChatSettings(Uri Url, string? Tenant) : NamedOutside(Tenant)
{
    /// <summary>The host alone.</summary>
    public override string ToString() => Url.Host;
}

/// <summary>The secret that a webhook is signed with.</summary>
public sealed record WebhookSettings(byte[] Secret, string? Tenant) : NamedOutside(Tenant)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => "webhook";
}

/// <summary>A service that is called by HTTP.</summary>
/// <param name="BaseUrl">What every address begins with; it ends with a slash.</param>
/// <param name="Methods">The methods that may be used.</param>
/// <param name="HonoursKey">Whether it knows an <c>Idempotency-Key</c> it has seen and does nothing a second time.</param>
/// <param name="Authorization">What is sent as <c>Authorization</c>; null for nothing.</param>
/// <param name="Tenant">The tenant's slug; null for all.</param>
public sealed record ToolSettings(Uri BaseUrl, IReadOnlyList<string> Methods, bool HonoursKey, string? Authorization, string? Tenant) : NamedOutside(Tenant)
{
    /// <summary>The address alone.</summary>
    public override string ToString() => BaseUrl.ToString();
}

/// <summary>The ways to the outside as the operator has set them up, in <c>Outside:*</c>. Names do not distinguish upper and lower case.</summary>
public sealed record OutsideSettings
{
    /// <summary>No way to the outside but webhooks with the installation's own secrets.</summary>
    public static OutsideSettings None { get; } = new();

    /// <summary>The mail server; null when there is none.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>Slack channels by name.</summary>
    public IReadOnlyDictionary<string, ChatSettings> Slack { get; init; } = new Dictionary<string, ChatSettings>();

    /// <summary>Discord channels by name.</summary>
    public IReadOnlyDictionary<string, ChatSettings> Discord { get; init; } = new Dictionary<string, ChatSettings>();

    /// <summary>Secrets of webhooks by name, besides those in the data folder.</summary>
    public IReadOnlyDictionary<string, WebhookSettings> Webhooks { get; init; } = new Dictionary<string, WebhookSettings>();

    /// <summary>HTTP services by name.</summary>
    public IReadOnlyDictionary<string, ToolSettings> Tools { get; init; } = new Dictionary<string, ToolSettings>();
}
