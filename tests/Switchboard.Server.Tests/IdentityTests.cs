using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class IdentityTests(TestServer server) : IClassFixture<TestServer>
{
    private const string conversations = "/api/v1/conversations";

    [Fact]
    public async Task Who_shows_nothing_is_asked_who_they_are()
    {
        JsonElement problem = await (await server.Anonymous().PostAsJsonAsync(conversations, new { message = "Hello" })).ProblemAsync(401, "unauthenticated");
        problem.Text("detail").ShouldContain("X-Api-Key");
    }

    [Fact]
    public async Task A_visitors_token_that_was_changed_in_any_part_is_refused()
    {
        string token = await server.VisitorTokenAsync();
        await server.WithToken(token).BeginAsync("Hello");
        for (int i = 0; i < token.Length; i += 7) await RefusedAsync(token[..i] + (token[i] == 'x' ? 'y' : 'x') + token[(i + 1)..]);
        await RefusedAsync(token[..^1]);
        await RefusedAsync(token + "A");
        await RefusedAsync("swv1..");
        await RefusedAsync("swv1.");
        await RefusedAsync("");
        await RefusedAsync(new string('a', 2000));

        // The payload of another tenant's token under this one's signature, and the other way round.
        await server.TenantAsync("forged");
        string other = await server.VisitorTokenAsync("forged");
        await RefusedAsync(token[..token.LastIndexOf('.')] + other[other.LastIndexOf('.')..]);
        await RefusedAsync(other[..other.LastIndexOf('.')] + token[token.LastIndexOf('.')..]);

        async Task RefusedAsync(string changed) => await (await server.WithToken(changed).GetAsync($"{conversations}/{Guid.NewGuid()}")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_visitors_token_ends_after_a_day()
    {
        byte[] secret = await File.ReadAllBytesAsync(Path.Combine(server.DataPath, "secrets", "visitor-tokens"));
        var actor = new ContactActor(server.TenantId, Guid.NewGuid(), null, Proof.None);
        string over = new VisitorTokens(secret, new FixedTime(TimeProvider.System.GetUtcNow().AddHours(-24).AddSeconds(-5))).Issue(actor).Token;
        string good = new VisitorTokens(secret, new FixedTime(TimeProvider.System.GetUtcNow().AddHours(-23))).Issue(actor).Token;

        await (await server.WithToken(over).PostAsJsonAsync(conversations, new { message = "Hello" })).ProblemAsync(401, "unauthenticated");
        await server.WithToken(good).BeginAsync("Hello");
    }

    [Fact]
    public async Task A_session_goes_on_with_an_earlier_token_of_nobody_in_particular_alone_of_this_desk_and_for_sixty_days()
    {
        byte[] secret = await File.ReadAllBytesAsync(Path.Combine(server.DataPath, "secrets", "visitor-tokens"));
        Guid maya = (await server.ContactRowAsync("maya@kestrelmoor-cycles.example")).Id;
        await server.TenantAsync("earlier");
        HttpClient mayas = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid hers = (await mayas.BeginAsync("Hello")).Id("conversationId");
        var nobody = new ContactActor(server.TenantId, Guid.NewGuid(), null, Proof.None);
        string before = Issued(nobody, TimeSpan.FromMinutes(1));
        Guid id = (await server.WithToken(before).BeginAsync("Hello")).Id("conversationId");

        // A day it is good, and sixty more it is remembered.
        foreach (TimeSpan ago in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromHours(25), TimeSpan.FromDays(61) - TimeSpan.FromMinutes(1) })
        {
            JsonElement goesOn = await SessionAsync(Issued(nobody, ago));
            goesOn.GetProperty("continues").GetBoolean().ShouldBeTrue($"{ago} old");
            await server.WithToken(goesOn.Text("token")).ConversationAsync(id);
        }

        string changed = before[..^2] + (before[^2] == 'A' ? 'B' : 'A') + before[^1];
        foreach ((string what, string token) in new (string, string)[]
        {
            ("too old", Issued(nobody, TimeSpan.FromDays(61) + TimeSpan.FromMinutes(1))),
            ("another desk's", await server.VisitorTokenAsync("earlier")),
            ("another desk's with this visitor", Issued(nobody with { TenantId = Guid.NewGuid() }, TimeSpan.Zero)),
            ("somebody's who was proven", Issued(nobody with { ContactId = maya, Proof = Proof.Widget }, TimeSpan.Zero)),
            ("somebody's without proof", Issued(nobody with { ContactId = maya }, TimeSpan.Zero)),
            ("proof of nobody", Issued(nobody with { Proof = Proof.Email }, TimeSpan.Zero)),
            ("changed", changed),
            ("none", "nothing"),
        })
        {
            JsonElement fresh = await SessionAsync(token);
            fresh.GetProperty("continues").GetBoolean().ShouldBeFalse(what);
            fresh.IsNull("contact").ShouldBeTrue(what);
            foreach (Guid closed in new[] { id, hers }) await SeesNothingAsync(server.WithToken(fresh.Text("token")), closed);
        }

        string Issued(ContactActor actor, TimeSpan ago) => new VisitorTokens(secret, new FixedTime(TimeProvider.System.GetUtcNow() - ago)).Issue(actor).Token;

        async Task<JsonElement> SessionAsync(string earlier) => await (await server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo", earlier })).JsonAsync(201);
    }

    [Fact]
    public async Task A_visitor_sees_nothing_of_another_visitors_conversation()
    {
        Guid id = (await (await server.VisitorAsync()).BeginAsync(Questions.Good)).Id("conversationId");
        await SeesNothingAsync(await server.VisitorAsync(), id);
    }

    [Fact]
    public async Task A_visitor_of_another_tenant_sees_nothing()
    {
        Guid id = (await (await server.VisitorAsync()).BeginAsync(Questions.Good)).Id("conversationId");
        await server.TenantAsync("elsewhere");
        await SeesNothingAsync(await server.VisitorAsync("elsewhere"), id);
    }

    [Fact]
    public async Task A_contact_sees_the_own_conversations_from_a_new_session_and_nobody_elses()
    {
        Guid id = (await (await server.ContactAsync("maya@kestrelmoor-cycles.example")).BeginAsync(Questions.Good)).Id("conversationId");

        (await (await server.ContactAsync("maya@kestrelmoor-cycles.example")).MessagesAsync(id)).Length.ShouldBe(2);
        await SeesNothingAsync(await server.ContactAsync("callum@kestrelmoor-cycles.example"), id);
        await SeesNothingAsync(await server.VisitorAsync(), id);
        Guid visitors = (await (await server.VisitorAsync()).BeginAsync("Hello")).Id("conversationId");
        await SeesNothingAsync(await server.ContactAsync("maya@kestrelmoor-cycles.example"), visitors);
    }

    [Fact]
    public async Task A_contact_without_proof_is_a_visitor()
    {
        byte[] secret = await File.ReadAllBytesAsync(Path.Combine(server.DataPath, "secrets", "visitor-tokens"));
        Guid maya = (await server.ContactRowAsync("maya@kestrelmoor-cycles.example")).Id;
        Guid id = (await (await server.ContactAsync("maya@kestrelmoor-cycles.example")).BeginAsync("Hello")).Id("conversationId");
        string unproven = new VisitorTokens(secret, TimeProvider.System).Issue(new ContactActor(server.TenantId, Guid.NewGuid(), maya, Proof.None)).Token;
        await SeesNothingAsync(server.WithToken(unproven), id);
    }

    [Fact]
    public async Task Only_the_demonstration_lets_a_visitor_choose_whom_to_write_as()
    {
        await server.TenantAsync("earnest");
        Guid maya = (await server.ContactRowAsync("maya@kestrelmoor-cycles.example")).Id;
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant = "earnest", contactId = maya })).ProblemAsync(403, "proof_needed");
        await (await server.Anonymous().GetAsync("/api/v1/widget/contacts?tenant=earnest")).ProblemAsync(404, "not_found");
        (await server.Anonymous().GetJsonAsync("/api/v1/widget/contacts")).Items().ShouldContain(c => c.Text("email") == "maya@kestrelmoor-cycles.example");
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { contactId = Guid.NewGuid() })).ProblemAsync(404, "not_found");
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant = "nowhere" })).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_key_of_one_tenant_finds_nothing_of_another()
    {
        (_, HttpClient acme) = await server.TenantAsync("acme");
        HttpClient visitor = await server.VisitorAsync();
        JsonElement sent = await visitor.BeginAsync(Questions.Good);
        Guid article = sent.GetProperty("reply").Items("citations")[0].Id("articleId");
        await server.Owner().GetJsonAsync($"/api/v1/articles/{article}");

        await SeesNothingAsync(acme, sent.Id("conversationId"));
        await (await acme.GetAsync($"/api/v1/articles/{article}")).ProblemAsync(404, "not_found");
        (await acme.GetJsonAsync($"/api/v1/knowledge/search?q={Uri.EscapeDataString("reset password")}")).Items().ShouldBeEmpty();
        (await acme.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("published").GetInt32().ShouldBe(0);
        (await server.Anonymous().GetAsync($"/help/acme/{article}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        Guid key = (await server.Owner().GetJsonAsync("/api/v1/api-keys")).Items()[0].Id("id");
        (await acme.GetJsonAsync("/api/v1/api-keys")).Items().ShouldNotContain(k => k.Id("id") == key);
        await (await acme.DeleteAsync($"/api/v1/api-keys/{key}")).ProblemAsync(404, "not_found");
        await server.Owner().GetJsonAsync("/api/v1/api-keys");
    }

    [Fact]
    public async Task Tenants_do_not_share_idempotency_keys_numbers_or_events()
    {
        (_, HttpClient acme) = await server.TenantAsync("apart");
        Guid ours = (await (await server.Owner().PostAsync(conversations, new { message = "Hello" }, "shared")).JsonAsync(201)).Id("conversationId");
        Guid theirs = (await (await acme.PostAsync(conversations, new { message = "Hi there" }, "shared")).JsonAsync(201)).Id("conversationId");
        theirs.ShouldNotBe(ours);
        (await acme.FollowAsync(theirs, 1))[0].Id.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_was_revoked_is_over_or_belongs_to_a_suspended_user_is_refused()
    {
        HttpClient owner = server.Owner();
        JsonElement made = await (await owner.PostAsJsonAsync("/api/v1/api-keys", new { name = "short lived" })).JsonAsync(201);
        HttpClient keyed = server.WithKey(made.Text("key"));
        await keyed.GetJsonAsync("/api/v1/knowledge/stats");
        ((int)(await owner.DeleteAsync($"/api/v1/api-keys/{made.Id("id")}")).StatusCode).ShouldBe(204);

        await (await keyed.GetAsync("/api/v1/knowledge/stats")).ProblemAsync(401, "unauthenticated");
        await (await owner.DeleteAsync($"/api/v1/api-keys/{made.Id("id")}")).ProblemAsync(404, "not_found");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await RefusedAsync(await server.KeyOfAsync(Role.Owner, key: k => k.ExpiresAt = now.AddSeconds(-1)));
        await RefusedAsync(await server.KeyOfAsync(Role.Owner, user => user.Status = UserStatus.Suspended));
        await RefusedAsync(await server.KeyOfAsync(Role.Owner, user => user.Status = UserStatus.Invited));
        await RefusedAsync("swb_live_unknown");
        await RefusedAsync(new string('k', 300));
        await server.WithKey(await server.KeyOfAsync(Role.Owner, key: k => k.ExpiresAt = now.AddHours(1))).GetJsonAsync("/api/v1/knowledge/stats");

        async Task RefusedAsync(string key) => await (await server.WithKey(key).GetAsync("/api/v1/knowledge/stats")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_key_never_carries_more_than_its_maker()
    {
        HttpClient narrow = server.WithKey(await server.KeyAsync(Scopes.WriteApiKeys, Scopes.ReadKnowledge));

        JsonElement problem = await (await narrow.PostAsJsonAsync("/api/v1/api-keys", new { name = "wide", scopes = new[] { Scopes.ReadKnowledge, Scopes.ReadConversations } })).ProblemAsync(403, "missing_scope");
        problem.Text("detail").ShouldContain(Scopes.ReadConversations);

        JsonElement inherited = await (await narrow.PostAsJsonAsync("/api/v1/api-keys", new { name = "same" })).JsonAsync(201);
        inherited.Items("scopes").Select(s => s.GetString()).ShouldBe([Scopes.ReadKnowledge, Scopes.WriteApiKeys], ignoreOrder: true);
        (await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "odd", scopes = new[] { "read:minds" } })).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("read:minds");
        await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "odd", scopes = new string?[] { null } })).ProblemAsync(400, "invalid_request");
        await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = " " })).ProblemAsync(400, "invalid_request");
        await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "past", expiresAt = "2020-01-01T00:00:00Z" })).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_key_is_held_to_the_role_of_its_user()
    {
        HttpClient reader = server.WithKey(await server.KeyOfAsync(Role.ReadOnly));
        await reader.GetJsonAsync("/api/v1/knowledge/stats");
        (await (await reader.PostAsJsonAsync(conversations, new { message = "Hello" })).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain(Scopes.WriteConversations);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_kept_nowhere()
    {
        JsonElement made = await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "once" })).JsonAsync(201);
        string key = made.Text("key");
        (await server.Owner().GetJsonAsync("/api/v1/api-keys")).GetRawText().ShouldNotContain(key);
        foreach (string file in Directory.EnumerateFiles(server.DataPath, "*.db*")) Encoding.Latin1.GetString(await ReadSharedAsync(file)).ShouldNotContain(key, Case.Sensitive);
    }

    [Fact]
    public async Task The_command_lines_token_lies_in_the_announcement_and_opens_nothing_else()
    {
        string announcement = Path.Combine(server.DataPath, "server.json");
        JsonElement.Parse(await File.ReadAllTextAsync(announcement)).Text("token").ShouldBe(server.Server.LocalToken);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(announcement).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await server.Local().GetJsonAsync("/api/v1/system");
        await (await server.Local("nobody").GetAsync("/api/v1/system")).ProblemAsync(401, "unauthenticated");
        await (await server.WithToken(server.Server.LocalToken).GetAsync("/api/v1/system")).ProblemAsync(401, "unauthenticated");
        await (await server.WithToken("swb_local_guess").GetAsync("/api/v1/system")).ProblemAsync(401, "unauthenticated");
        await (await server.WithKey(server.Server.LocalToken).GetAsync("/api/v1/system")).ProblemAsync(401, "unauthenticated");
        await (await server.Owner().PutAsync("/api/v1/tenants/by-key", null)).ProblemAsync(401, "unauthenticated");
        await (await server.Owner().PostAsJsonAsync("/api/v1/demo/seed", new { customers = 1 })).ProblemAsync(401, "unauthenticated");
        await (await server.WithToken("swb_local_guess").PutAsync("/api/v1/tenants/by-guess", null)).ProblemAsync(401, "unauthenticated");
        await (await server.Local().PutAsync("/api/v1/tenants/Not_a_slug", null)).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_visitor_cannot_write_as_the_staff()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
        await (await visitor.PostAsJsonAsync($"{conversations}/{id}/messages", new { text = "I am Ann.", author = "human" })).ProblemAsync(403, "not_for_contacts");
        await (await visitor.PostAsJsonAsync($"{conversations}/{id}/messages", new { text = "Note", @private = true })).ProblemAsync(403, "not_for_contacts");
        await (await visitor.PostAsJsonAsync($"{conversations}/{id}/messages", new { text = "As an agent", author = "agent" })).ProblemAsync(400, "invalid_request");
        await (await visitor.PostAsJsonAsync(conversations, new { message = "For another", contact = new { email = "maya@kestrelmoor-cycles.example" } })).ProblemAsync(400, "invalid_request");
        (await visitor.MessagesAsync(id)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Where_a_tenant_has_an_owner_no_stranger_registers()
    {
        await server.TenantAsync("owned");
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/register", new { tenant = "strangers", email = "mallory@example.com", name = "Mallory", password = "Correct horse battery 7" })).ProblemAsync(403, "registration_closed");
        (await server.Services.GetRequiredService<Tenants>().FindAsync("strangers", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Every_route_holds_every_kind_of_caller_to_its_rule()
    {
        RouteEndpoint[] routes = [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
        routes.Length.ShouldBeGreaterThan(20);
        HttpClient anonymous = server.Anonymous();
        HttpClient visitor = await server.VisitorAsync();
        HttpClient contact = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        HttpClient bare = server.WithKey(await server.KeyAsync());
        foreach (RouteEndpoint route in routes)
        {
            AccessRule rule = route.Metadata.GetMetadata<AccessRule>().ShouldNotBeNull(route.DisplayName);
            string method = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            string path = PathOf(route);
            async Task<HttpResponseMessage> CallAsync(HttpClient client)
            {
                var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method is "POST" or "PUT") request.Content = JsonContent.Create(new { });
                return await client.SendAsync(request);
            }

            async Task RefusesAsync(HttpClient client, string who, int status, string code)
            {
                HttpResponseMessage response = await CallAsync(client);
                ((int)response.StatusCode).ShouldBe(status, $"{method} {path} for {who}");
                await response.ProblemAsync(status, code);
            }

            async Task AdmitsAsync(HttpClient client, string who)
            {
                int status = (int)(await CallAsync(client)).StatusCode;
                status.ShouldNotBe(401, $"{method} {path} for {who}");
                status.ShouldNotBe(403, $"{method} {path} for {who}");
                status.ShouldBeLessThan(500, $"{method} {path} for {who}");
            }

            if (rule.Local)
            {
                foreach (HttpClient client in new[] { anonymous, visitor, contact, bare, server.Owner() }) await RefusesAsync(client, "anybody but the command line", 401, "unauthenticated");
                await AdmitsAsync(server.Local(), "the command line");
                continue;
            }
            if (rule.Anyone)
            {
                foreach (HttpClient client in new[] { anonymous, visitor, contact, bare }) await AdmitsAsync(client, "anybody");
                continue;
            }
            if (rule.SignedIn)
            {
                await RefusesAsync(anonymous, "nobody", 401, "unauthenticated");
                foreach (HttpClient client in new[] { visitor, contact }) await RefusesAsync(client, "a contact", 403, "not_for_contacts");
                foreach (HttpClient client in new[] { bare, server.Owner(), server.Local() }) await RefusesAsync(client, "who has no own account", 403, "sign_in_needed");
                continue;
            }
            if (rule is { Contacts: true, Scope: null })
            {
                await RefusesAsync(anonymous, "nobody", 401, "unauthenticated");
                foreach (HttpClient client in new[] { visitor, contact }) await AdmitsAsync(client, "a contact");
                foreach (HttpClient client in new[] { bare, server.Owner(), server.Local() }) await RefusesAsync(client, "the staff", 403, "only_for_visitors");
                continue;
            }
            string scope = rule.Scope.ShouldNotBeNull($"{method} {path}");
            await RefusesAsync(anonymous, "nobody", 401, "unauthenticated");
            await RefusesAsync(server.WithToken("swv1.forged.forged"), "a forged visitor", 401, "unauthenticated");
            foreach (HttpClient client in new[] { visitor, contact })
            {
                if (rule.Contacts) await AdmitsAsync(client, "a contact");
                else await RefusesAsync(client, "a contact", 403, "not_for_contacts");
            }
            await RefusesAsync(bare, "a key without scopes", 403, "missing_scope");
            HttpResponseMessage other = await CallAsync(server.WithKey(await server.KeyAsync([.. Scopes.All.Where(s => s != scope && !rule.Or.Contains(s))])));
            (await other.ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain(scope);
            if (rule.Also is { } also)
            {
                HttpResponseMessage half = await CallAsync(server.WithKey(await server.KeyAsync([.. Scopes.All.Where(s => s != also)])));
                (await half.ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain(also);
            }
            await AdmitsAsync(server.WithKey(await server.KeyAsync([scope, .. rule.Also is { } second ? new[] { second } : []])), $"a key with {scope} and what is needed besides");
            await AdmitsAsync(server.Local(), "the command line");
        }
    }

    [Fact]
    public void A_route_that_does_not_say_who_may_call_it_stops_the_start()
    {
        using var temp = new TempFolder();
        using DataFolder folder = DataFolder.Open(temp["data"]);
        var options = new ServerOptions(temp["data"]);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddLogging().AddRouting().AddSwitchboard(folder, options);
        WebApplication app = builder.Build();
        app.MapGet("/open-to-whom", () => "?");

        Should.Throw<InvalidOperationException>(app.MapSwitchboard).Message.ShouldContain("/open-to-whom");
    }

    private static string PathOf(RouteEndpoint route) => string.Concat(route.RoutePattern.PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(p => p switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "tenant" } => "demo",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "slug" } => "demo",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "documentName" } => "v1",
        _ => Guid.NewGuid().ToString(),
    }))));

    private static async Task SeesNothingAsync(HttpClient client, Guid conversation)
    {
        string path = $"{conversations}/{conversation}";
        foreach (string part in new[] { "", "/messages", "/decisions", "/events" }) await (await client.GetAsync(path + part)).ProblemAsync(404, "not_found");
        await (await client.PostAsJsonAsync($"{path}/messages", new { text = "Hello" })).ProblemAsync(404, "not_found");
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
