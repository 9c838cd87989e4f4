using System.Net;
using System.Text;
using Switchboard.Core.Outbox;
using Switchboard.Storage;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>Sends requests over HTTP for the ports, and says of an answer what it means for the effect.</summary>
public sealed class OutsideCalls(OutboundClient client, Tenants tenants, TimeProvider time)
{
    /// <summary>Characters of an answer that are kept.</summary>
    public const int MostAnswer = 2000;

    private const string masked = "***";
    private static readonly OutboundLimits limits = new(TimeSpan.FromSeconds(30), 64 * 1024, Redirects: 0);

    /// <summary>Whether the tenant may use what is set up under a name.</summary>
    public async Task<bool> IsForAsync(NamedOutside named, Guid tenantId, CancellationToken cancellationToken) =>
        named.Tenant is not { } slug || (await tenants.FindAsync(tenantId, cancellationToken))?.Slug == slug;

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="knowsKey">Whether the other side knows a key it has seen.</param>
    /// <param name="secrets">What must stand in no answer and in no error.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task<PortOutcome> SendAsync(HttpRequestMessage request, bool knowsKey, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        try
        {
            OutboundResponse response = await client.SendAsync(request, limits, cancellationToken);
            string? body = Shown(Encoding.UTF8.GetString(response.Body), secrets);
            return Judge(response, body, request.RequestUri!.Host, knowsKey) with { Response = new PortResponse((int)response.Status, body) };
        }
        catch (OutboundRefusedException refused)
        {
            return new Refused(Masked(refused.Message, secrets), CanRetry: false);
        }
        catch (OutboundFailedException failed)
        {
            string error = Masked(failed.Message, secrets);
            return failed.MayHaveArrived ? new OutcomeUnknown(error) : new Refused(error, CanRetry: true);
        }
    }

    private PortOutcome Judge(OutboundResponse response, string? body, string host, bool knowsKey)
    {
        int status = (int)response.Status;
        if (response.IsSuccess) return new Performed(body);

        string error = $"{host} answered {status}{(body is null ? "." : $": {body}")}";
        if (error.Length > MostAnswer) error = error[..MostAnswer];
        return response.Status switch
        {
            // These say that nothing was done, or nothing yet.
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new Refused(error, CanRetry: true, Wait(response)),
            // A server that failed, or a gateway that lost the one behind it, may have done it before.
            >= HttpStatusCode.InternalServerError => knowsKey ? new Refused(error, CanRetry: true, Wait(response)) { MayBeDone = true } : new OutcomeUnknown(error),
            _ => new Refused(error, CanRetry: false, Wait(response)) { Answer = body },
        };
    }

    private TimeSpan? Wait(OutboundResponse response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    private static string? Shown(string text, IReadOnlyList<string> secrets)
    {
        // Masked before it is cut: half a secret is one too.
        string clean = new([.. Masked(text, secrets).Select(c => char.IsControl(c) ? ' ' : c)]);
        clean = clean.Trim();
        if (clean.Length > MostAnswer) clean = clean[..MostAnswer];
        return clean.Length == 0 ? null : clean;
    }

    private static string Masked(string text, IReadOnlyList<string> secrets)
    {
        foreach (string secret in secrets.Where(s => s.Length > 0)) text = text.Replace(secret, masked, StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
