using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Server.Outbound.Vectors;

/// <summary>Calls to the servers of vectors: JSON both ways. What goes wrong is told by host and status; neither keys nor texts are in it.</summary>
/// <param name="outbound">The way out.</param>
public sealed class VectorCalls(OutboundClient outbound)
{
    private static readonly OutboundLimits limits = new(TimeSpan.FromSeconds(30), 64 << 20, Redirects: 0);

    /// <summary>The names of these servers' fields are their own and are written out where they are used.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Sends a request and reads the answer; default when the server answers 404 and that is allowed.</summary>
    /// <exception cref="VectorsUnavailableException">No answer came, or one that does not help.</exception>
    public async Task<T?> SendAsync<T>(HttpMethod method, Uri address, object? body, Action<HttpRequestHeaders> sign, bool mayBeMissing, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        sign(request.Headers);
        if (body is not null) request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            OutboundResponse response = await outbound.AskAsync(request, limits, cancellationToken);
            if (response.Status == HttpStatusCode.NotFound && mayBeMissing) return default;
            if (!response.IsSuccess) throw new VectorsUnavailableException($"{address.Host} answered {(int)response.Status}.");
            return JsonSerializer.Deserialize<T>(response.Body, Json) ?? throw new VectorsUnavailableException($"{address.Host} answered nothing.");
        }
        catch (OutboundException error)
        {
            throw new VectorsUnavailableException(error.Message, error);
        }
        catch (JsonException error)
        {
            throw new VectorsUnavailableException($"{address.Host} answered what is no JSON of its kind.", error);
        }
    }
}
