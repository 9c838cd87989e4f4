using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Switchboard.Server.Outbound;

/// <summary>A call to the outside did not succeed; the message is for the person who gave the address.</summary>
public abstract class OutboundException(string message, Exception? inner) : Exception(message, inner);

/// <summary>A call was made and nothing usable came back.</summary>
public sealed class OutboundFailedException(string message, Exception? inner = null) : OutboundException(message, inner)
{
    /// <summary>Whether the other side may have got the request whole. When it is false, the other side surely did nothing.</summary>
    public bool MayHaveArrived { get; init; }
}

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
    private readonly HttpClient once;

    /// <summary>Makes a client. Without <paramref name="lookup"/> the machine's name server is asked.</summary>
    public OutboundClient(OutboundSettings settings, TimeProvider time, HostLookup? lookup = null)
    {
        this.settings = settings;
        this.time = time;
        this.lookup = lookup ?? Dns.GetHostAddressesAsync;
        http = Make(connectionLife);
        // The framework sends a request again by itself when a connection that was kept turns out to be closed. A connection of its own leaves no room for that.
        once = Make(TimeSpan.Zero);
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
            Uri current = Checked(at);
            using HttpResponseMessage response = await AnswerAsync(http, request, current.ToString(), limits, late.Token, both.Token);
            if (Redirect(response, current) is not { } next) return await TakeAsync(response, current, limits, late.Token, both.Token);
            at = next;
        }
        throw new OutboundFailedException($"{address} redirects more than {limits.Redirects} times.");
    }

    /// <summary>Makes sure that an address may be called as far as its host says now. It is looked at again with each call, so nobody has to rely on this.</summary>
    /// <exception cref="OutboundRefusedException">The address is not allowed.</exception>
    /// <exception cref="OutboundFailedException">The host is not known, or its name server does not answer.</exception>
    public async Task RequireCallableAsync(Uri address, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(connectTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await AddressesAsync(Checked(address).DnsSafeHost.Trim('[', ']'), both.Token);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundFailedException($"The name server did not tell the address of {address.Host} within {connectTime.TotalSeconds:0} seconds.", cancelled);
        }
    }

    /// <summary>
    /// Sends one request on a connection of its own, at most once. A redirect is not followed but given back: what is sent is meant for the named address alone.
    /// A body that is too large, too slow or broken is given back as far as it came, since the status tells what became of the request. No message holds more
    /// of the address than its host: the rest may be a secret.
    /// </summary>
    /// <exception cref="OutboundRefusedException">The address is not allowed.</exception>
    /// <exception cref="OutboundFailedException">No answer came.</exception>
    public async Task<OutboundResponse> SendAsync(HttpRequestMessage request, OutboundLimits limits, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Uri address = Checked(request.RequestUri);
        using var watched = new WatchedContent(request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(both.Token), request.Content?.Headers);
        using HttpContent? given = request.Content;
        request.Content = watched;
        try
        {
            using HttpResponseMessage response = await AnswerAsync(once, request, address.Host, limits, late.Token, both.Token);
            byte[] body = await ReadAsFarAsItComesAsync(response, limits.Bytes, both.Token);
            return new OutboundResponse(address, response.StatusCode, response.Content.Headers.ContentType, response.Headers, body);
        }
        catch (OutboundFailedException failed)
        {
            throw new OutboundFailedException(failed.Message, failed.InnerException) { MayHaveArrived = watched.IsBegun };
        }
    }

    /// <summary>
    /// Sends a request that may arrive twice without harm, on a connection that is kept. A redirect is given back, not followed; the body is read whole. No message
    /// holds more of the address than its host.
    /// </summary>
    /// <exception cref="OutboundRefusedException">The address is not allowed.</exception>
    /// <exception cref="OutboundException">Nothing came back, or too much, or too late.</exception>
    public async Task<OutboundResponse> AskAsync(HttpRequestMessage request, OutboundLimits limits, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Uri address = Checked(request.RequestUri);
        using HttpResponseMessage response = await AnswerAsync(http, request, address.Host, limits, late.Token, both.Token);
        byte[] body = await TellAsync(() => ReadAsync(response, address.Host, limits.Bytes, both.Token), address, address.Host, limits, late.Token, both.Token);
        return new OutboundResponse(address, response.StatusCode, response.Content.Headers.ContentType, response.Headers, body);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        http.Dispose();
        once.Dispose();
    }

    private HttpClient Make(TimeSpan life)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = connectTime,
            PooledConnectionLifetime = life,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Switchboard", "1.0"));
        return client;
    }

    /// <summary>Gets the head of the answer.</summary>
    private static Task<HttpResponseMessage> AnswerAsync(HttpClient client, HttpRequestMessage request, string shown, OutboundLimits limits, CancellationToken late, CancellationToken cancellationToken) =>
        TellAsync(() => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), request.RequestUri!, shown, limits, late, cancellationToken);

    private static async Task<OutboundResponse> TakeAsync(HttpResponseMessage response, Uri address, OutboundLimits limits, CancellationToken late, CancellationToken cancellationToken)
    {
        byte[] body = await TellAsync(() => ReadAsync(response, address.ToString(), limits.Bytes, cancellationToken), address, address.ToString(), limits, late, cancellationToken);
        return new OutboundResponse(address, response.StatusCode, response.Content.Headers.ContentType, response.Headers, body);
    }

    private static Uri? Redirect(HttpResponseMessage response, Uri address)
    {
        bool moved = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        return moved && response.Headers.Location is { } location ? new Uri(address, location) : null;
    }

    /// <summary>Tells in words of our own what went wrong.</summary>
    private static async Task<T> TellAsync<T>(Func<Task<T>> work, Uri address, string shown, OutboundLimits limits, CancellationToken late, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new OutboundFailedException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{shown} did not answer within {limits.Time.TotalSeconds:0.#} seconds."));
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundFailedException($"{address.Host} could not be connected to within {connectTime.TotalSeconds:0} seconds.", cancelled);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            for (Exception? cause = error; cause is not null; cause = cause.InnerException)
                if (cause is OutboundException known) throw known;
            throw new OutboundFailedException($"{shown} could not be read: {error.Message}", error);
        }
    }

    private static Uri Checked(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true }) throw new OutboundRefusedException($"\"{address}\" is no complete address; write it like https://help.example.com/.");
        if (address.Scheme is not ("http" or "https")) throw new OutboundRefusedException($"{address} is not called: only http and https are.");
        if (address.UserInfo.Length > 0) throw new OutboundRefusedException($"The address on {address.Host} holds a user name or password; give it without.");
        return address;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, string address, long most, CancellationToken cancellationToken)
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

    private static async Task<byte[]> ReadAsFarAsItComesAsync(HttpResponseMessage response, long most, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            byte[] piece = new byte[4096];
            int count;
            while (read.Length < most && (count = await body.ReadAsync(piece, cancellationToken)) > 0) read.Write(piece, 0, (int)Math.Min(count, most - read.Length));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or InvalidDataException)
        {
            // The status has come, and that is what counts.
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

    /// <summary>A body that knows whether it has begun to go out. The head of a request goes out with its body and not before.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly byte[] bytes;
        private volatile bool isBegun;

        public WatchedContent(byte[] bytes, HttpContentHeaders? headers)
        {
            this.bytes = bytes;
            if (headers is null) return;
            foreach ((string name, IEnumerable<string> values) in headers)
                if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase)) Headers.TryAddWithoutValidation(name, values);
        }

        public bool IsBegun => isBegun;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            isBegun = true;
            await stream.WriteAsync(bytes, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
