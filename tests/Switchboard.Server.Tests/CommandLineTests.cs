using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests;

/// <summary>The program as people start it: a process with arguments, two outputs and an exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly List<Process> running = [];

    public void Dispose()
    {
        foreach (Process process in running)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        temp.Dispose();
    }

    [Fact]
    public async Task Knowledge_is_imported_twice_searched_asked_and_counted()
    {
        Articles();
        CommandProcess.Ended first = await RunAsync("--tenant", "acme", "knowledge", "import", temp["docs"], "--json");
        first.Code.ShouldBe(0, first.Error);
        Counts(first.Json).ShouldBe((2, 0, 0, 0));
        first.Json.Items("failed").ShouldBeEmpty();
        Counts((await RunAsync("--tenant", "acme", "knowledge", "import", temp["docs"], "--json")).Json).ShouldBe((0, 0, 2, 0));

        JsonElement search = (await RunAsync("--tenant", "acme", "knowledge", "search", "harbour office", "--json")).Json;
        search.Items()[0].Text("title").ShouldBe("Harbour opening hours");
        search.GetProperty("tookMs").GetDouble().ShouldBeGreaterThan(0);
        JsonElement answer = (await RunAsync("--tenant", "acme", "knowledge", "answer", "When does the harbour office open?", "--json")).Json;
        answer.Text("answer").ShouldContain("seven");
        (await RunAsync("--tenant", "acme", "knowledge", "stats", "--json")).Json.GetProperty("published").GetInt32().ShouldBe(2);

        CommandProcess.Ended plain = await RunAsync("--tenant", "acme", "knowledge", "stats");
        plain.Output.ShouldStartWith("2 published");
        (await RunAsync("--tenant", "acme", "ask", "When does the harbour office open?", "--json")).Json.Text("answer").ShouldContain("seven");
    }

    [Fact]
    public async Task The_demo_is_filled_once_by_a_command_of_its_own_or_through_the_running_server()
    {
        CommandProcess.Ended filled = await RunAsync("db", "seed", "--demo", "--customers", "12", "--years", "1", "--until", "2026-03-01", "--json");
        filled.Code.ShouldBe(0, filled.Error);
        filled.Json.GetProperty("rows").GetProperty("customer").GetInt32().ShouldBe(12);
        filled.Json.GetProperty("total").GetInt64().ShouldBe(filled.Json.GetProperty("rows").EnumerateObject().Sum(r => r.Value.GetInt64()));
        filled.Json.Text("until").ShouldBe("2026-03-01");

        (Process server, _) = await ServeAsync();
        await FailsAsync("was filled before (--customers 12 --years 1 --seed 1 --until 2026-03-01)", "db", "seed", "--demo");
        server.Kill();
        await FailsAsync("no demonstration tenant", "db", "seed", "--demo", "--tenant", "acme", "--data", temp["other"]);
        (await RunAsync("db", "seed", "--demo", "--until", "tomorrow")).Code.ShouldBe(2);
        (await RunAsync("db", "seed")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task A_question_is_answered_in_one_document_with_its_citations()
    {
        CommandProcess.Ended asked = await RunAsync("ask", Questions.Good, "--json");

        asked.Code.ShouldBe(0, asked.Error);
        JsonElement document = asked.Json;
        document.Text("answer").ShouldNotBeEmpty();
        (document.Text("status"), document.Text("agentId")).ShouldBe(("answered", "desk/knowledge-answerer"));
        document.GetProperty("confidence").GetDouble().ShouldBeInRange(0.55, 1);
        document.Items("citations").ShouldNotBeEmpty();
        document.Items("citations").ShouldAllBe(c => c.Id("articleId") != Guid.Empty && c.Text("title").Length > 0 && c.Text("quote").Length > 0);

        CommandProcess.Ended contact = await RunAsync("ask", "Talk to a human", "--customer", "maya@kestrelmoor-cycles.example", "--json");
        contact.Json.Text("status").ShouldBe("handed_off");
        await FailsAsync("no contact", "ask", "Hello", "--customer", "nobody@kestrelmoor-cycles.example");
    }

    [Fact]
    public async Task The_policies_are_shown_changed_from_a_file_and_kept_when_the_file_is_wrong()
    {
        CommandProcess.Ended shown = await RunAsync("policy", "show");
        shown.Code.ShouldBe(0, shown.Error);
        shown.Output.ShouldStartWith("currency: USD\nplans:\n");

        string file = temp.Write("policies.yaml", shown.Output.Replace("firstPaymentDays: 30", "firstPaymentDays: 14"));
        CommandProcess.Ended set = await RunAsync("policy", "set", file);
        set.Code.ShouldBe(0, set.Error);
        set.Output.ShouldBe("refunds.firstPaymentDays: 30 → 14\nVersion 1 holds, 1 figure changed.\n");
        (await RunAsync("policy", "show", "--json")).Json.GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32().ShouldBe(14);
        (await RunAsync("policy", "set", file, "--json")).Json.GetProperty("version").GetInt32().ShouldBe(1);

        await FailsAsync("Version 1 holds now", "policy", "set", temp.Write("old.json", """{"refunds":{"firstPaymentDays":7}}"""), "--from", "0");
        await FailsAsync("refunds.firstPaymentDays: line 2: must be a whole number", "policy", "set", temp.Write("wrong.yaml", "refunds:\n  firstPaymentDays: soon\n"));
        await FailsAsync("cannot be read", "policy", "set", temp["missing.yaml"]);
        await FailsAsync("no such version", "policy", "show", "--version", "2");
        (await RunAsync("policy", "show", "--version", "1")).Output.ShouldContain("firstPaymentDays: 14");
    }

    [Fact]
    public async Task The_database_is_brought_up_to_date_and_shown()
    {
        await FailsAsync("no data folder", "db", "status");
        Directory.Exists(temp["data"]).ShouldBeFalse("asking changes nothing");

        JsonElement migrated = (await RunAsync("db", "migrate", "--json")).Json;
        migrated.Items("applied").ShouldNotBeEmpty();
        (await RunAsync("db", "migrate", "--json")).Json.Items("applied").ShouldBeEmpty();
        JsonElement status = (await RunAsync("db", "status", "--json")).Json;
        status.Items("applied").Length.ShouldBe(migrated.Items("applied").Length);
        status.Items("pending").ShouldBeEmpty();
        status.Text("path").ShouldBe(Path.Combine(temp["data"], "switchboard.db"));
    }

    [Theory]
    [InlineData("unheard-of")]
    [InlineData("ask")]
    [InlineData("knowledge")]
    [InlineData("knowledge import")]
    [InlineData("ask one two")]
    [InlineData("serve --prot 1")]
    [InlineData("knowledge search x --k many")]
    [InlineData("apikey create")]
    public async Task Wrong_usage_is_told_and_ends_with_2(string line)
    {
        CommandProcess.Ended ended = await RunAsync(line.Split(' '));
        ended.Code.ShouldBe(2, ended.Output + ended.Error);
        ended.Error.ShouldNotBeEmpty();
        Directory.Exists(temp["data"]).ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_done_is_told_in_a_line_and_changes_nothing()
    {
        Directory.CreateDirectory(temp["empty"]);
        temp.Write("notes.txt", "x");
        await FailsAsync("no folder or file", "knowledge", "import", temp["missing"]);
        await FailsAsync("no Markdown file", "knowledge", "import", temp["empty"]);
        await FailsAsync("no Markdown file", "knowledge", "import", temp["notes.txt"]);
        await FailsAsync("no Markdown file", "knowledge", "import", temp["notes.txt"], "http://127.0.0.1:1/");
        await FailsAsync("is no address", "serve", "--urls", "localhost");
        Directory.Exists(temp["data"]).ShouldBeFalse("nothing was begun");

        await FailsAsync("There is no tenant", "--tenant", "nowhere", "knowledge", "stats");
        temp.Write("file", "mine");
        await FailsAsync("is a file, not a folder", "--data", temp["file"], "db", "migrate");
        (await File.ReadAllTextAsync(temp["file"])).ShouldBe("mine");
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_told()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await FailsAsync("Cannot listen on", "serve", "--urls", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        Directory.Exists(temp["data"]).ShouldBeFalse("nothing is made for a server that cannot listen");
    }

    [Fact]
    public async Task While_a_server_runs_other_commands_are_its_clients()
    {
        Articles();
        (Process _, JsonElement ready) = await ServeAsync();
        string announced = await File.ReadAllTextAsync(Path.Combine(temp["data"], "server.json"));

        await FailsAsync("is in use by process", "serve", "--urls", "http://127.0.0.1:0");
        (await RunAsync("--tenant", "acme", "knowledge", "import", temp["docs"], "--json")).Code.ShouldBe(0);
        JsonElement asked = (await RunAsync("ask", Questions.Good, "--json")).Json;
        asked.Text("status").ShouldBe("answered");
        (await RunAsync("db", "status", "--json")).Json.Items("pending").ShouldBeEmpty();
        (await RunAsync("db", "migrate", "--json")).Code.ShouldBe(0);
        JsonElement made = (await RunAsync("apikey", "create", "--name", "ops", "--scopes", "read:knowledge read:conversations", "--json")).Json;
        made.EnumerateObject().Select(p => p.Name).ShouldBe(["id", "key", "scopes"]);

        (await File.ReadAllTextAsync(Path.Combine(temp["data"], "server.json"))).ShouldBe(announced, "the server is the one owner");
        using var http = new HttpClient { BaseAddress = new Uri(ready.Text("address")) };
        http.DefaultRequestHeaders.Add("X-Api-Key", made.Text("key"));
        (await http.MessagesAsync(asked.Id("conversationId"))).Length.ShouldBe(2);
        await (await http.PostAsJsonAsync("/api/v1/conversations", new { message = "Hello" })).ProblemAsync(403, "missing_scope");
        await FailsAsync("no scope", "apikey", "create", "--name", "odd", "--scopes", "read:minds");

        // The links of the commands open the door, also where no mail can be sent.
        await EntersAsync("invitation", "accept-invitation", (await RunAsync("user", "create", "--email", "Ada@birch.example", "--name", "Ada", "--role", "admin", "--json")).Json);
        await EntersAsync("reset", "reset-password", (await RunAsync("user", "reset-password", "--email", "ada@birch.example", "--json")).Json);
        await FailsAsync("Nobody of the staff has the address", "user", "reset-password", "--email", "bob@birch.example");

        async Task EntersAsync(string page, string route, JsonElement opened)
        {
            string start = $"{ready.Text("address")}/account.html#{page}=";
            opened.Text("link").ShouldStartWith(start);
            string password = $"a long one for the {page}";
            await (await http.PostAsJsonAsync($"/api/v1/auth/{route}", new { token = opened.Text("link")[start.Length..], password })).JsonAsync(200);
            await (await http.PostAsJsonAsync("/api/v1/auth/login", new { tenant = "demo", email = "ada@birch.example", password })).JsonAsync(200);
        }
    }

    [Fact]
    public async Task An_approval_is_listed_shown_and_decided_by_whom_the_command_names()
    {
        (_, JsonElement ready) = await ServeAsync();
        using var customer = new HttpClient { BaseAddress = new Uri(ready.Text("address")) };
        JsonElement contact = (await customer.GetJsonAsync("/api/v1/widget/contacts")).Items().Single(c => c.Text("email") == "devika@kestrelmoor-cycles.example");
        string token = (await (await customer.PostAsJsonAsync("/api/v1/widget/session", new { contactId = contact.Id("id") })).JsonAsync(201)).Text("token");
        customer.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Guid conversation = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        (await customer.SayAsync(conversation, "yes")).GetProperty("reply").Text("status").ShouldBe("waiting_approval");

        string id = (await RunAsync("approvals", "list", "--json")).Json.Items().ShouldHaveSingleItem().Text("id");
        (await RunAsync("approvals", "show", id)).Output.ShouldContain("created refund");
        await FailsAsync("no active member of the staff", "approvals", "approve", id, "--as", "nobody@demo.example");
        CommandProcess.Ended approved = await RunAsync("approvals", "approve", id, "--as", "owner@demo.example", "--note", "fine");
        (approved.Code, approved.Output.Contains("approved: fine")).ShouldBe((0, true), approved.Error);
        (await RunAsync("approvals", "list")).Output.ShouldStartWith("Nothing.");
    }

    [Fact]
    public async Task A_server_that_is_interrupted_ends_cleanly_and_takes_its_announcement_back()
    {
        (Process server, JsonElement ready) = await ServeAsync();
        ready.Text("apiKey").ShouldStartWith("swb_live_");
        using var http = new HttpClient { BaseAddress = new Uri(ready.Text("address")) };
        http.DefaultRequestHeaders.Add("X-Api-Key", ready.Text("apiKey"));
        Guid id = (await http.BeginAsync("Hello")).Id("conversationId");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}/events");
        using HttpResponseMessage follower = await http.OpenStreamAsync(request);

        using (Process signal = Process.Start("kill", [StopSignal(), $"{server.Id}"])) await signal.WaitForExitAsync();
        await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        server.ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(temp["data"], "server.json")).ShouldBeFalse();
        (Process again, JsonElement second) = await ServeAsync();
        second.IsNull("apiKey").ShouldBeTrue("the key is shown once");
        again.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_killed_server_announced_does_not_stand_in_the_way()
    {
        (Process server, JsonElement ready) = await ServeAsync("--no-demo");
        server.Kill();
        await server.WaitForExitAsync();
        File.Exists(Path.Combine(temp["data"], "server.json")).ShouldBeTrue();

        (await RunAsync("db", "migrate", "--json")).Json.Items("applied").ShouldBeEmpty();
        File.WriteAllText(Path.Combine(temp["data"], "server.json"), $$"""{"pid":1,"address":"{{ready.Text("address")}}","token":"t","startedAt":"2026-01-01T00:00:00Z"}""");
        (await RunAsync("db", "status", "--json")).Json.Items("pending").ShouldBeEmpty();
        File.WriteAllText(Path.Combine(temp["data"], "server.json"), $$"""{"pid":1,"address":"{{ready.Text("address")}}","token":"t","startedAt":"2026-01-01T00:00:00Z"}""");
        await FailsAsync("There is no tenant", "--tenant", "nowhere", "knowledge", "stats");
        (await RunAsync("ask", Questions.Good, "--json")).Json.Text("status").ShouldBe("answered");
    }

    [Fact]
    public async Task A_backup_of_a_running_server_brings_a_lost_folder_back_and_a_tampered_audit_fails_the_verification()
    {
        (Process server, JsonElement ready) = await ServeAsync();
        Guid asked = (await RunAsync("ask", Questions.Good, "--json")).Json.Id("conversationId");
        string file = temp["backup.zip"];
        CommandProcess.Ended backup = await RunAsync("backup", file, "--json");
        backup.Code.ShouldBe(0, backup.Error);
        backup.Json.GetProperty("rows").GetInt64().ShouldBeGreaterThan(100);
        await FailsAsync("Stop it", "restore", file);
        server.Kill();
        await server.WaitForExitAsync();
        Directory.Delete(temp["data"], recursive: true);

        CommandProcess.Ended restored = await RunAsync("restore", file, "--json");
        restored.Code.ShouldBe(0, restored.Error);
        restored.Json.GetProperty("rows").GetInt64().ShouldBe(backup.Json.GetProperty("rows").GetInt64());
        (await RunAsync("audit", "verify", "--json")).Json.GetProperty("isWhole").GetBoolean().ShouldBeTrue();
        (_, JsonElement second) = await ServeAsync();
        second.IsNull("apiKey").ShouldBeTrue("the demonstration tenant came back");
        using (var http = new HttpClient { BaseAddress = new Uri(second.Text("address")) })
        {
            http.DefaultRequestHeaders.Add("X-Api-Key", ready.Text("apiKey"));
            (await http.MessagesAsync(asked)).Length.ShouldBe(2, "the key and the conversation came back");
            (await (await http.GetAsync("/api/v1/audit?action=restored")).JsonAsync(200)).Items().Length.ShouldBe(1);
        }

        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(temp["data"], "switchboard.db")};Pooling=false"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "delete from audit_entries where position = 7";
            command.ExecuteNonQuery().ShouldBe(1);
        }

        CommandProcess.Ended verified = await RunAsync("audit", "verify");
        verified.Code.ShouldBe(1);
        verified.Output.ShouldContain("The entry 7 is missing.");
        verified.Error.ShouldStartWith("error: ");
        await FailsAsync("There is no file", "restore", temp["nowhere.zip"], "--data", temp["new"]);
    }

    [Fact]
    public async Task The_search_is_measured_on_labelled_questions_without_a_data_folder()
    {
        temp.Write("set/content/harbour.md", "---\ntitle: Harbour opening hours\nid: h1\n---\n\nThe harbour office opens at seven in the morning.\n");
        temp.Write("set/content/pier.md", "---\ntitle: Pier lights\nid: p1\n---\n\nThe pier lights are green.\n");
        temp.Write("set/questions.jsonl", "{\"query\":\"when does the harbour office open\",\"article_id\":\"h1\"}\n{\"query\":\"colour of the pier lights\",\"article_id\":\"p1\"}\n");

        CommandProcess.Ended ended = await RunAsync("evaluate", "retrieval", "--data", temp["set"], "--json");

        ended.Code.ShouldBe(0, ended.Error);
        ended.Json.Text("task").ShouldBe("retrieval");
        JsonElement hit = ended.Json.Items("metrics").Single(m => m.Text("name").EndsWith("hit@1", StringComparison.Ordinal));
        (hit.GetProperty("value").GetDouble(), hit.GetProperty("n").GetInt32()).ShouldBe((1, 2));
        ended.Json.Items("errors").ShouldBeEmpty();
        Directory.Exists(temp["data"]).ShouldBeFalse();
        await FailsAsync("", "evaluate", "retrieval", "--data", temp["missing"]);

        JsonElement[] fused = (await RunAsync("evaluate", "retrieval", "--data", temp["set"], "--embeddings", "local", "--json")).Json.Items("metrics");
        fused.Select(m => m.Text("name")).ShouldContain("questions+local.gain.mrr");
        fused.Single(m => m.Text("name") == "questions+local.hit@1").GetProperty("value").GetDouble().ShouldBe(1);
        await FailsAsync("Knowledge:EmbeddingsApi:BaseUrl", "evaluate", "retrieval", "--data", temp["set"], "--embeddings", "api");
    }

    [Fact]
    public async Task A_significant_loss_against_a_stored_baseline_ends_with_one()
    {
        string[] wishes = ["refund my payment", "export the report", "reset my password"];
        string Lines(int shift) => string.Join('\n', Enumerable.Range(0, 90).Select(i => $"{{\"text\":\"{wishes[i % 3]} {i}\",\"label\":\"{wishes[(i + shift) % 3].Split(' ')[^1]}\"}}"));
        temp.Write("train.jsonl", Lines(0));
        temp.Write("good.jsonl", Lines(0));
        temp.Write("bad.jsonl", Lines(1));

        CommandProcess.Ended first = await RunAsync("evaluate", "intent", "--data", temp["good.jsonl"], "--train", temp["train.jsonl"], "--json");
        first.Code.ShouldBe(0, first.Error);
        first.Json.Items("metrics").First().GetProperty("value").GetDouble().ShouldBeGreaterThan(0.9);
        temp.Write("baseline.json", first.Output);

        (await RunAsync("evaluate", "intent", "--data", temp["good.jsonl"], "--train", temp["train.jsonl"], "--baseline", temp["baseline.json"], "--json")).Code.ShouldBe(0);
        CommandProcess.Ended worse = await RunAsync("evaluate", "intent", "--data", temp["bad.jsonl"], "--train", temp["train.jsonl"], "--baseline", temp["baseline.json"], "--json");
        worse.Code.ShouldBe(1);
        worse.Error.ShouldContain("accuracy");
        worse.Json.Items("changes").First().Text("verdict").ShouldBe("loss");
        await FailsAsync("not of \"retrieval\"", "evaluate", "retrieval", "--data", temp["."], "--baseline", temp["baseline.json"]);
        await FailsAsync("", "evaluate", "intent", "--data", temp["missing.csv"]);
    }

    [Fact]
    public async Task Rows_are_imported_a_tenant_is_exported_and_both_say_how_they_ended()
    {
        string file = temp.Write("customers.csv", "Nr,Company,plan,since\n1,Ada Ltd,premium,2025-01-02\n2,Bob Ltd,basic,2025-02-03\n");
        CommandProcess.Ended dry = await RunAsync("--tenant", "acme", "import", "customers", file, "--map", "Nr=externalRef", "--dry-run", "--json");
        dry.Code.ShouldBe(0, dry.Error);
        (dry.Json.GetProperty("added").GetInt32(), dry.Json.GetProperty("applied").GetBoolean()).ShouldBe((2, false));
        CommandProcess.Ended imported = await RunAsync("--tenant", "acme", "import", "customers", file, "--map", "Nr=externalRef");
        imported.Code.ShouldBe(0, imported.Error);
        imported.Output.ShouldContain("2 customers added, 0 changed, 0 unchanged, 0 failed");

        CommandProcess.Ended wrong = await RunAsync("--tenant", "acme", "import", "customers", temp.Write("wrong.csv", "id,name\n3,Carol\n4,\n"), "--json");
        wrong.Code.ShouldBe(1);
        wrong.Json.Items("errors").ShouldHaveSingleItem().GetProperty("line").GetInt32().ShouldBe(3);
        wrong.Error.ShouldContain("nothing was changed");
        await FailsAsync("Say what", "import", file);
        await FailsAsync("no kind", "import", "sheep", file);
        (await RunAsync("import")).Code.ShouldBe(2);

        (await RunAsync("--tenant", "acme", "export", temp["acme.zip"], "--json")).Code.ShouldBe(0);
        await FailsAsync("--force", "--tenant", "acme", "export", temp["acme.zip"]);
        CommandProcess.Ended copied = await RunAsync("--tenant", "copy", "import", temp["acme.zip"], "--json");
        copied.Code.ShouldBe(0, copied.Error);
        copied.Json.GetProperty("entities").GetProperty("customer").GetInt32().ShouldBe(2);
        (await RunAsync("--tenant", "copy", "export", temp["copy.zip"])).Code.ShouldBe(0);
        File.ReadAllBytes(temp["copy.zip"]).ShouldBe(File.ReadAllBytes(temp["acme.zip"]));
    }

    private void Articles()
    {
        temp.Write("docs/harbour.md", "# Harbour opening hours\n\nThe harbour office opens at seven in the morning.\n");
        temp.Write("docs/pier/lights.md", "# Pier lights\n\nThe pier lights are green.\n");
    }

    private static (int Added, int Changed, int Unchanged, int Archived) Counts(JsonElement report) =>
        (report.GetProperty("added").GetInt32(), report.GetProperty("changed").GetInt32(), report.GetProperty("unchanged").GetInt32(), report.GetProperty("archived").GetInt32());

    [Fact]
    public async Task A_path_is_meant_from_where_the_command_is_typed_also_from_a_checkout()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Switchboard.slnx"))) root = Path.GetDirectoryName(root)!;
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string[] arguments = ["run", "--no-build", "--configuration", configuration, "--project", Path.Combine(root, "src", "Switchboard.Server"), "--", "knowledge", "import", "nowhere"];
        CommandProcess.Ended ended = await CommandProcess.EndAsync(CommandProcess.Start(temp["here"], arguments, "dotnet"));
        ended.Code.ShouldBe(1);
        ended.Error.ShouldContain(Path.Combine(temp["here"], "nowhere"));
    }

    /// <summary>
    /// The signal of Ctrl-C; that of an orderly end where Ctrl-C is ignored. A shell without job control starts what runs in the background
    /// that way, and every process below inherits it.
    /// </summary>
    private static string StopSignal()
    {
        const int Interrupt = 1 << 1;
        string? ignored = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return ignored is not null && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & Interrupt) != 0 ? "-TERM" : "-INT";
    }

    private async Task FailsAsync(string because, params string[] arguments)
    {
        CommandProcess.Ended ended = await RunAsync(arguments);
        ended.Code.ShouldBe(1, ended.Output + ended.Error);
        ended.Output.ShouldBeEmpty();
        ended.Error.TrimEnd('\n').Split('\n').Length.ShouldBe(1, ended.Error);
        ended.Error.ShouldStartWith("error: ");
        ended.Error.ShouldContain(because);
        ended.Error.ShouldNotContain("   at ");
    }

    private async Task<(Process Server, JsonElement Ready)> ServeAsync(params string[] more)
    {
        Process server = CommandProcess.Start(temp["here"], InData(["serve", "--urls", "http://127.0.0.1:0", "--json", .. more]));
        lock (running) running.Add(server);
        var document = new StringBuilder();
        do
        {
            string line = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
            document.AppendLine(line);
            if (line == "}") break;
        }
        while (true);
        return (server, JsonElement.Parse(document.ToString()));
    }

    private Task<CommandProcess.Ended> RunAsync(params string[] arguments) => CommandProcess.RunInAsync(temp["here"], InData(arguments));

    /// <summary>The arguments with the data folder of this test, unless they name one.</summary>
    private string[] InData(string[] arguments) => arguments.Contains("--data") ? arguments : [.. arguments, "--data", temp["data"]];
}
