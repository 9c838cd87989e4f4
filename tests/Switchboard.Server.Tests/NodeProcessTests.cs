using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Compliance.Postgres;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

/// <summary>Workers that are processes of their own, which die and freeze.</summary>
public sealed class NodeProcessTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task A_worker_process_that_dies_or_freezes_in_its_work_loses_no_message_and_doubles_no_reply(string signal)
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        using var temp = new TempFolder();
        await using SwitchboardServer web = await SwitchboardServer.StartAsync(new ServerOptions(temp["web"]) { Database = home.Database, Role = NodeRole.Web, Urls = "http://127.0.0.1:0" }, null, default);
        using Process worker = await StartWorkerAsync(temp, home);
        try
        {
            using var visitor = new HttpClient { BaseAddress = new Uri(web.Address) };
            JsonElement session = await (await visitor.PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201);
            visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Text("token"));
            Guid[] conversations = [.. (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => visitor.BeginAsync(Questions.Good)))).Select(b => b.Id("conversationId"))];
            Task[] talks = [.. conversations.Select(c => TalkAsync(visitor, c))];
            while (await NumberAsync(home, "select count(*) from messages") < 20) await Task.Delay(10);

            await SignalAsync(worker, signal);
            var since = Stopwatch.StartNew();
            await using SwitchboardServer other = await SwitchboardServer.StartAsync(new ServerOptions(temp["other"]) { Database = home.Database, Role = NodeRole.Worker, Urls = "http://127.0.0.1:0" }, null, default);
            // Whoever stops answering holds what it held until it counts as gone.
            while (await NumberAsync(home, "select count(*) from runs r where r.finished_at is null and r.node_id in (select id from run_nodes where seen_at < now() - interval '6 seconds')") > 0 || since.Elapsed < TimeSpan.FromSeconds(8))
            {
                since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(signal == "STOP" ? 30 : 12));
                await Task.Delay(50);
            }

            if (signal == "STOP") await SignalAsync(worker, "CONT");
            await Task.WhenAll(talks).WaitAsync(TimeSpan.FromSeconds(60));

            foreach (Guid conversation in conversations)
            {
                JsonElement[] messages = await visitor.MessagesAsync(conversation);
                messages.Select(m => m.Text("author")).ShouldBe(Enumerable.Range(0, 11).SelectMany(_ => (string[])["customer", "agent"]));
                messages.GroupBy(m => m.Id("runId")).ShouldAllBe(pair => pair.Count() == 2);
            }
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    private static async Task TalkAsync(HttpClient visitor, Guid conversation)
    {
        for (int n = 0; n < 10; n++)
        {
            HttpResponseMessage response;
            // 202 and 409 say that it is under way: the same key asks for the same run.
            while ((int)(response = await visitor.PostAsync($"/api/v1/conversations/{conversation}/messages", new { text = Questions.AlsoGood }, $"{conversation} {n}")).StatusCode is 202 or 409) await Task.Delay(100);
            await response.JsonAsync(201);
        }
    }

    private static async Task<Process> StartWorkerAsync(TempFolder temp, PostgresHome home)
    {
        Directory.CreateDirectory(Path.Combine(temp["worker"], "secrets"));
        foreach (string file in Directory.GetFiles(Path.Combine(temp["web"], "secrets"))) File.Copy(file, Path.Combine(temp["worker"], "secrets", Path.GetFileName(file)));
        temp.Write("here/.env", $"SWITCHBOARD__DATABASE__PROVIDER=postgres\nSWITCHBOARD__DATABASE__CONNECTIONSTRING={home.Database.ConnectionString}\n");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Switchboard.Server"), ["serve", "--role", "worker", "--urls", "http://127.0.0.1:0", "--json", "--data", temp["worker"]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = temp["here"],
        };
        Process process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull("the worker did not start");
        return process;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    private static async Task<long> NumberAsync(PostgresHome home, string sql)
    {
        await using System.Data.Common.DbConnection connection = home.Connect();
        await connection.OpenAsync();
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
