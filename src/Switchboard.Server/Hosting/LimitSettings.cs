using System.Net;
using Switchboard.Core.Limits;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Hosting;

/// <summary>Who may call how often: Limits:Enabled, and Limits:CLASS:WHO for what differs from the usual. Server:TrustedProxies names the proxies whose word on a caller's address counts.</summary>
public static class LimitSettings
{
    private const string enabledKey = "Limits:Enabled";
    private const string proxiesKey = "Server:TrustedProxies";

    /// <summary>Reads and checks the limits.</summary>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static LimitRules Read(IConfiguration configuration)
    {
        switch (configuration[enabledKey]?.Trim().ToLowerInvariant())
        {
            case null or "" or "true": break;
            case "false": return LimitRules.None;
            default: throw Wrong(configuration, enabledKey, "must be true or false.");
        }

        var changes = new List<((RouteClass, LimitedBy), LimitRate?)>();
        foreach (IConfigurationSection section in configuration.GetSection("Limits").GetChildren().Where(s => !string.Equals(s.Path, enabledKey, StringComparison.OrdinalIgnoreCase)))
        {
            if (!Enum.TryParse(section.Key, ignoreCase: true, out RouteClass kind) || kind == RouteClass.Free || char.IsDigit(section.Key[0]))
                throw Wrong(configuration, section.Path, "is no class of calls: Read, Write, Turn, Session, Proof or Bulk.");
            foreach (IConfigurationSection rule in section.GetChildren())
            {
                if (!Enum.TryParse(rule.Key, ignoreCase: true, out LimitedBy by) || char.IsDigit(rule.Key[0])) throw Wrong(configuration, rule.Path, "must be for Ip, Key, User, Visitor or Tenant.");
                string text = rule.Value?.Trim().ToLowerInvariant() ?? "";
                if (text != "off" && LimitRules.Read(text) is null) throw Wrong(configuration, rule.Path, $"must be like 600/minute (second, minute or hour) or off, not \"{rule.Value}\".");
                changes.Add(((kind, by), text == "off" ? null : LimitRules.Read(text)));
            }
        }

        return LimitRules.Usual.With(changes);
    }

    /// <summary>Reads and checks the proxies.</summary>
    /// <exception cref="SettingException">One is no network.</exception>
    public static IReadOnlyList<IPNetwork> Proxies(IConfiguration configuration) => Networks(configuration, proxiesKey);

    /// <summary>Reads a setting that lists networks.</summary>
    /// <exception cref="SettingException">One is no network.</exception>
    internal static IReadOnlyList<IPNetwork> Networks(IConfiguration configuration, string key)
    {
        IConfigurationSection setting = configuration.GetSection(key);
        string[] texts = string.Join(',', setting.GetChildren().Select(c => c.Value).Prepend(setting.Value)).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. texts.Select(text =>
            IPNetwork.TryParse(text, out IPNetwork network) ? network
            : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw Wrong(configuration, key, $"must list addresses or networks such as 10.0.0.5 or 10.0.0.0/24, not \"{text}\"."))];
    }

    private static SettingException Wrong(IConfiguration configuration, string key, string problem) => new(key, Settings.SourceOf(configuration, key), problem);
}
