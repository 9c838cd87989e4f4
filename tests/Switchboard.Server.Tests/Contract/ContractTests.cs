using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The document against the routes, and against the file that is kept of it.</summary>
public sealed class ContractTests(TestServer server) : IClassFixture<TestServer>
{
    private const string renew = "SWITCHBOARD_RENEW_CONTRACT";

    [Fact]
    public async Task The_contract_is_the_one_that_is_kept()
    {
        string file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/contract.txt");
        string live = ContractText.Write(await ApiDocument.ReadAsync(server.Anonymous()));
        if (Environment.GetEnvironmentVariable(renew) == "1") await File.WriteAllTextAsync(file, live);
        string kept = await File.ReadAllTextAsync(file);
        string[] there = live.Split('\n'), known = kept.Split('\n');
        string differences = string.Join('\n', there.Except(known).Select(l => "+" + l).Concat(known.Except(there).Select(l => "-" + l)).Take(40));
        (live == kept).ShouldBeTrue($"The contract changed. If that is meant, renew it: {renew}=1 dotnet test tests/Switchboard.Server.Tests --filter ContractTests\n{differences}");
    }

    [Fact]
    public async Task The_typed_client_is_that_of_the_contract()
    {
        string folder = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/Switchboard.Client/Generated");
        SortedDictionary<string, string> files = new ClientSource(await ApiDocument.ReadAsync(server.Anonymous())).Write();
        if (Environment.GetEnvironmentVariable(renew) == "1")
        {
            foreach (string old in Directory.GetFiles(folder)) File.Delete(old);
            foreach ((string name, string text) in files) await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        string[] stale = [.. files.Where(f => !File.Exists(Path.Combine(folder, f.Key)) || File.ReadAllText(Path.Combine(folder, f.Key)) != f.Value).Select(f => f.Key), .. Directory.GetFiles(folder).Select(Path.GetFileName).Except(files.Keys)!];
        stale.ShouldBeEmpty($"The typed client is another one than the contract's. Renew it: {renew}=1 dotnet test tests/Switchboard.Server.Tests --filter ContractTests");
    }

    [Fact]
    public async Task Every_route_says_who_it_is_for_what_it_takes_and_what_it_answers()
    {
        ApiDocument document = await ApiDocument.ReadAsync(server.Anonymous());
        document.Routes.Count.ShouldBeGreaterThan(100);
        var wrong = new List<string>();
        foreach (ApiRoute route in document.Routes)
        {
            if (!route.Operation.TryGetProperty("operationId", out _)) wrong.Add($"{route}: has no operationId");
            if (route.Operation.TryGetProperty("security", out JsonElement security) != (route.Who != "anyone") && security.ValueKind == JsonValueKind.Undefined) wrong.Add($"{route}: has no security");
            foreach (string scope in route.AnyOf.Concat(route.AllOf).Where(s => !Scopes.All.Contains(s))) wrong.Add($"{route}: {scope} is no scope");
            foreach (JsonProperty answer in route.Operation.GetProperty("responses").EnumerateObject().Where(a => a.Name[0] == '2'))
                if (answer.Name is not ("204" or "202") && !answer.Value.TryGetProperty("content", out _)) wrong.Add($"{route}: does not say what {answer.Name} holds; add Produces, AnswersAs or AnswersNothing");
            if (route.BodySchema is { } schema)
            {
                if (route.Example is not { } example) wrong.Add($"{route}: takes JSON and shows no example; add Example");
                else if (document.Check.Problem(schema, example) is { } problem) wrong.Add($"{route}: the example {example.GetRawText()} does not fit: {problem}");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        document.Routes.Select(r => r.Operation.Text("operationId")).ShouldBeUnique();
    }

    [Fact]
    public async Task A_route_without_a_rule_stops_the_server_at_start_and_so_does_a_scope_that_is_none()
    {
        using var temp = new TempFolder();
        InvalidOperationException bare = await StartsNotAsync(temp["bare"], routes => routes.MapGet("/api/v1/forgotten", () => "all of it"));
        bare.Message.ShouldContain("declares who may call");
        bare.Message.ShouldContain("/api/v1/forgotten");
        InvalidOperationException unmet = await StartsNotAsync(temp["unmet"], routes => routes.MapGet("/api/v1/misspelt", () => "all of it").NeedsScope("read:everything"));
        unmet.Message.ShouldContain("/api/v1/misspelt");

        static Task<InvalidOperationException> StartsNotAsync(string folder, RouteSlice slice) => Should.ThrowAsync<InvalidOperationException>(() =>
            SwitchboardServer.StartAsync(new ServerOptions(folder) { Urls = "http://127.0.0.1:0", Demo = false }, services => services.AddSingleton(slice), default));
    }

    [Fact]
    public async Task The_page_of_the_API_is_served_from_here_alone()
    {
        HttpResponseMessage page = await server.Anonymous().GetAsync("/docs");
        ((int)page.StatusCode).ShouldBe(200);
        string html = await page.Content.ReadAsStringAsync();
        foreach (string outside in new[] { "http://", "https://", "<style", "style=", "onclick", "<script>" }) html.ShouldNotContain(outside);
        foreach (string part in new[] { "/js/docs.js", "/css/docs.css" }) ((int)(await server.Anonymous().GetAsync(part)).StatusCode).ShouldBe(200, part);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
