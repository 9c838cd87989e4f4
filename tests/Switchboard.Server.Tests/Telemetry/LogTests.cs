using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Telemetry;

/// <summary>What a server writes to its log, and what is said of settings that cannot be used.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Each_request_is_a_line_of_JSON_with_its_trace_and_nothing_the_caller_wrote()
    {
        const string Secret = "zq9secretcanary";
        using var temp = new TempFolder();
        await using Collector collector = await Collector.OpenAsync();
        temp.Write(".env", $"""
            SWITCHBOARD__LOGS__FORMAT=json
            SWITCHBOARD__LOGS__REQUESTS=true
            SWITCHBOARD__TELEMETRY__OTLP__ENDPOINT={collector.Endpoint.GetLeftPart(UriPartial.Authority)}
            SWITCHBOARD__TELEMETRY__SAMPLING=0
            """);
        using Process serve = CommandProcess.Start(temp.Path, ["serve", "--urls", "http://127.0.0.1:0", "--json"]);
        string trace = $"{ActivityTraceId.CreateRandom()}";
        try
        {
            string started = "";
            while (!started.TrimEnd().EndsWith('}')) started += (await serve.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))).ShouldNotBeNull();
            using var client = new HttpClient { BaseAddress = new Uri(JsonElement.Parse(started).Text("address")) };
            client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Secret);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/customers/{Guid.NewGuid()}?q={Secret}");
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            request.Headers.Add("X-Api-Key", Secret);
            using HttpResponseMessage refused = await client.SendAsync(request);
            (await client.GetAsync($"/{Secret}/%0a%0d\"{Secret}")).Dispose();
            (await client.SendAsync(new HttpRequestMessage(new HttpMethod(Secret.ToUpperInvariant()), "/"))).Dispose();
            (await client.GetAsync("/metrics")).EnsureSuccessStatusCode();

            // A line may be written after the caller has its answer, so what is waited for are the lines and not the answers.
            var lines = new List<JsonElement>();
            while (lines.Count(l => l.TryGetProperty("values", out JsonElement of) && of.TryGetProperty("Route", out _)) < 4)
                lines.Add(JsonElement.Parse((await serve.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldNotBeNull()));
            serve.Kill();
            while (await serve.StandardError.ReadLineAsync() is { } rest) lines.Add(JsonElement.Parse(rest));
            lines.ShouldAllBe(l => l.Text("time").EndsWith('Z') && l.Text("level").Length > 0 && l.Text("message").Length > 0);
            JsonElement line = lines.Single(l => l.TryGetProperty("traceId", out JsonElement id) && id.GetString() == trace);
            JsonElement values = line.GetProperty("values");
            (line.Text("level"), values.Text("Method"), values.Text("Route"), values.GetProperty("Status").GetInt32()).ShouldBe(("information", "GET", "/api/v1/customers/{id:guid}", 401));
            values.Text("RequestId").ShouldBe(refused.Headers.GetValues("X-Request-Id").Single());
            lines.ShouldAllBe(l => !l.GetRawText().Contains(Secret, StringComparison.OrdinalIgnoreCase));
            collector.Spans.ShouldBeEmpty("none of the traces is to be recorded, whatever the caller says");
        }
        finally
        {
            if (!serve.HasExited) serve.Kill();
            await serve.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("Telemetry:Otlp:Endpoint", "collector:4318", "must be the address of a collector")]
    [InlineData("Telemetry:Otlp:Endpoint", "http://user:word@collector:4318", "must be the address of a collector")]
    [InlineData("Telemetry:Otlp:Headers", "secret-word", "must be like name=value")]
    [InlineData("Telemetry:Sampling", "2", "from 0 to 1")]
    [InlineData("Telemetry:Sampling", "half", "from 0 to 1")]
    [InlineData("Telemetry:Metrics:Networks", "everywhere", "must list addresses or networks")]
    [InlineData("Logs:Format", "xml", "must be text or json")]
    [InlineData("Logs:Requests", "some", "must be false or true")]
    public void A_setting_that_cannot_be_used_is_refused_by_its_name(string key, string value, string hint)
    {
        string message = Should.Throw<SettingException>(() => TelemetrySettings.Read(Settings((key, value)))).Message;
        message.ShouldStartWith($"{key} (");
        message.ShouldContain(hint);
        message.ShouldNotContain("word");
    }

    [Fact]
    public void Without_settings_metrics_are_for_the_machine_itself_and_nothing_is_sent()
    {
        TelemetrySettings usual = TelemetrySettings.Read(Settings());
        (usual.Networks, usual.Endpoint, usual.JsonLog, usual.LogRequests).ShouldBe((TelemetrySettings.Loopback, null, false, false));
        TelemetrySettings set = TelemetrySettings.Read(Settings(("Telemetry:Metrics:Networks", "off"), ("Telemetry:Otlp:Endpoint", "http://collector:4318/"), ("Telemetry:Sampling", "0.25"), ("Logs:Format", "JSON"), ("Logs:Requests", "True")));
        (set.Networks, set.Endpoint, set.Sampling, set.JsonLog, set.LogRequests).ShouldBe((null, new Uri("http://collector:4318/v1/traces"), 0.25, true, true));
        TelemetrySettings.Read(Settings(("Telemetry:Otlp:Endpoint", "https://collector/otlp/v1/traces"))).Endpoint.ShouldBe(new Uri("https://collector/otlp/v1/traces"));
        $"{set with { Headers = "key=secret-word" }}".ShouldNotContain("secret-word");
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
