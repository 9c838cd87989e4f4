using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Server.Tests;

public sealed class PolicyTests(TestServer server) : IClassFixture<TestServer>
{
    private const string path = "/api/v1/policies";

    [Fact]
    public async Task The_document_is_read_changed_and_sent_back_with_its_tag()
    {
        HttpClient owner = await OwnerAsync("roundtrip");
        HttpResponseMessage read = await owner.GetAsync(path);
        read.Headers.ETag!.ToString().ShouldBe("\"0\"");
        JsonNode document = JsonNode.Parse((await read.JsonAsync(200)).GetRawText())!;
        document["refunds"]!["firstPaymentDays"] = 14;

        HttpResponseMessage sent = await PutAsync(owner, document.ToJsonString(), "application/json", "\"0\"");
        JsonElement saved = await sent.JsonAsync(200);
        (saved.GetProperty("version").GetInt32(), sent.Headers.ETag!.ToString()).ShouldBe((1, "\"1\""));
        JsonElement change = saved.Items("changes").ShouldHaveSingleItem();
        (change.Text("path"), change.Text("before"), change.Text("after")).ShouldBe(("refunds.firstPaymentDays", "30", "14"));

        (await owner.GetJsonAsync(path)).GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32().ShouldBe(14);
        (await owner.GetJsonAsync($"{path}?version=1")).GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32().ShouldBe(14);
        await (await owner.GetAsync($"{path}?version=2")).ProblemAsync(404, "not_found");
        await (await owner.GetAsync($"{path}?version=two")).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Yaml_is_given_to_whom_asks_for_it_and_taken_back()
    {
        HttpClient owner = await OwnerAsync("yaml");
        string yaml = await YamlAsync(owner);
        yaml.ShouldContain("  firstPaymentDays: 30\n");

        await (await PutAsync(owner, yaml.Replace("warnAt: 0.75", "warnAt: 0.5"), "application/yaml", "\"0\"")).JsonAsync(200);
        (await YamlAsync(owner)).ShouldBe(yaml.Replace("warnAt: 0.75", "warnAt: 0.5"));
        JsonElement same = await (await PutAsync(owner, await YamlAsync(owner), "text/yaml", "\"1\"")).JsonAsync(200);
        (same.GetProperty("version").GetInt32(), same.Items("changes").Length).ShouldBe((1, 0));

        static async Task<string> YamlAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("application/yaml");
            HttpResponseMessage response = await client.SendAsync(request);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/yaml");
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Who_has_not_seen_the_newest_version_does_not_overwrite_it()
    {
        HttpClient owner = await OwnerAsync("twohands");
        await (await PutAsync(owner, "{}", "application/json", null)).ProblemAsync(428, "precondition_required");
        await (await PutAsync(owner, Days(14), "application/json", "\"0\"")).JsonAsync(200);

        HttpResponseMessage late = await PutAsync(owner, Days(21), "application/json", "\"0\"");
        (await late.ProblemAsync(412, "precondition_failed")).Text("detail").ShouldContain("Version 1");
        late.Headers.ETag!.ToString().ShouldBe("\"1\"");
        (await owner.GetJsonAsync(path)).GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32().ShouldBe(14);
        await (await PutAsync(owner, Days(21), "application/json", "*")).JsonAsync(200);
    }

    [Fact]
    public async Task Every_faulty_field_is_told_and_nothing_is_saved()
    {
        HttpClient owner = await OwnerAsync("faulty");
        JsonElement problem = await (await PutAsync(owner, "refunds:\n  firstPaymentDays: soon\n  surprise: 1\nsla:\n  warnAt: high\n", "application/yaml", "*")).ProblemAsync(400, "invalid_request");
        JsonElement errors = problem.GetProperty("errors");
        errors.EnumerateObject().Select(e => e.Name).ShouldBe(["refunds.firstPaymentDays", "refunds.surprise", "sla.warnAt"]);
        errors.GetProperty("refunds.firstPaymentDays")[0].GetString().ShouldBe("line 2: must be a whole number, not \"soon\"");

        (await (await PutAsync(owner, "{\"refunds\":{\"approvedUpTo\":1}}", "application/json", "*")).ProblemAsync(400, "invalid_request")).GetProperty("errors").GetProperty("refunds.approvedUpTo")[0].GetString().ShouldBe("must not be below automaticUpTo");
        (await (await PutAsync(owner, "{", "application/json", "*")).ProblemAsync(400, "invalid_request")).GetProperty("errors").TryGetProperty("body", out _).ShouldBeTrue();
        (await PutAsync(owner, "a", "text/plain", "*")).StatusCode.ShouldBe(System.Net.HttpStatusCode.UnsupportedMediaType);
        using var bytes = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent([0x61, 0x3a, 0xff]) };
        bytes.Content.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        bytes.Headers.TryAddWithoutValidation("If-Match", "*");
        (await (await owner.SendAsync(bytes)).ProblemAsync(400, "invalid_request")).GetProperty("errors").GetProperty("body")[0].GetString().ShouldBe("must be UTF-8");
        (await owner.GetAsync(path)).Headers.ETag!.ToString().ShouldBe("\"0\"");
    }

    [Fact]
    public async Task The_versions_are_listed_newest_first_page_by_page()
    {
        HttpClient owner = await OwnerAsync("versions");
        foreach (int days in new[] { 14, 21, 28 }) await (await PutAsync(owner, Days(days), "application/json", "*")).JsonAsync(200);

        JsonElement first = await owner.GetJsonAsync($"{path}/versions?limit=2");
        first.Items().Select(v => v.GetProperty("version").GetInt32()).ShouldBe([3, 2]);
        first.Items()[0].Items("changes")[0].Text("after").ShouldBe("28");
        first.Items()[0].Text("author").ShouldStartWith("key:");
        JsonElement second = await owner.GetJsonAsync($"{path}/versions?limit=2&cursor={first.Text("nextCursor")}");
        second.Items().Select(v => v.GetProperty("version").GetInt32()).ShouldBe([1]);
        second.IsNull("nextCursor").ShouldBeTrue();
        await (await owner.GetAsync($"{path}/versions?cursor=x")).ProblemAsync(400, "invalid_request");
        await (await owner.GetAsync($"{path}/versions?limit=0")).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Staff_may_read_the_policies_an_administrator_changes_them_and_visitors_see_nothing()
    {
        HttpClient reader = server.WithKey(await server.KeyAsync("read:agents"));
        await (await reader.GetAsync(path)).JsonAsync(200);
        await (await PutAsync(reader, "{}", "application/json", "*")).ProblemAsync(403, "missing_scope");
        HttpClient other = server.WithKey(await server.KeyAsync("read:knowledge"));
        await (await other.GetAsync(path)).ProblemAsync(403, "missing_scope");
        await (await other.GetAsync($"{path}/versions")).ProblemAsync(403, "missing_scope");
        await (await (await server.VisitorAsync()).GetAsync(path)).ProblemAsync(403, "not_for_contacts");
        await (await server.Anonymous().GetAsync(path)).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Another_tenants_policies_are_its_own()
    {
        HttpClient one = await OwnerAsync("first-house"), two = await OwnerAsync("second-house");
        await (await PutAsync(one, Days(3), "application/json", "*")).JsonAsync(200);
        (await two.GetAsync(path)).Headers.ETag!.ToString().ShouldBe("\"0\"");
        (await two.GetJsonAsync($"{path}/versions")).Items().ShouldBeEmpty();
    }

    private async Task<HttpClient> OwnerAsync(string tenant) => (await server.TenantAsync(tenant)).Owner;

    private static string Days(int days) => JsonSerializer.Serialize(new { refunds = new { firstPaymentDays = days } });

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string body, string type, string? match)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        return await client.SendAsync(request);
    }
}
