using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Server.Auth;
using Switchboard.Server.Tests.Identity;
using Switchboard.Storage.Calls;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Every unsafe route of the document keeps its idempotency key, or says that it takes none.</summary>
public sealed class KeyTests(MatrixServer server) : IClassFixture<MatrixServer>
{
    // Its second call comes from a session that the first one ended.
    private const string ownSessions = "/api/v1/auth/sessions";

    private const string prover = "wanjiru@zanbara-health.example";

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
    public async Task The_same_call_with_the_same_key_has_the_same_answer_and_changes_no_row_on_every_route_and_another_call_is_told_422()
    {
        Stage stage = await Stage.SetAsync(server, MatrixServer.Victim), other = await Stage.SetAsync(server, MatrixServer.Neighbour);
        var wrong = new List<string>();
        var refused = new List<string>();
        foreach (IGrouping<int, ApiRoute> rank in server.Document.Routes.Where(r => TakesKey(r) && !IsOfNoEffect(r) && !(r.Method == "DELETE" && r.Path == ownSessions)).GroupBy(Rank).OrderBy(g => g.Key))
        {
            var first = new List<Called>();
            foreach (ApiRoute route in rank.OrderByDescending(r => r.Path.Length))
            {
                (HttpClient client, HttpRequestMessage request) = await CallAsync(route, stage, other);
                request.Headers.TryAddWithoutValidation("Idempotency-Key", $"k{route}");
                var called = new Called(route, client, request, request.Content is null ? null : await request.Content.ReadAsByteArrayAsync());
                (int status, string told) = await SendAsync(called.Client, request, called.Body, "");
                if (status < 400) first.Add(called with { Status = status, Told = told });
                else refused.Add($"{route}: {status} {told}");
            }

            // What the first calls began goes on behind their answers; whatever is written after that, the second ones wrote.
            await server.SettledAsync();
            Dictionary<string, string> rows = server.Watch.Rows(null);
            long version = server.Watch.Version();
            foreach (Called call in first)
            {
                (int again, string toldAgain) = await SendAsync(call.Client, call.Request, call.Body, "");
                if (again != call.Status || toldAgain != call.Told) wrong.Add($"{call.Route}: {call.Status} {call.Told} and then {again} {toldAgain}");
                if (!IsOfARun(call.Route))
                {
                    (int unlike, string problem) = await SendAsync(call.Client, call.Request, call.Body, "?another=1");
                    if (unlike != 422 || !problem.Contains("idempotency_mismatch", StringComparison.Ordinal)) wrong.Add($"{call.Route}: another call under the key is told {unlike} {problem}");
                }

                call.Request.Dispose();
                if (server.Watch.Version() == version) continue;
                Dictionary<string, string> now = server.Watch.Rows(null);
                wrong.Add($"{call.Route}: the second call changed {string.Join(", ", now.Keys.Where(t => rows.GetValueOrDefault(t) != now[t]))}");
                (rows, version) = (now, server.Watch.Version());
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        refused.ShouldBeEmpty(string.Join('\n', refused));
    }

    [Fact]
    public async Task While_the_first_call_goes_on_its_key_is_told_to_wait_then_that_nobody_knows_and_at_last_the_answer()
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int lookups = 0;
        HttpClient owner = server.Owner();
        Task<HttpResponseMessage> CallAsync() => owner.PostAsync("/api/v1/articles/import", new { urls = new[] { "https://held.example/" } }, "held");
        server.Lookup = _ =>
        {
            lookups++;
            reached.TrySetResult();
            return go.Task;
        };
        Task<HttpResponseMessage> first;
        try
        {
            first = CallAsync();
            await reached.Task;
            HttpResponseMessage waiting = await CallAsync();
            (await waiting.ProblemAsync(409, "in_progress")).Text("detail").ShouldContain("same key");
            waiting.Headers.Location.ShouldBeNull("what the call makes is not known before it answers");
            server.Pass(AnsweredCalls.Lease);
            (await (await CallAsync()).ProblemAsync(409, "outcome_unknown")).Text("detail").ShouldContain("new key");
        }
        finally
        {
            go.SetResult();
            server.Lookup = _ => Task.CompletedTask;
        }

        string told = (await (await first).JsonAsync(200)).GetRawText();
        (await (await CallAsync()).JsonAsync(200)).GetRawText().ShouldBe(told);
        lookups.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_whose_caller_went_away_is_never_done_again_under_its_key()
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), never = new();
        int lookups = 0;
        HttpClient owner = server.Owner();
        object body = new { urls = new[] { "https://left.example/" } };
        server.Lookup = cancellationToken =>
        {
            lookups++;
            reached.TrySetResult();
            return never.Task.WaitAsync(cancellationToken);
        };
        try
        {
            using var leave = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/articles/import") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", "left");
            Task<HttpResponseMessage> first = owner.SendAsync(request, leave.Token);
            await reached.Task;
            await leave.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(first);
        }
        finally
        {
            server.Lookup = _ => Task.CompletedTask;
        }

        await ClockServer.UntilAsync(async () =>
        {
            JsonElement problem = await (await owner.PostAsync("/api/v1/articles/import", body, "left")).JsonAsync(409);
            return problem.Text("code") == "outcome_unknown" || (problem.Text("code") == "in_progress" ? false : throw new InvalidOperationException(problem.GetRawText()));
        });
        lookups.ShouldBe(1);
        await (await owner.PostAsync("/api/v1/articles/import", body, "a new key")).JsonAsync(200);
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

    [Fact]
    public async Task A_key_stands_for_the_whole_call_and_not_for_its_body_alone()
    {
        HttpClient client = server.WithKey(await server.KeyAsync([.. Domain.Identity.Scopes.All]));
        object body = new { email = "whole.call@example.com", name = "Whole", role = "support" };
        Guid id = (await (await AskAsync(HttpMethod.Post, "/api/v1/users", body, "make")).JsonAsync(201)).Id("id");
        await (await AskAsync(HttpMethod.Post, "/api/v1/users", new { email = "whole.call@example.com", name = "Whole", role = "admin" }, "make")).ProblemAsync(422, "idempotency_mismatch");
        await (await AskAsync(HttpMethod.Post, "/api/v1/users/invite", body, "make")).ProblemAsync(422, "idempotency_mismatch");
        await (await AskAsync(HttpMethod.Post, "/api/v1/users", body, "make", ("If-Match", "\"3\""))).ProblemAsync(422, "idempotency_mismatch");
        await (await AskAsync(HttpMethod.Post, "/api/v1/users", body, "make", ("Accept", "text/event-stream"))).ProblemAsync(422, "idempotency_mismatch");

        object named = new { name = "Whole Call" };
        await (await AskAsync(HttpMethod.Patch, $"/api/v1/users/{id}", named, "change")).JsonAsync(200);
        await (await AskAsync(HttpMethod.Delete, $"/api/v1/users/{id}", named, "change")).ProblemAsync(422, "idempotency_mismatch");
        (await client.GetJsonAsync($"/api/v1/users/{id}")).Text("name").ShouldBe("Whole Call");

        async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object sent, string key, (string Name, string Value)? header = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(sent) };
            request.Headers.Add("Idempotency-Key", key);
            if (header is { } one) request.Headers.TryAddWithoutValidation(one.Name, one.Value);
            return await client.SendAsync(request);
        }
    }

    /// <summary>The call as it works the first time: most by the example of the route, some with what only they need.</summary>
    private async Task<(HttpClient Client, HttpRequestMessage Request)> CallAsync(ApiRoute route, Stage stage, Stage other)
    {
        HttpRequestMessage request = stage.Request(route);
        HttpClient client = route.Who == "signed_in" ? stage.Owner.Client : stage.Key;
        switch (route.Path["/api/v1".Length..])
        {
            case "/webhooks" when route.Method == "POST":
                // An address needs no look-up.
                request.Content = JsonContent.Create(stage.BodyWith(route, "url", "https://203.0.114.5/hook"));
                break;
            case "/auth/me/mfa" or "/auth/me/identities":
                request.Content = JsonContent.Create(stage.BodyWith(route, "password", IdentityServer.Password));
                break;
            case "/auth/me/password":
                // Its own person: a new password ends the sessions of the old one.
                client = (await server.PersonAsync()).Client;
                request.Content = JsonContent.Create(stage.BodyWith(route, "current", IdentityServer.Password));
                break;
            case "/auth/me/mfa/confirm":
                (client, string shown, _) = await OfferedAsync();
                request.Content = JsonContent.Create(new { code = shown });
                break;
            case "/auth/me/mfa/remove":
                (client, string recovery, _) = await ConfirmedAsync();
                request.Content = JsonContent.Create(new { password = IdentityServer.Password, code = recovery });
                break;
            case "/users/{id}/remove-second-factor":
                (_, _, Guid held) = await ConfirmedAsync();
                return (client, stage.Moved(("users", held)).Request(route));
            case "/widget/proof":
                client = await server.VisitorAsync();
                break;
            case "/widget/proof/confirm":
                client = await server.VisitorAsync();
                (await client.PostAsJsonAsync("/api/v1/widget/proof", new { email = prover })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
                request.Content = JsonContent.Create(new { code = await MailedCodeAsync() });
                break;
            case "/approvals/{id}/reject":
                // The other one is approved already.
                return (client, other.Request(route));
            case "/deliveries/{id}/redeliver":
                using (var activate = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/webhooks/{other.Named("webhooks")}") { Content = JsonContent.Create(new { status = "active" }) })
                {
                    activate.Headers.TryAddWithoutValidation("If-Match", "*");
                    await (await stage.Key.SendAsync(activate)).JsonAsync(200);
                }

                return (client, other.Request(route));
            case "/imports/tenant":
                // It goes into an empty tenant alone.
                byte[] archive = await server.OtherKey.GetByteArrayAsync("/api/v1/export");
                (_, client) = await server.TenantAsync("taken-over");
                request.Content = new ByteArrayContent(archive);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
                break;
        }

        return (client, request);
    }

    /// <summary>Somebody who is about to set up a second factor, with the code that does.</summary>
    private async Task<(HttpClient Client, string Code, Guid Id)> OfferedAsync()
    {
        Person person = await server.PersonAsync();
        JsonElement offer = await (await person.Client.PostAsJsonAsync("/api/v1/auth/me/mfa", new { password = IdentityServer.Password })).JsonAsync(200);
        return (person.Client, Totp.Code(AuthenticatorProgram.SecretOf(offer.Text("secret")), Totp.StepOf(server.Now)), person.Id);
    }

    /// <summary>Somebody who has a second factor, with one of the codes for who has lost it.</summary>
    private async Task<(HttpClient Client, string Code, Guid Id)> ConfirmedAsync()
    {
        (HttpClient client, string code, Guid id) = await OfferedAsync();
        JsonElement confirmed = await (await client.PostAsJsonAsync("/api/v1/auth/me/mfa/confirm", new { code })).JsonAsync(200);
        return (client, confirmed.Items("recoveryCodes")[0].GetString()!, id);
    }

    /// <summary>The code of the mail to <see cref="prover"/>.</summary>
    private async Task<string> MailedCodeAsync()
    {
        string code = "";
        await ClockServer.UntilAsync(() => Task.FromResult((code = server.Mailbox.Letters.Where(l => l.To == prover).Select(l => Regex.Match(l.Text, @"\b\d{4} \d{4}\b", RegexOptions.None, TimeSpan.FromSeconds(1)).Value).FirstOrDefault("")).Length > 0));
        return code;
    }

    /// <summary>Calls whose key stands for the run they begin; what else is in the address is nothing to it.</summary>
    private static bool IsOfARun(ApiRoute route) => route.Path is "/api/v1/conversations" || (route.Path.EndsWith("/messages", StringComparison.Ordinal) && route.Method == "POST")
        || route.Path.Contains("/execute", StringComparison.Ordinal) || route.Path.EndsWith("grade", StringComparison.Ordinal);

    /// <summary>A dry run that is no run changes nothing and keeps no key: it is made anew each time.</summary>
    private static bool IsOfNoEffect(ApiRoute route) => !route.Path.Contains("/execute", StringComparison.Ordinal) && route.Example is { ValueKind: JsonValueKind.Object } example && example.TryGetProperty("dryRun", out JsonElement dry) && dry.GetBoolean();

    private static int Rank(ApiRoute route) => route.Method switch
    {
        "DELETE" => 3,
        // Erasing somebody takes the kept answers that name them.
        _ when route.Path.EndsWith("/erase", StringComparison.Ordinal) => 2,
        _ when route.Path.EndsWith("/merge", StringComparison.Ordinal) => 1,
        _ => 0,
    };

    /// <summary>A call that was made, and what it was told.</summary>
    private sealed record Called(ApiRoute Route, HttpClient Client, HttpRequestMessage Request, byte[]? Body)
    {
        public int Status { get; init; }

        public string Told { get; init; } = "";
    }

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
