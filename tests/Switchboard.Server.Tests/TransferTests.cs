using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests;

public sealed class TransferTests(TestServer server) : IClassFixture<TestServer>
{
    private const string customers = "id,name,plan,since\nc1,Ada Ltd,premium,2025-01-02\nc2,Bob Ltd,basic,2025-02-03\n";
    private static int tenants;

    [Fact]
    public async Task Customers_are_looked_at_imported_and_left_alone_over_http()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        JsonElement dry = await PostAsync(owner, "/api/v1/customers/import?dryRun=true", customers);
        (dry.GetProperty("added").GetInt32(), dry.GetProperty("applied").GetBoolean()).ShouldBe((2, false));
        JsonElement first = await PostAsync(owner, "/api/v1/customers/import", customers);
        (first.GetProperty("added").GetInt32(), first.GetProperty("applied").GetBoolean()).ShouldBe((2, true));
        JsonElement again = await PostAsync(owner, "/api/v1/imports/customers", """[{"id":"c1","name":"Ada Ltd"},{"id":"c2","name":"Bob & Sons"}]""");
        (again.GetProperty("unchanged").GetInt32(), again.GetProperty("changed").GetInt32()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_wrong_row_refuses_the_file_and_the_problem_carries_the_report()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        HttpResponseMessage response = await owner.PostAsync("/api/v1/customers/import", Body(customers + "c3,,basic,2025-01-01\nc4,Dora,basic,someday\n"));
        JsonElement problem = await response.ProblemAsync(422, "import_failed");
        problem.GetProperty("report").Items("errors").Select(e => e.GetProperty("line").GetInt32()).ShouldBe([4, 5]);
        (await PostAsync(owner, "/api/v1/customers/import?dryRun=true", customers)).GetProperty("added").GetInt32().ShouldBe(2, "nothing of the file was stored");

        await (await owner.PostAsync("/api/v1/customers/import?dates=perhaps", Body(customers))).ProblemAsync(400, "invalid_request");
        await (await owner.PostAsync("/api/v1/customers/import?map=Nothing%3Dname", Body(customers))).ProblemAsync(400, "invalid_request");
        await (await owner.PostAsync("/api/v1/customers/import", Body(""))).ProblemAsync(400, "invalid_request");
        await (await owner.PostAsync("/api/v1/imports/sheep", Body(customers))).ProblemAsync(404, "not_found");
        await (await owner.PostAsync("/api/v1/imports/tenant", Body("no zip"))).ProblemAsync(400, "invalid_request");
    }

    [Theory]
    [InlineData("table-dumps", 2)]
    [InlineData("tenant", 8)]
    public async Task A_small_zip_that_would_unpack_large_or_has_too_many_entries_is_refused_before_it_is_unpacked(string kind, int gigabytes)
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        byte[] large = Saying(Calls.Zip(("manifest.json", "{}"u8.ToArray()), ("a.csv", new byte[100_000]), ("b.csv", []), ("c.csv", [])), 0xFFFF_FFF0);
        large.Length.ShouldBeLessThan(1000);
        (await RefusalAsync(large)).ShouldContain($"The zip unpacks to more than {gigabytes} GB.");
        (await RefusalAsync(Calls.Zip([.. Enumerable.Range(0, 1001).Select(n => ($"{n}.csv", Array.Empty<byte>()))]))).ShouldContain("The zip holds 1001 entries; the most is 1000.");

        async Task<string> RefusalAsync(byte[] zip) => (await (await owner.PostAsync($"/api/v1/imports/{kind}", new ByteArrayContent(zip))).ProblemAsync(400, "invalid_request")).GetProperty("errors").GetProperty("body")[0].GetString()!;
    }

    [Fact]
    public async Task A_zip_of_articles_that_would_unpack_to_more_than_is_held_at_once_is_refused_with_what_to_do_instead()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        byte[] article = "# Harbour\n\nIt opens at seven.\n"u8.ToArray();
        byte[] many = Saying(Calls.Zip([.. Enumerable.Range(0, 27).Select(n => ($"{n}.md", article))]), 5_000_000);
        JsonElement problem = await (await owner.PostZipAsync("/docs", many)).ProblemAsync(400, "invalid_request");
        string told = problem.GetProperty("errors").GetProperty("body")[0].GetString()!;
        told.ShouldContain("unpack to more than 128 MB");
        told.ShouldContain("several zips under the same root, each with partial=true");

        // What is no article is not unpacked and counts for nothing, and neither does an article that is too large by itself: it is named.
        byte[] one = Saying(Calls.Zip([("large.md", article), .. Enumerable.Range(0, 27).Select(n => ($"{n}.png", article))]), 5_300_000);
        (await (await owner.PostZipAsync("/docs", one)).JsonAsync(200)).Items("failed").ShouldHaveSingleItem().Text("error").ShouldBe("The file is larger than 5 MB.");
    }

    [Fact]
    public async Task No_more_comes_out_of_a_zip_than_it_says_of_itself()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        string two = "id,name\nc1,Ada Ltd\nc2,Bob Ltd\n";
        byte[] zip = Saying(Calls.Zip(("customers.csv", Encoding.UTF8.GetBytes(two + string.Concat(Enumerable.Range(3, 50_000).Select(n => $"c{n},Cleo Ltd\n"))))), (uint)two.Length);
        HttpResponseMessage response = await owner.PostAsync("/api/v1/imports/table-dumps?dryRun=true", new ByteArrayContent(zip));
        string told = await response.Content.ReadAsStringAsync();
        told.ShouldNotContain("50002");
        told.ShouldContain(response.IsSuccessStatusCode ? "\"added\":2" : "no zip, or a broken one");
    }

    [Fact]
    public async Task Each_kind_and_the_export_need_their_scopes()
    {
        HttpClient reader = server.WithKey(await server.KeyAsync("read:customers"));
        await (await reader.PostAsync("/api/v1/customers/import", Body(customers))).ProblemAsync(403, "missing_scope");
        HttpClient writer = server.WithKey(await server.KeyAsync("write:customers"));
        (await PostAsync(writer, "/api/v1/customers/import?dryRun=true", customers)).GetProperty("added").GetInt32().ShouldBe(2);
        await (await writer.PostAsync("/api/v1/imports/users", Body("id,name,email\nu1,Eve,eve@example.com\n"))).ProblemAsync(403, "missing_scope");
        await (await writer.PostAsync("/api/v1/imports/messages", Body("[]"))).ProblemAsync(403, "missing_scope");
        await (await writer.PostAsync("/api/v1/imports/table-dumps", Body("x"))).ProblemAsync(403, "missing_scope");
        await (await writer.GetAsync("/api/v1/export")).ProblemAsync(403, "missing_scope");
        HttpClient config = server.WithKey(await server.KeyAsync("admin:config"));
        (await (await config.GetAsync("/api/v1/export")).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain("read:customers:pii");
        await (await (await server.VisitorAsync()).PostAsync("/api/v1/customers/import", Body(customers))).ProblemAsync(403, "not_for_contacts");
    }

    [Fact]
    public async Task A_body_larger_than_that_of_other_calls_is_taken()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        var text = new StringBuilder("id,name\n");
        for (int i = 0; i < 20_000; i++) text.Append($"c{i},Customer {i} {new string('x', 60)}\n");
        text.Length.ShouldBeGreaterThan(1 << 20);
        (await PostAsync(owner, "/api/v1/customers/import?dryRun=true", text.ToString())).GetProperty("added").GetInt32().ShouldBe(20_000);
    }

    [Fact]
    public async Task An_export_goes_into_a_new_tenant_and_comes_out_the_same()
    {
        string source = Slug(), copy = Slug();
        HttpClient owner = (await server.TenantAsync(source)).Owner;
        await PostAsync(owner, "/api/v1/customers/import", customers);
        await owner.ImportAsync("/docs", ("harbour.md", "# Harbour opening hours\n\nThe harbour office opens at seven in the morning.\n"));
        byte[] export = await owner.GetByteArrayAsync("/api/v1/export");

        (await server.Local().PutAsync($"/api/v1/tenants/{copy}", null)).EnsureSuccessStatusCode();
        HttpClient local = server.Local(copy);
        JsonElement dry = await (await local.PostAsync("/api/v1/imports/tenant?dryRun=true", new ByteArrayContent(export))).JsonAsync(200);
        dry.GetProperty("applied").GetBoolean().ShouldBeFalse();
        JsonElement report = await (await local.PostAsync("/api/v1/imports/tenant", new ByteArrayContent(export))).JsonAsync(200);
        report.GetProperty("entities").GetProperty("customer").GetInt32().ShouldBe(2);
        (await local.GetByteArrayAsync("/api/v1/export")).ShouldBe(export);
        // What was imported is found at once.
        (await local.GetJsonAsync("/api/v1/knowledge/search?q=harbour+office")).Items()[0].Text("title").ShouldBe("Harbour opening hours");
        await (await local.PostAsync("/api/v1/imports/tenant", new ByteArrayContent(export))).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_folder_of_table_dumps_comes_in_by_the_names_of_its_tables()
    {
        HttpClient owner = (await server.TenantAsync(Slug())).Owner;
        byte[] zip = Calls.Zip(
            ("a.json", """{"table":"subscriptions","records":[{"id":"s1","customer_id":"c1","plan":"basic","mrr":20,"seats_total":2,"current_period_start":"2025-01-01","current_period_end":"2025-02-01","status":"past_due"}]}"""u8.ToArray()),
            ("customers.csv", Encoding.UTF8.GetBytes(customers)),
            ("weather.json", """[{"id":1,"rain":true}]"""u8.ToArray()));
        JsonElement dry = await (await owner.PostAsync("/api/v1/imports/table-dumps?dryRun=true", new ByteArrayContent(zip))).JsonAsync(200);
        dry.GetProperty("failed").GetInt32().ShouldBe(0, "a dry run follows the references of files before");
        JsonElement report = await (await owner.PostAsync("/api/v1/imports/table-dumps", new ByteArrayContent(zip))).JsonAsync(200);
        report.Items("files").Select(f => $"{f.Text("file")} {f.GetProperty("added").GetInt32()}").ShouldBe(["customers.csv 2", "a.json 1", "weather.json 0"]);
        report.Items("files")[2].Items("skipped").ShouldHaveSingleItem().Text("reason").ShouldContain("weather");
    }

    /// <summary>The zip with another size unpacked in its directory, of each entry.</summary>
    private static byte[] Saying(byte[] zip, uint size)
    {
        for (int at = zip.AsSpan().IndexOf("PK\u0001\u0002"u8); at >= 0;)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(at + 24), size);
            int next = zip.AsSpan(at + 4).IndexOf("PK\u0001\u0002"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }

        return zip;
    }

    private static string Slug() => $"transfer-{Interlocked.Increment(ref tenants)}";

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "text/csv");

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string text) => await (await client.PostAsync(path, Body(text))).JsonAsync(200);
}
