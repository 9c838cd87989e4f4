using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Switchboard.EndToEnd;

/// <summary>What became of one message: the ids the server gave it and the text of the reply.</summary>
public sealed record Sent(Guid ConversationId, Guid MessageId, Guid RunId, string Question, string? Reply, string? Status);

/// <summary>A customer's program: it sends each message under one key and asks again with that key until it is answered, whatever happens to the server meanwhile.</summary>
/// <param name="server">Gives the address of the server that lives now.</param>
/// <param name="broken">Told that a connection broke; returns when asking again makes sense.</param>
/// <param name="contact">The contact the visitor is; null for a stranger.</param>
/// <param name="postponed">Told that the server asked to come back in a moment; null when that is no answer to be content with.</param>
public sealed class Visitor(Func<CancellationToken, Task<Uri>> server, Func<Exception, CancellationToken, Task> broken, Guid? contact = null, Action? postponed = null) : IDisposable
{
    private const int mostPostponed = 30;
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1024, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private string? token;
    private int postponements;

    /// <summary>A visitor of a server that does not die.</summary>
    public static Visitor Of(string address) => new(_ => Task.FromResult(new Uri(address)), (error, _) => throw new InvalidOperationException("The connection broke.", error));

    /// <summary>A visitor of a server that dies; a broken connection is forgiven only when the process is really gone.</summary>
    public static Visitor Of(MortalServer server, Guid? contact = null)
    {
        HostProcess? used = null;
        return new(
            async cancellation => (used = await server.AliveAsync(cancellation)).Address!,
            (_, cancellation) => used!.DiedAsync(cancellation),
            contact,
            server.Postpone);
    }

    public Task<Sent> CreateAsync(string text, CancellationToken cancellationToken) => DeliverAsync("api/v1/conversations", new { message = text }, text, cancellationToken);

    public Task<Sent> SendAsync(Guid conversation, string text, CancellationToken cancellationToken) =>
        DeliverAsync($"api/v1/conversations/{conversation}/messages", new { text }, text, cancellationToken);

    /// <summary>Reads a whole list, page by page.</summary>
    public async Task<List<JsonNode>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            JsonNode page = (await GetAsync(cursor is null ? path : $"{path}?cursor={cursor}", cancellationToken))!;
            all.AddRange(page["items"]!.AsArray().Select(item => item!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }

    public async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await CallAsync(() => new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseContentRead, cancellationToken);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>The conversation's events after the given number, as they come.</summary>
    public async IAsyncEnumerable<StreamEvent> EventsAsync(Guid conversation, long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await CallAsync(() => new HttpRequestMessage(HttpMethod.Get, $"api/v1/conversations/{conversation}/events?after={after}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        long seq = 0;
        string kind = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) seq = long.Parse(line[4..]);
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return new StreamEvent(seq, kind, JsonNode.Parse(line[6..])!);
        }
    }

    /// <summary>The conversation's events until one satisfies the condition; a stream that breaks is taken up behind the last event that came.</summary>
    public async Task<List<StreamEvent>> FollowAsync(Guid conversation, Func<StreamEvent, bool> last, CancellationToken cancellationToken)
    {
        var events = new List<StreamEvent>();
        while (true)
        {
            try
            {
                await foreach (StreamEvent stored in EventsAsync(conversation, events.Count == 0 ? 0 : events[^1].Seq, cancellationToken))
                {
                    events.Add(stored);
                    if (last(stored)) return events;
                }
            }
            catch (IOException error)
            {
                await broken(error, cancellationToken);
            }
        }
    }

    /// <summary>Begins the host's counts of passed places anew, lets it die at the n-th passing of a place from now on, or at none, and gives the counts so far.</summary>
    public async Task<Dictionary<string, int>> ArmAsync(string? site, int n, CancellationToken cancellationToken) =>
        (await AskAsync(HttpMethod.Post, $"test/arm?site={site}&n={n}", null, cancellationToken)).AsObject().ToDictionary(p => p.Key, p => (int)p.Value!, StringComparer.Ordinal);

    /// <summary>Waits until nothing is under way: what is walked to its end as its walker sees it has places left to pass.</summary>
    public async Task RestAsync(CancellationToken cancellationToken)
    {
        while ((int)(await AskAsync(HttpMethod.Get, "test/rest", null, cancellationToken))["open"]! > 0) await Task.Delay(10, cancellationToken);
    }

    /// <summary>Asks with a key of the staff, or with none, until there is an answer; what is asked for may be asked for again.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, string? apiKey, CancellationToken cancellationToken)
    {
        while (true)
        {
            Uri address = await server(cancellationToken);
            try
            {
                using HttpResponseMessage response = await SendAsync(() => Message(new Uri(address, path)), HttpCompletionOption.ResponseContentRead, cancellationToken);
                string body = await response.Content.ReadAsStringAsync(cancellationToken);
                if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)response.StatusCode} on {path}: {body}");
                return JsonNode.Parse(body)!;
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                await broken(error, cancellationToken);
            }
        }

        HttpRequestMessage Message(Uri at)
        {
            var message = new HttpRequestMessage(method, at);
            if (method == HttpMethod.Post) message.Content = JsonContent.Create(new { });
            if (apiKey is not null) message.Headers.Add("X-Api-Key", apiKey);
            return message;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Sent> DeliverAsync(string path, object body, string text, CancellationToken cancellationToken)
    {
        string key = Guid.NewGuid().ToString();
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await CallAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } }, HttpCompletionOption.ResponseContentRead, cancellationToken);
                JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
                if (response.StatusCode == HttpStatusCode.Created)
                    return new Sent((Guid)answer["conversationId"]!, (Guid)answer["messageId"]!, (Guid)answer["runId"]!, text, (string?)answer["reply"]?["text"], (string?)answer["reply"]?["status"]);
                // It is accepted and not answered yet: the same key asks for the same run.
                bool underWay = response.StatusCode == HttpStatusCode.Accepted || (response.StatusCode == HttpStatusCode.Conflict && (string?)answer["code"] == "in_progress");
                if (!underWay) throw new InvalidOperationException($"{(int)response.StatusCode} on {path}: {answer.ToJsonString()}");
            }
            catch (IOException error)
            {
                await broken(error, cancellationToken);
            }
        }
    }

    /// <summary>Calls until there is an answer: what is called here may be called again.</summary>
    private async Task<HttpResponseMessage> CallAsync(Func<HttpRequestMessage> request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        while (true)
        {
            Uri address = await server(cancellationToken);
            try
            {
                token ??= await OpenSessionAsync(address, cancellationToken);
                return await SendAsync(() => Addressed(request(), address), completion, cancellationToken);
            }
            catch (HttpRequestException error)
            {
                await broken(error, cancellationToken);
            }
        }
    }

    private HttpRequestMessage Addressed(HttpRequestMessage message, Uri address)
    {
        message.RequestUri = new Uri(address, message.RequestUri!);
        message.Headers.Authorization = new("Bearer", token);
        return message;
    }

    /// <summary>Sends, and again when the server says that its database is out of reach and when to come back: a busy machine is no fault of it.</summary>
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        while (true)
        {
            using HttpRequestMessage message = request();
            HttpResponseMessage response;
            try
            {
                response = await http.SendAsync(message, completion, cancellationToken);
            }
            catch (SocketException gone)
            {
                // A server that dies in the very moment of the connection comes out of the client as it is.
                throw new HttpRequestException(gone.Message, gone);
            }

            if (postponed is null || response.StatusCode != HttpStatusCode.ServiceUnavailable || response.Headers.RetryAfter?.Delta is not { } pause || ++postponements > mostPostponed) return response;
            response.Dispose();
            postponed();
            await Task.Delay(pause, cancellationToken);
        }
    }

    private async Task<string> OpenSessionAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, new Uri(address, "api/v1/widget/session")) { Content = JsonContent.Create(new { contactId = contact }) }, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return (string)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["token"]!;
    }
}

/// <summary>An event as the stream brings it.</summary>
public sealed record StreamEvent(long Seq, string Kind, JsonNode Data);
