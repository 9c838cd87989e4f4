using System.Net;

namespace Switchboard.Server.Outbound;

/// <summary>Finds the addresses of a host name.</summary>
public delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

/// <summary>What may be called that is not public: hosts by name, addresses, and ranges of addresses.</summary>
public sealed class OutboundSettings
{
    private readonly HashSet<string> hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> ranges = [];

    private OutboundSettings()
    {
    }

    /// <summary>Nothing but public addresses.</summary>
    public static OutboundSettings PublicOnly { get; } = new();

    /// <summary>Reads the entries of <c>Outbound:AllowedHosts</c>: <c>wiki.internal</c>, <c>10.1.2.3</c> or <c>10.1.0.0/16</c>, parted by commas or blanks.</summary>
    /// <exception cref="FormatException">An entry is none of these; the message names it.</exception>
    public static OutboundSettings Parse(string? allowedHosts)
    {
        var settings = new OutboundSettings();
        foreach (string entry in (allowedHosts ?? "").Split([',', ';', ' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPNetwork.TryParse(entry, out IPNetwork range)) settings.ranges.Add(range);
            else if (IPAddress.TryParse(entry.Trim('[', ']'), out IPAddress? address)) settings.ranges.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (Uri.CheckHostName(entry) == UriHostNameType.Dns) settings.hosts.Add(entry);
            else throw new FormatException($"Outbound:AllowedHosts: \"{entry}\" is no host name, address or range; write wiki.internal, 10.1.2.3 or 10.1.0.0/16, without scheme or port.");
        }
        return settings;
    }

    /// <summary>Whether the operator allows the host whatever its address is.</summary>
    public bool AllowsHost(string host) => hosts.Contains(host);

    /// <summary>Whether the operator allows the address.</summary>
    public bool AllowsAddress(IPAddress address) => !address.IsIPv4MappedToIPv6 && ranges.Exists(r => r.BaseAddress.AddressFamily == address.AddressFamily && r.Contains(address));
}
