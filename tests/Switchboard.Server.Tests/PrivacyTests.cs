using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class PrivacyTests(TestServer server) : IClassFixture<TestServer>
{
    private const string customers = "/api/v1/customers";
    private const string secret = "zanzibar-4711";

    [Fact]
    public async Task An_export_holds_the_persons_rows_and_nobody_elses()
    {
        HttpClient owner = server.Owner();
        (Guid customer, Guid ada) = await AccountAsync(owner, "ada");
        (Guid other, _) = await AccountAsync(owner, "bo");
        JsonElement second = await (await owner.PostAsJsonAsync($"{customers}/{customer}/contacts", new { email = "cy@kestrel.example", name = "Cy" })).JsonAsync(201);
        await owner.PostAsJsonAsync($"{customers}/{customer}/notes", new { text = "private thoughts", visibility = "private" });

        string whole = await ExportAsync(owner, customer, null), person = await ExportAsync(owner, customer, ada);
        foreach (string expected in new[] { "ada@kestrel.example", "cy@kestrel.example", $"ada wrote {secret}", "\"invoice\":1" }) whole.ShouldContain(expected);
        person.ShouldContain("ada@kestrel.example");
        person.ShouldContain($"ada wrote {secret}");
        foreach (string foreign in new[] { "bo@kestrel.example", $"bo wrote {secret}", "private thoughts" }) (whole + person).ShouldNotContain(foreign);
        person.ShouldNotContain("cy@kestrel.example");

        await (await owner.PostAsJsonAsync($"{customers}/{other}/export", new { contactId = second.Id("id") })).ProblemAsync(404, "not_found");
        await (await server.WithKey(await server.KeyAsync("read:customers")).PostAsJsonAsync($"{customers}/{customer}/export", new { })).ProblemAsync(403, "missing_scope");
        (_, HttpClient stranger) = await server.TenantAsync("export-stranger");
        await (await stranger.PostAsJsonAsync($"{customers}/{customer}/export", new { })).ProblemAsync(404, "not_found");
        (await owner.GetJsonAsync($"/api/v1/audit?action=exported&entityId={ada}")).Items().Length.ShouldBe(1);
    }

    private async Task<(Guid Customer, Guid Contact)> AccountAsync(HttpClient owner, string name)
    {
        Guid customer = (await (await owner.PostAsJsonAsync(customers, new { name = $"{name} company", domain = $"{name}.example" })).JsonAsync(201)).Id("id");
        Guid contact = (await (await owner.PostAsJsonAsync($"{customers}/{customer}/contacts", new { email = $"{name}@kestrel.example", name = $"{name} person" })).JsonAsync(201)).Id("id");
        await owner.PostAsJsonAsync($"{customers}/{customer}/notes", new { text = $"{name} likes boats" });
        Guid talk = (await (await owner.PostAsJsonAsync("/api/v1/conversations", new { message = $"{name} wrote {secret}: how do I export a board?", contact = new { email = $"{name}@kestrel.example" }, channel = "api" })).JsonAsync(201)).Id("conversationId");
        await (await owner.PostAsJsonAsync($"/api/v1/conversations/{talk}/messages", new { text = "private thoughts of the staff", @private = true })).JsonAsync(201);
        await (await owner.PostAsJsonAsync($"/api/v1/conversations/{talk}/escalate", new { })).JsonAsync(200);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await WriteAsync(db => db.Add(new Invoice { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), CustomerId = customer, Currency = "USD", CreatedAt = now }.WithLines([new InvoiceLine("Seats", 1, 10, 10)], 0)));
        return (customer, contact);
    }

    private static async Task<string> ExportAsync(HttpClient owner, Guid customer, Guid? contact)
    {
        HttpResponseMessage response = await owner.PostAsJsonAsync($"{customers}/{customer}/export", new { contactId = contact });
        response.EnsureSuccessStatusCode();
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    private Task WriteAsync(Action<SwitchboardDb> write) => server.Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(server.TenantId, "test"),
        db =>
        {
            write(db);
            return 0;
        },
        default);
}
