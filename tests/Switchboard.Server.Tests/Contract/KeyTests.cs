using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Every unsafe route of the document keeps its idempotency key, or says that it takes none.</summary>
public sealed class KeyTests(MatrixServer server) : IClassFixture<MatrixServer>
{
    // Its second call comes from a session that the first one ended.
    private const string ownSessions = "/api/v1/auth/sessions";

    private static bool IsUnsafe(ApiRoute route) => route.Method != "GET";

    private static bool TakesKey(ApiRoute route) => route.Parameters("header").Any(p => p.Text("name") == "Idempotency-Key");

    [Fact]
    public void Every_unsafe_route_takes_a_key_or_says_why_not()
    {
        ApiRoute[] bare = [.. server.Document.Routes.Where(r => IsUnsafe(r) && !TakesKey(r))];
        bare.Where(r => !(r.Operation.TryGetProperty("description", out JsonElement text) && text.GetString()!.Contains("Takes no Idempotency-Key: ", StringComparison.Ordinal))).ShouldBeEmpty();
        bare.Where(r => r.Who is not ("anyone" or "command_line")).Select(r => r.Path).ShouldBe(["/api/v1/customers/{id}/export"]);
        server.Document.Routes.Where(r => !IsUnsafe(r) && TakesKey(r)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_call_with_the_same_key_has_the_same_answer_on_every_route_and_another_call_is_told_422()
    {
        Stage stage = await Stage.SetAsync(server, MatrixServer.Victim);
        var wrong = new List<string>();
        int repeated = 0;
        foreach (ApiRoute route in server.Document.Routes.Where(r => TakesKey(r) && !IsOfNoEffect(r) && !(r.Method == "DELETE" && r.Path == ownSessions)).OrderBy(Rank).ThenByDescending(r => r.Path.Length))
        {
            HttpClient client = route.Who == "signed_in" ? stage.Owner.Client : stage.Key;
            using HttpRequestMessage request = stage.Request(route);
            string key = $"k{route}";
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync();
            (int status, string told) = await SendAsync(client, request, body, "");
            if (status >= 400) continue;
            repeated++;
            (int again, string toldAgain) = await SendAsync(client, request, body, "");
            if (again != status || toldAgain != told) wrong.Add($"{route}: {status} {told} and then {again} {toldAgain}");
            if (IsOfARun(route)) continue;
            (int other, string problem) = await SendAsync(client, request, body, "?another=1");
            if (other != 422 || !problem.Contains("idempotency_mismatch", StringComparison.Ordinal)) wrong.Add($"{route}: another call under the key is told {other} {problem}");
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        repeated.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task A_key_is_its_callers_own_and_a_refused_call_leaves_it_free()
    {
        HttpClient one = server.WithKey(await server.KeyAsync([.. Domain.Identity.Scopes.All])), two = server.WithKey(await server.KeyAsync([.. Domain.Identity.Scopes.All]));
        object body = new { email = "first.of.two@example.com", name = "First", role = "support" };
        Guid first = (await (await one.PostAsync("/api/v1/users", body, "same")).JsonAsync(201)).Id("id");
        (await (await one.PostAsync("/api/v1/users", body, "same")).JsonAsync(201)).Id("id").ShouldBe(first);
        (int status, string told) = await AnswerAsync(await two.PostAsync("/api/v1/users", body, "same"));
        status.ShouldBe(409, told);
        told.ShouldNotContain($"{first}");
        await (await two.PostAsync("/api/v1/users", new { email = "second.of.two@example.com", name = "Second", role = "support" }, "same")).JsonAsync(201);
    }

    /// <summary>Calls whose key stands for the run they begin; what else is in the address is nothing to it.</summary>
    private static bool IsOfARun(ApiRoute route) => route.Path is "/api/v1/conversations" || (route.Path.EndsWith("/messages", StringComparison.Ordinal) && route.Method == "POST")
        || route.Path.Contains("/execute", StringComparison.Ordinal) || route.Path.EndsWith("grade", StringComparison.Ordinal);

    /// <summary>A dry run that is no run changes nothing and keeps no key: it is made anew each time.</summary>
    private static bool IsOfNoEffect(ApiRoute route) => !route.Path.Contains("/execute", StringComparison.Ordinal) && route.Example is { ValueKind: JsonValueKind.Object } example && example.TryGetProperty("dryRun", out JsonElement dry) && dry.GetBoolean();

    private static int Rank(ApiRoute route) => route.Method switch
    {
        "DELETE" => 2,
        _ when route.Path.EndsWith("/merge", StringComparison.Ordinal) || route.Path.EndsWith("/erase", StringComparison.Ordinal) => 1,
        _ => 0,
    };

    private static async Task<(int Status, string Told)> SendAsync(HttpClient client, HttpRequestMessage like, byte[]? body, string query)
    {
        using var request = new HttpRequestMessage(like.Method, like.RequestUri!.OriginalString + query);
        foreach ((string name, IEnumerable<string> values) in like.Headers) request.Headers.TryAddWithoutValidation(name, values);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = like.Content!.Headers.ContentType;
        }

        return await AnswerAsync(await client.SendAsync(request));
    }

    private static async Task<(int Status, string Told)> AnswerAsync(HttpResponseMessage response)
    {
        using (response) return ((int)response.StatusCode, $"{response.Headers.Location} {response.Headers.ETag} {response.Content.Headers.ContentType} {await response.Content.ReadAsStringAsync()}");
    }
}
