using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Compliance;
using Switchboard.Compliance.Postgres;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

/// <summary>Workers that are processes of their own, which die and freeze.</summary>
public sealed class NodeProcessTests(PostgresServer postgres)
{
    private static readonly TimeSpan taken = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan thawed = TimeSpan.FromSeconds(30);

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
            Guid[] conversations = [.. (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => BegunAsync(visitor))))];
            await using SwitchboardServer other = await SwitchboardServer.StartAsync(new ServerOptions(temp["other"]) { Database = home.Database, Role = NodeRole.Worker, Urls = "http://127.0.0.1:0" }, null, default);
            using var enough = new CancellationTokenSource();
            Task<int>[] talks = [.. conversations.Select(c => TalkAsync(visitor, c, enough.Token))];

            Stopwatch since = await FrozenInItsWorkAsync(worker, home);
            string node = (await NodeAsync(worker, home)).ShouldNotBeNull();
            if (signal == "KILL")
            {
                await SignalAsync(worker, signal);
                since.Restart();
            }

            // Whoever stops answering holds what it held until it counts as gone.
            while (await HeldAsync(home, node) > 0)
            {
                since.Elapsed.ShouldBeLessThan(taken);
                await Task.Delay(50);
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{signal}: taken over after {since.Elapsed.TotalSeconds:0.0} s");
            if (signal == "STOP")
            {
                await SignalAsync(worker, "CONT");
                while (await NodeAsync(worker, home) is not { } again || again == node)
                {
                    since.Elapsed.ShouldBeLessThan(thawed);
                    await Task.Delay(50);
                }

                TestContext.Current.TestOutputHelper?.WriteLine($"thawed and there again as another node after {since.Elapsed.TotalSeconds:0.0} s");
            }

            await enough.CancelAsync();
            int[] sent = await Task.WhenAll(talks).WaitAsync(TimeSpan.FromSeconds(30));

            foreach ((Guid conversation, int count) in conversations.Zip(sent))
            {
                (await home.TextsAsync($"select author from messages where conversation_id = '{conversation}' order by sequence")).ShouldBe(Enumerable.Range(0, count + 1).SelectMany(_ => (string[])["customer", "agent"]));
                (await home.TextsAsync($"select run_id::text from messages where conversation_id = '{conversation}' group by run_id having count(*) <> 2")).ShouldBeEmpty();
            }
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    /// <summary>Stops the process at a moment at which it holds a run that has not ended, and gives the time since.</summary>
    private static async Task<Stopwatch> FrozenInItsWorkAsync(Process worker, PostgresHome home)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            patience.Elapsed.ShouldBeLessThan(thawed, "the worker was never caught at work");
            await SignalAsync(worker, "STOP");
            var since = Stopwatch.StartNew();
            string node = (await NodeAsync(worker, home)).ShouldNotBeNull();
            // What it had sent before is carried out by the server; what is left behind that stays.
            if (await HeldAsync(home, node) > 0 && await StaysAsync(home, node)) return since;
            await SignalAsync(worker, "CONT");
            await Task.Delay(Random.Shared.Next(50));
        }
    }

    private static async Task<bool> StaysAsync(PostgresHome home, string node)
    {
        await Task.Delay(250);
        return await HeldAsync(home, node) > 0;
    }

    /// <summary>The node of the process; null in the moment between one that counts as gone and the next.</summary>
    private static async Task<string?> NodeAsync(Process worker, PostgresHome home) =>
        (await home.TextsAsync($"select id::text from run_nodes where name like '%/{worker.Id}' order by started_at desc limit 1")).FirstOrDefault();

    private static async Task<long> HeldAsync(PostgresHome home, string node) => await NumberAsync(home, $"select count(*) from runs where finished_at is null and node_id = '{node}'");

    /// <summary>Begins a conversation; a worker that has just started may take longer for its first answer than is waited for.</summary>
    private static async Task<Guid> BegunAsync(HttpClient visitor)
    {
        HttpResponseMessage response = await visitor.PostAsJsonAsync("/api/v1/conversations", new { message = Questions.Good });
        return (await response.JsonAsync(response.StatusCode == HttpStatusCode.Accepted ? 202 : 201)).Id("conversationId");
    }

    /// <summary>Sends messages until it is enough, and gives their number.</summary>
    private static async Task<int> TalkAsync(HttpClient visitor, Guid conversation, CancellationToken enough)
    {
        int n = 0;
        for (; !enough.IsCancellationRequested; n++)
        {
            HttpResponseMessage response;
            // 202 and 409 say that it is under way: the same key asks for the same run.
            while ((int)(response = await visitor.PostAsync($"/api/v1/conversations/{conversation}/messages", new { text = Questions.AlsoGood }, $"{conversation} {n}")).StatusCode is 202 or 409) await Task.Delay(100, CancellationToken.None);
            await response.JsonAsync(201);
        }

        return n;
    }

    private static async Task<Process> StartWorkerAsync(TempFolder temp, PostgresHome home)
    {
        Directory.CreateDirectory(Path.Combine(temp["worker"], "secrets"));
        foreach (string file in Directory.GetFiles(Path.Combine(temp["web"], "secrets"))) File.Copy(file, Path.Combine(temp["worker"], "secrets", Path.GetFileName(file)));
        temp.Write("here/.env", $"SWITCHBOARD__DATABASE__PROVIDER=postgres\nSWITCHBOARD__DATABASE__CONNECTIONSTRING={home.Database.ConnectionString}\n");
        var start = new ProcessStartInfo(Programs.Server, ["serve", "--role", "worker", "--urls", "http://127.0.0.1:0", "--json", "--data", temp["worker"]])
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
