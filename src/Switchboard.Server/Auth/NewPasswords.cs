using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Auth;

/// <summary>
/// Says what is wrong with a password that somebody chooses. Besides the rules, a service that the operator names is asked whether it was stolen somewhere. It gets five digits of the
/// forty of its SHA-1, answers with all it knows that begin so, and never learns which was meant. When it does not answer, the rules alone decide: nobody is shut out by it.
/// </summary>
/// <param name="outbound">The way out.</param>
/// <param name="settings">Where the service is.</param>
/// <param name="logger">Told when it does not answer.</param>
public sealed partial class NewPasswords(OutboundClient outbound, IdentitySettings settings, ILogger<NewPasswords> logger)
{
    private const int prefix = 5;
    private static readonly OutboundLimits limits = new(TimeSpan.FromSeconds(3), 1 << 20, Redirects: 0);

    /// <summary>What is wrong with it; null when it is good.</summary>
    /// <param name="password">The password.</param>
    /// <param name="email">The address of whose it will be.</param>
    /// <param name="name">The name.</param>
    /// <param name="tenant">The organisation.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<string?> ProblemAsync(string? password, string email, string? name, Tenant? tenant, CancellationToken cancellationToken) =>
        Passwords.Problem(password, email, name, tenant?.Name, tenant?.Slug) ?? (await IsStolenAsync(password!, cancellationToken) ? "stands in a list of stolen passwords" : null);

    private async Task<bool> IsStolenAsync(string password, CancellationToken cancellationToken)
    {
        if (settings.StolenPasswords is not { } place) return false;
        // The protocol's hash. It protects nothing here: what is sent of it fits a million passwords.
#pragma warning disable CA5350
        string hash = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(place, hash[..prefix]));
        // The answer is filled up with made-up lines, so that its length tells who listens nothing either.
        request.Headers.Add("Add-Padding", "true");
        try
        {
            OutboundResponse response = await outbound.AskAsync(request, limits, cancellationToken);
            if (response.IsSuccess) return Encoding.ASCII.GetString(response.Body).Split('\n').Any(line => IsLineOf(line, hash[prefix..]));
            NotAsked(place.Host, $"it answered {(int)response.Status}");
        }
        catch (OutboundException error)
        {
            NotAsked(place.Host, error.Message);
        }

        return false;
    }

    /// <summary>Whether a line is of the hash: the rest of its digits, a colon, and how often it was stolen. Lines that only fill up say never.</summary>
    private static bool IsLineOf(string line, string rest)
    {
        string[] parts = line.Trim().Split(':');
        return parts.Length == 2 && parts[0].Equals(rest, StringComparison.OrdinalIgnoreCase) && parts[1] != "0";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A new password was not compared with stolen ones at {Host}: {Why}")]
    private partial void NotAsked(string host, string why);
}
