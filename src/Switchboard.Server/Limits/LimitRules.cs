using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Switchboard.Core.Limits;

namespace Switchboard.Server.Limits;

/// <summary>How many calls each may make.</summary>
/// <param name="rates">The rates; a pair that is missing is not limited.</param>
public sealed partial class LimitRules(IReadOnlyDictionary<(RouteClass Class, LimitedBy By), LimitRate> rates)
{
    private static readonly TimeSpan minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan hour = TimeSpan.FromHours(1);
    private readonly FrozenDictionary<(RouteClass, LimitedBy), LimitRate> rates = rates.ToFrozenDictionary();

    /// <summary>Nobody is limited.</summary>
    public static LimitRules None { get; } = new(new Dictionary<(RouteClass, LimitedBy), LimitRate>());

    /// <summary>What holds unless the settings say otherwise: far above what a person does, and below what one caller may take from all others.</summary>
    public static LimitRules Usual { get; } = new(new Dictionary<(RouteClass, LimitedBy), LimitRate>
    {
        [(RouteClass.Read, LimitedBy.Ip)] = new(1200, minute),
        [(RouteClass.Read, LimitedBy.Key)] = new(1200, minute),
        [(RouteClass.Read, LimitedBy.User)] = new(2400, minute),
        [(RouteClass.Read, LimitedBy.Visitor)] = new(300, minute),
        [(RouteClass.Read, LimitedBy.Tenant)] = new(12_000, minute),
        [(RouteClass.Write, LimitedBy.Ip)] = new(600, minute),
        [(RouteClass.Write, LimitedBy.Key)] = new(600, minute),
        [(RouteClass.Write, LimitedBy.User)] = new(1200, minute),
        [(RouteClass.Write, LimitedBy.Visitor)] = new(60, minute),
        [(RouteClass.Write, LimitedBy.Tenant)] = new(6000, minute),
        [(RouteClass.Turn, LimitedBy.Ip)] = new(300, minute),
        [(RouteClass.Turn, LimitedBy.Key)] = new(600, minute),
        [(RouteClass.Turn, LimitedBy.User)] = new(1200, minute),
        [(RouteClass.Turn, LimitedBy.Visitor)] = new(30, minute),
        [(RouteClass.Turn, LimitedBy.Tenant)] = new(3000, minute),
        [(RouteClass.Session, LimitedBy.Ip)] = new(60, minute),
        [(RouteClass.Proof, LimitedBy.Ip)] = new(60, hour),
        [(RouteClass.Proof, LimitedBy.Visitor)] = new(20, hour),
        [(RouteClass.Proof, LimitedBy.Tenant)] = new(2000, hour),
        [(RouteClass.Bulk, LimitedBy.Ip)] = new(60, minute),
        [(RouteClass.Bulk, LimitedBy.Key)] = new(30, minute),
        [(RouteClass.Bulk, LimitedBy.User)] = new(60, minute),
        [(RouteClass.Bulk, LimitedBy.Tenant)] = new(60, minute),
    });

    /// <summary>Whether nobody is limited.</summary>
    public bool IsEmpty => rates.Count == 0;

    /// <summary>The same rules with some others.</summary>
    public LimitRules With(IEnumerable<((RouteClass Class, LimitedBy By) Rule, LimitRate? Rate)> changes)
    {
        var changed = rates.ToDictionary();
        foreach (((RouteClass, LimitedBy) rule, LimitRate? rate) in changes)
        {
            if (rate is null) changed.Remove(rule);
            else changed[rule] = rate;
        }

        return new LimitRules(changed);
    }

    /// <summary>The charge of a call of the class by somebody; null when that is not limited.</summary>
    public LimitCharge? Charge(RouteClass kind, LimitedBy by, string who) => rates.TryGetValue((kind, by), out LimitRate? rate) ? new LimitCharge($"{kind}:{by}:{who}", rate) : null;

    /// <summary>An address as it is counted.</summary>
    public static string Counted(IPAddress address)
    {
        const int Network = 8;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? address.ToString() : Convert.ToHexString(bytes, 0, Network);
    }

    /// <summary>Reads <c>600/minute</c>; null when it is not of this form.</summary>
    public static LimitRate? Read(string text)
    {
        Match match = Form().Match(text.Trim());
        if (!match.Success || !int.TryParse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1) return null;
        return new LimitRate(count, match.Groups["period"].Value switch { "second" => TimeSpan.FromSeconds(1), "minute" => minute, _ => hour });
    }

    [GeneratedRegex("^(?<count>[0-9]{1,9})/(?<period>second|minute|hour)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Form();
}
