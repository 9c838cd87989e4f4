using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Switchboard.Server.Outbound;

/// <summary>A call to the outside did not succeed; the message is for the person who gave the address.</summary>
public abstract class OutboundException(string message, Exception? inner) : Exception(message, inner);

/// <summary>A call was made and nothing usable came back.</summary>
public sealed class OutboundFailedException(string message, Exception? inner = null) : OutboundException(message, inner);

/// <summary>A call was not made because its address is not allowed.</summary>
public sealed class OutboundRefusedException(string message) : OutboundException(message, null);

/// <summary>How much a call may take. <c>Time</c> is for the whole call with its redirects, <c>Bytes</c> for the body after decompression.</summary>
public sealed record OutboundLimits(TimeSpan Time, long Bytes, int Redirects = 5);

/// <summary>What came back. <c>Address</c> is where the body came from after redirects.</summary>
public sealed record OutboundResponse(Uri Address, HttpStatusCode Status, MediaTypeHeaderValue? ContentType, HttpResponseHeaders Headers, byte[] Body)
{
    /// <summary>Whether the status is from 200 to 299.</summary>
    public bool IsSuccess => (int)Status is >= 200 and <= 299;
}

/// <summary>
/// Calls addresses that people or articles name, so that nobody reaches the inside of the network through the server. A host is resolved
/// once for each connection and the connection goes to exactly the address that was checked, so that a second answer of the name server
/// changes nothing; every redirect is a new call with the same checks; no proxy, cookie or credential of the machine goes along.
/// </summary>
public sealed class OutboundClient : IDisposable
{
    private static readonly TimeSpan connectTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan connectionLife = TimeSpan.FromMinutes(1);

    private readonly OutboundSettings settings;
    private readonly HostLookup lookup;
    private readonly TimeProvider time;
    private readonly HttpClient http;

    /// <summary>Makes a client. Without <paramref name="lookup"/> the machine's name server is asked.</summary>
    public OutboundClient(OutboundSettings settings, TimeProvider time, HostLookup? lookup = null)
    {
        this.settings = settings;
        this.time = time;
        this.lookup = lookup ?? Dns.GetHostAddressesAsync;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = connectTime,
            PooledConnectionLifetime = connectionLife,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Switchboard", "1.0"));
    }

    /// <summary>Reads an address and follows its redirects.</summary>
    /// <exception cref="OutboundRefusedException">The address, or one it leads to, is not allowed.</exception>
    /// <exception cref="OutboundException">Nothing came back, or too much, or too late.</exception>
    public async Task<OutboundResponse> GetAsync(Uri address, OutboundLimits limits, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Uri at = address;
        for (int hop = 0; hop <= limits.Redirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            (OutboundResponse response, Uri? next) = await OnceAsync(request, limits, late.Token, both.Token);
            if (next is null) return response;
            at = next;
        }
        throw new OutboundFailedException($"{address} redirects more than {limits.Redirects} times.");
    }

    /// <summary>Sends one request. A redirect is not followed but given back: what is sent is meant for the named address alone.</summary>
    /// <exception cref="OutboundRefusedException">The address is not allowed.</exception>
    /// <exception cref="OutboundException">Nothing came back, or too much, or too late.</exception>
    public async Task<OutboundResponse> SendAsync(HttpRequestMessage request, OutboundLimits limits, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        return (await OnceAsync(request, limits, late.Token, both.Token)).Response;
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private async Task<(OutboundResponse Response, Uri? Next)> OnceAsync(HttpRequestMessage request, OutboundLimits limits, CancellationToken late, CancellationToken cancellationToken)
    {
        Uri address = Checked(request.RequestUri);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            bool moved = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            Uri? next = moved && response.Headers.Location is { } location ? new Uri(address, location) : null;
            byte[] body = next is null ? await ReadAsync(response, address, limits.Bytes, cancellationToken) : [];
            return (new OutboundResponse(address, response.StatusCode, response.Content.Headers.ContentType, response.Headers, body), next);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new OutboundFailedException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{address} did not answer within {limits.Time.TotalSeconds:0.#} seconds."));
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundFailedException($"{address.Host} could not be connected to within {connectTime.TotalSeconds:0} seconds.", cancelled);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            for (Exception? cause = error; cause is not null; cause = cause.InnerException)
                if (cause is OutboundException known) throw known;
            throw new OutboundFailedException($"{address} could not be read: {error.Message}", error);
        }
    }

    private static Uri Checked(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true }) throw new OutboundRefusedException($"\"{address}\" is no complete address; write it like https://help.example.com/.");
        if (address.Scheme is not ("http" or "https")) throw new OutboundRefusedException($"{address} is not called: only http and https are.");
        if (address.UserInfo.Length > 0) throw new OutboundRefusedException($"The address on {address.Host} holds a user name or password; give it without.");
        return address;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri address, long most, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        byte[] piece = new byte[81920];
        int count;
        while ((count = await body.ReadAsync(piece, cancellationToken)) > 0)
        {
            // The length in the header is the sender's word, and that of the packed body; what comes out counts.
            if (read.Length + count > most) throw new OutboundFailedException($"{address} is larger than {most} bytes.");
            read.Write(piece, 0, count);
        }
        return read.ToArray();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host.Trim('[', ']');
        IPAddress[] addresses = await AddressesAsync(host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await lookup(host, cancellationToken);
        }
        catch (SocketException unknown)
        {
            throw new OutboundFailedException($"The host {host} is not known: {unknown.Message}", unknown);
        }
        if (addresses.Length == 0) throw new OutboundFailedException($"The host {host} has no address.");
        if (settings.AllowsHost(host)) return addresses;
        foreach (IPAddress address in addresses)
        {
            // One inner address among outer ones is reason enough: which one is taken is the name server's choice.
            if (!settings.AllowsAddress(address) && AddressRules.Refusal(address) is { } what)
                throw new OutboundRefusedException($"{host} is not called: its address {address} is {what}. An operator can allow it with the setting Outbound:AllowedHosts.");
        }
        return addresses;
    }
}
