using System.Net;
using System.Net.Sockets;

namespace Switchboard.Server.Outbound;

/// <summary>Which addresses of the network a server that follows other people's links may connect to: only those anyone on the internet could reach.</summary>
public static class AddressRules
{
    // IANA special-purpose registries of IPv4 and IPv6. Ranges that carry an IPv4 address inside an IPv6 one are refused whole, so that
    // no private address comes in by that door.
    private static readonly (IPNetwork Range, string Is)[] refused =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "this network"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private network"),
        (IPNetwork.Parse("100.64.0.0/10"), "a carrier's shared network"),
        (IPNetwork.Parse("127.0.0.0/8"), "this machine"),
        (IPNetwork.Parse("169.254.0.0/16"), "the local link, where cloud machines keep their credentials"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private network"),
        (IPNetwork.Parse("192.0.0.0/24"), "a protocol's own network"),
        (IPNetwork.Parse("192.0.2.0/24"), "a network for documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "a relay into another network"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private network"),
        (IPNetwork.Parse("198.18.0.0/15"), "a network for benchmarks"),
        (IPNetwork.Parse("198.51.100.0/24"), "a network for documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "a network for documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "a group of machines"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved network"),
        (IPNetwork.Parse("::1/128"), "this machine"),
        (IPNetwork.Parse("64:ff9b::/96"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("2001::/23"), "a protocol's own network"),
        (IPNetwork.Parse("2001:db8::/32"), "a network for documentation"),
        (IPNetwork.Parse("2002::/16"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("3fff::/20"), "a network for documentation"),
        (IPNetwork.Parse("fc00::/7"), "a private network"),
        (IPNetwork.Parse("fe80::/10"), "the local link"),
        (IPNetwork.Parse("ff00::/8"), "a group of machines"),
    ];

    private static readonly IPNetwork globalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>What keeps an address from being public, in words that follow "it is"; null when anyone can reach it.</summary>
    public static string? Refusal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return "an IPv4 address in IPv6 form";
        foreach ((IPNetwork range, string what) in refused)
            if (range.BaseAddress.AddressFamily == address.AddressFamily && range.Contains(address)) return what;
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => null,
            AddressFamily.InterNetworkV6 when globalUnicast.Contains(new IPAddress(address.GetAddressBytes())) => null,
            _ => "no public address",
        };
    }
}
