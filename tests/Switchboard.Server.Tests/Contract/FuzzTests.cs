using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Tests.Identity;
using Switchboard.Server.Tests.Telemetry;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Contract;

/// <summary>A server that keeps all it logs, measures and traces all it does, can look no name up, and has a route that does nothing.</summary>
public sealed class FuzzServer : IdentityServer
{
    private Collector? collector;

    public LogLines Logged { get; } = new();

    internal Collector Collector => collector!;

    public override async ValueTask InitializeAsync()
    {
        collector = await Collector.OpenAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (collector is not null) await collector.DisposeAsync();
    }

    protected override ServerOptions Alter(ServerOptions options) => base.Alter(options) with { Telemetry = new TelemetrySettings { Networks = TelemetrySettings.Loopback, Endpoint = Collector.Endpoint } };

    /// <summary>Its clock goes: what waits is to come back.</summary>
    public override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Brings customers back that were deleted.</summary>
    public Task RestoreAsync() => Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(TenantId, "test"),
        db =>
        {
            foreach (Customer customer in db.Customers.Where(c => c.DeletedAt != null)) customer.DeletedAt = null;
            return 0;
        },
        default);

    /// <summary>Somebody whose customer's rows are there: who was called before may have another address by now, or be erased.</summary>
    public async Task<string> AnybodyAsync()
    {
        await using SwitchboardDb db = Services.GetRequiredService<Data>().For(TenantId);
        string[] there = [.. from contact in db.Set<Contact>()
                             join customer in db.Customers on contact.CustomerId equals customer.Id
                             where contact.Email != null && contact.AnonymisedAt == null && customer.ErasureBegunAt == null && db.Set<Subscription>().Any(s => s.CustomerId == customer.Id)
                             orderby contact.Email == MatrixServer.Victim descending, contact.Id
                             select contact.Email!];
        return there[0];
    }

    protected override void Configure(IServiceCollection services)
    {
        services.AddSingleton<ILoggerProvider>(Logged);
        services.AddSingleton<HostLookup>((_, _) => throw new SocketException((int)SocketError.HostNotFound));
        services.AddSingleton<RouteSlice>(routes => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(routes, "/empty", () => Microsoft.AspNetCore.Http.Results.NoContent()).IsPublic().AnswersNothing());
    }
}

/// <summary>Calls that are wrong, by the thousand: each is answered as the document says, and none with a fault of ours.</summary>
public sealed class FuzzTests(FuzzServer server, ITestOutputHelper output) : IClassFixture<FuzzServer>
{
    private const int calls = 5000, pieces = 10;

    [Fact]
    public async Task Thousands_of_wrong_calls_are_answered_as_the_document_says_and_none_with_a_fault()
    {
        int count = Number("SWITCHBOARD_FUZZ_CALLS", calls), seed = Number("SWITCHBOARD_FUZZ_SEED", 1);
        output.WriteLine($"seed {seed}, {count} calls");
        ApiDocument document = await ApiDocument.ReadAsync(server.Anonymous());
        var wrong = new List<string>();
        var answers = new SortedDictionary<int, int>();
        var times = new List<double>(count);
        var empty = new List<double>(count);
        HttpClient anonymous = server.Anonymous(), local = server.Local();
        // What is called is deleted and changed by it, so the objects are made anew now and then; each stage's fuzzer goes on from a seed of its own.
        for (int piece = 0; piece < pieces; piece++)
        {
            await server.RestoreAsync();
            Stage stage = await Stage.SetAsync(server, await server.AnybodyAsync());
            HttpClient visitor = await server.VisitorAsync();
            var fuzzer = new Fuzzer(document, stage, seed + piece);
            for (int i = 0; i < count / pieces; i++)
            {
                (ApiRoute route, HttpRequestMessage request) = fuzzer.Next();
                // These would do what they say, to the data folder or for minutes.
                if (route.Path is "/api/v1/demo/seed" or "/api/v1/backup") continue;
                // Who is signed out can call no more of what is for the signed in; that comes last.
                if (route is { Method: "DELETE", Path: "/api/v1/auth/sessions" } && i < count / pieces * 0.9) continue;
                // The server itself refuses such a line, before anything of ours sees it.
                if (request.RequestUri!.OriginalString.Split('?')[0].Contains("%00", StringComparison.Ordinal)) continue;
                using (request)
                {
                    HttpClient client = route.Who switch { "anyone" => anonymous, "command_line" => local, "signed_in" => stage.Owner.Client, "contacts" => visitor, "staff_and_contacts" when i % 3 == 0 => stage.Contact, _ => stage.Key };
                    string call = $"{piece}/{i} {route.Method} {request.RequestUri!.OriginalString}";
                    long began = Stopwatch.GetTimestamp();
                    HttpResponseMessage? answer;
                    try
                    {
                        answer = await SendAsync(client, request);
                    }
                    catch (Exception error) when (error is OperationCanceledException or HttpRequestException)
                    {
                        wrong.Add($"{call} [{Cut(await SentAsync(request))}] 0: is not answered: {error.Message} {error.InnerException?.Message}");
                        continue;
                    }

                    if (answer is not { } response) continue;
                    using HttpResponseMessage closing = response;
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    int status = (int)response.StatusCode;
                    answers[status] = answers.GetValueOrDefault(status) + 1;
                    if (await ProblemAsync(document, route, response) is { } problem) wrong.Add($"{call} [{Cut(await SentAsync(request))}] {status}: {problem}");
                }

                if (i % 5 != 0) continue;
                long at = Stopwatch.GetTimestamp();
                using HttpResponseMessage nothing = await anonymous.GetAsync("/empty");
                empty.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }

        double p99 = At(times, 0.99), bare = At(empty, 0.99);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p50 {At(times, 0.5):0.00} ms, p99 {p99:0.00} ms; an empty route p50 {At(empty, 0.5):0.00} ms, p99 {bare:0.00} ms; p99 is {p99 / bare:0.0} times that"));
        output.WriteLine(string.Join(", ", answers.Select(a => $"{a.Key}: {a.Value}")));
        wrong.AddRange(server.Logged.Lines.Where(l => l.StartsWith("Error Microsoft.AspNetCore", StringComparison.Ordinal)).Take(5).Select(f => f.Length > 2500 ? f[..2500] : f));
        wrong.ShouldBeEmpty($"seed {seed}: {wrong.Count} wrong\n{string.Join('\n', wrong.Take(40))}");
        answers.Keys.ShouldContain(200);
        answers.Keys.ShouldContain(400);
        // Tests do not time; who runs the long one asks for it.
        if (Environment.GetEnvironmentVariable("SWITCHBOARD_FUZZ_TIMES") == "1") (p99 / bare).ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public async Task Secrets_and_personal_data_that_are_sent_stand_in_no_log_no_error_no_metric_and_no_trace()
    {
        const string Secret = "zq9secretcanary";
        ApiDocument document = await ApiDocument.ReadAsync(server.Anonymous());
        await server.RestoreAsync();
        Stage stage = await Stage.SetAsync(server, await server.AnybodyAsync());
        HttpClient anonymous = server.Anonymous(), visitor = await server.VisitorAsync(), local = server.Local(), forged = server.WithToken($"{Secret}.{Secret}.{Secret}"), guessed = server.WithKey($"swb_live_{Secret}");
        var wrong = new List<string>();
        int sent = 0;
        foreach (ApiRoute route in document.Routes.Where(r => r.Path is not ("/api/v1/demo/seed" or "/api/v1/backup") && r is not { Method: "DELETE" }))
        {
            HttpClient known = route.Who switch { "anyone" => anonymous, "command_line" => local, "signed_in" => stage.Owner.Client, "contacts" => visitor, _ => stage.Key };
            foreach (string[] fields in TextFields(document, route).Select(f => new[] { f }).Prepend([]).Append([.. TextFields(document, route)]))
            {
                foreach (HttpClient client in fields.Length == 0 ? new[] { known, forged, guessed } : [known])
                {
                    using HttpRequestMessage request = stage.Request(route);
                    if (route.BodySchema is not null && stage.Example(route) is System.Text.Json.Nodes.JsonObject body)
                    {
                        foreach (string field in fields) body[field] = field is "email" ? $"{Secret}{sent}@example.com" : $"{Secret} {sent}";
                        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                    }

                    if (route.Parameters("query").Any(p => p.Text("name") == "q") && !request.RequestUri!.OriginalString.Contains('?', StringComparison.Ordinal)) request.RequestUri = new Uri($"{request.RequestUri}?q={Secret}", UriKind.Relative);
                    request.Headers.TryAddWithoutValidation("Cookie", $"swb_refresh={Secret}; {Auth.SignedSessions.Cookie}={Secret}");
                    foreach (string header in new[] { "User-Agent", "Referer", "From" }) request.Headers.TryAddWithoutValidation(header, $"{Secret}@example.com");
                    request.Headers.TryAddWithoutValidation("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
                    request.Headers.TryAddWithoutValidation("tracestate", $"desk={Secret}");
                    request.Headers.TryAddWithoutValidation("baggage", $"customer={Secret}");
                    request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{Secret}-{sent++}");
                    using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                    if ((int)response.StatusCode < 400) continue;
                    string told = await response.Content.ReadAsStringAsync();
                    if (told.Contains(Secret, StringComparison.Ordinal)) wrong.Add($"{route} {string.Join(',', fields)}: {Cut(told)}");
                }
            }
        }

        sent.ShouldBeGreaterThan(400);
        wrong.AddRange(server.Logged.Lines.Where(l => l.Contains(Secret, StringComparison.Ordinal)).Select(l => $"logged: {Cut(l)}").Distinct(StringComparer.Ordinal));
        // The framework's own scope carries the path as it was called; what is measured and traced must not.
        foreach (string path in new[] { $"/api/v1/customers/{Secret}", $"/{Secret}", $"/help/{Secret}/{Guid.NewGuid()}", $"/api/v1/agents/{Secret}/{Secret}" })
            foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, new HttpMethod(Secret) }) (await stage.Key.SendAsync(new HttpRequestMessage(method, path) { Headers = { Host = $"{Secret}.example" } })).Dispose();
        string measured = (await Scrape.OfAsync(anonymous)).Text;
        server.Services.GetRequiredService<TracerProvider>().ForceFlush();
        if (measured.Contains(Secret, StringComparison.OrdinalIgnoreCase)) wrong.Add($"measured: {measured.Split('\n').First(l => l.Contains(Secret, StringComparison.OrdinalIgnoreCase))}");
        server.Collector.Spans.Count.ShouldBeGreaterThan(1000, "what must not leak must be there to leak");
        wrong.AddRange(server.Collector.Spans.Where(s => $"{s.Name} {string.Join(' ', s.Attributes)}".Contains(Secret, StringComparison.OrdinalIgnoreCase)).Select(s => $"traced: {s.Name} {string.Join(' ', s.Attributes)}").Distinct(StringComparer.Ordinal));
        server.Collector.Text.Contains(Secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse("it is somewhere in what was sent to the collector");
        wrong.ShouldBeEmpty(string.Join('\n', wrong.Take(60)));
    }

    /// <summary>The fields of a body that take any text.</summary>
    private static string[] TextFields(ApiDocument document, ApiRoute route) => route.BodySchema is { } schema && schema.TryGetProperty("$ref", out JsonElement name) && document.Schemas[name.GetString()!.Split('/')[^1]].TryGetProperty("properties", out JsonElement fields)
        ? [.. fields.EnumerateObject().Where(f => f.Value.TryGetProperty("type", out JsonElement type) && SchemaCheck.Types(type).Contains("string") && !f.Value.TryGetProperty("format", out _)).Select(f => f.Name)]
        : [];

    /// <summary>Of a body that is too large the server takes no more, and may hang up while it is still being sent.</summary>
    private static async Task<HttpResponseMessage?> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            return await OnceAsync(request);
        }
        catch (HttpRequestException) when (request.Content?.Headers.ContentLength > 1 << 16)
        {
            return null;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ResponseEnded)
        {
            // Of a body that a call before did not read to its end the server hangs up, perhaps as the next one is sent. What is sent anew finds a connection of its own.
            using var again = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content is { } body ? new ByteArrayContent(await body.ReadAsByteArrayAsync()) : null };
            foreach ((string name, IEnumerable<string> values) in request.Headers) again.Headers.TryAddWithoutValidation(name, values);
            foreach ((string name, IEnumerable<string> values) in request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()) again.Content!.Headers.TryAddWithoutValidation(name, values);
            return await OnceAsync(again);
        }

        async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage one)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
            return await client.SendAsync(one, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
    }

    /// <summary>What is wrong with an answer; null when it is as the document says.</summary>
    private static async Task<string?> ProblemAsync(ApiDocument document, ApiRoute route, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (type == "text/event-stream") return status == 200 ? null : "a stream that is no success";
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        string body = Encoding.UTF8.GetString(bytes);
        if (status >= 500) return Cut(body);
        if (status >= 400)
        {
            if (type != "application/problem+json") return $"is {type ?? "nothing"} and no problem document: {Cut(body)}";
            foreach (string leak in new[] { "   at ", "Switchboard.Server", "Switchboard.Core", "System.", "Microsoft.", "Exception", ".cs:line" })
                if (body.Contains(leak, StringComparison.Ordinal)) return $"tells what it is made of: {Cut(body)}";
        }

        // What a bent path leads to is another route's, or nobody's.
        if (status is 404 or 405) return document.Check.Problem(document.Schemas["Problem"], JsonElement.Parse(body));
        if (route.Answer(status) is not { } declared) return $"is no status of this route: {Cut(body)}";
        if (!declared.TryGetProperty("content", out JsonElement content)) return bytes.Length == 0 ? null : $"has a body where none is declared: {Cut(body)}";
        if (type is null || !content.TryGetProperty(type, out JsonElement media)) return $"has the type {type}, which is not declared";
        return type.EndsWith("json", StringComparison.Ordinal) ? document.Check.Problem(media.GetProperty("schema"), JsonElement.Parse(body)) : null;
    }

    private static async Task<string> SentAsync(HttpRequestMessage request) => request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync());

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)((times.Count - 1) * share));

    private static int Number(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int set) ? set : usual;

    private static string Cut(string text) => text.Length > 400 ? text[..400] : text;
}
