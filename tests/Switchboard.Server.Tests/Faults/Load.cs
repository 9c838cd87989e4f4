using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Switchboard.Compliance.Storage;

namespace Switchboard.Server.Tests.Faults;

/// <summary>
/// Customers who talk without a pause while something breaks, one to each conversation: each message under one key, sent again until it is answered. A call that
/// is refused must say so as the program promises: 503, with the instant to come back.
/// </summary>
internal sealed class Load
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Refusals only set the scene: how many there are by when is a matter of the machine, and nothing that is claimed.</summary>
    private static readonly TimeSpan gathering = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan awhile = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource enough = new();
    private readonly ConcurrentDictionary<int, int> answered = new();
    private readonly ConcurrentDictionary<string, int> refused = new();
    private readonly Task<int>[] talks;

    private Load(IReadOnlyList<HttpClient> clients, int conversations) =>
        talks = [.. Enumerable.Range(0, conversations).Select(n => Task.Run(() => TalkAsync(clients[n % clients.Count], n)))];

    /// <summary>How many calls were refused, by the code of the problem.</summary>
    public IReadOnlyDictionary<string, int> Refused => refused;

    /// <summary>How many messages were answered.</summary>
    public int Answered => answered.Values.Sum();

    /// <summary>Begins conversations, in turn at each of the clients, and talks.</summary>
    public static Load Begin(IReadOnlyList<HttpClient> clients, int conversations) => new(clients, conversations);

    /// <summary>Waits until so many more messages were answered.</summary>
    public async Task AnsweredAsync(int more)
    {
        int before = Answered;
        await UntilAsync(() => Answered >= before + more, patience);
    }

    /// <summary>Waits until so many calls were refused with a code.</summary>
    public Task RefusedAsync(string code, int count) => UntilAsync(() => refused.GetValueOrDefault(code) >= count, gathering);

    /// <summary>Waits until each conversation has got an answer to a message that was sent after this was asked, and gives how long that took.</summary>
    /// <param name="limit">How long it may take.</param>
    public async Task<TimeSpan> RecoveredAsync(TimeSpan limit)
    {
        var since = Stopwatch.StartNew();
        // The message under way was sent before; the one behind it is new.
        int[] before = [.. Enumerable.Range(0, talks.Length).Select(n => answered.GetValueOrDefault(n))];
        await UntilAsync(() => before.Select((count, n) => answered.GetValueOrDefault(n) >= count + 2).All(done => done), limit);
        return since.Elapsed;
    }

    /// <summary>Ends the talks and gives how many messages were sent.</summary>
    public async Task<int> StopAsync()
    {
        await enough.CancelAsync();
        return (await Task.WhenAll(talks).WaitAsync(patience)).Sum();
    }

    /// <summary>Ends the talks, and holds what is stored to what was sent: nothing lost, nothing twice, everything in order and ended.</summary>
    /// <param name="home">The database, past the program.</param>
    /// <param name="others">How many messages others sent.</param>
    public async Task EndAsync(StorageHome home, int others = 0)
    {
        int sent = await StopAsync() + others;
        await using System.Data.Common.DbConnection rows = home.Connect();
        await UntilAsync(async () => await Laws.NumberAsync(rows, "select count(*) from runs where finished_at is null and status in ('running', 'queued')") == 0, patience);
        (await Laws.BrokenAsync(rows, sent)).ShouldBeEmpty();
        (await Laws.NumberAsync(rows, "select count(*) from messages where author = 'agent'")).ShouldBe(sent);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent} messages, refused: {string.Join(", ", refused.Select(r => $"{r.Key} {r.Value}"))}"));
        enough.Dispose();
    }

    /// <summary>Waits a while for a condition, and gives whether it holds.</summary>
    public static async Task<bool> IsSoonAsync(Func<bool> condition)
    {
        for (var since = Stopwatch.StartNew(); !condition(); await Task.Delay(TimeSpan.FromMilliseconds(25)))
            if (since.Elapsed > awhile) return false;
        return true;
    }

    /// <summary>Waits for a condition.</summary>
    public static Task UntilAsync(Func<bool> condition, TimeSpan limit) => UntilAsync(() => Task.FromResult(condition()), limit);

    /// <summary>Waits for a condition.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            since.Elapsed.ShouldBeLessThan(limit);
            await Task.Delay(TimeSpan.FromMilliseconds(25));
        }
    }

    private async Task<int> TalkAsync(HttpClient client, int talker)
    {
        answered[talker] = 0;
        Guid conversation = (await SendAsync(client, "/api/v1/conversations", new { message = Questions.Good })).Id("conversationId");
        for (int sent = 1; ; sent++)
        {
            answered[talker] = sent;
            if (enough.IsCancellationRequested) return sent;
            await SendAsync(client, $"/api/v1/conversations/{conversation}/messages", new { text = Questions.AlsoGood });
        }
    }

    private async Task<JsonElement> SendAsync(HttpClient client, string path, object body)
    {
        string key = Guid.NewGuid().ToString("N");
        while (true)
        {
            using HttpResponseMessage response = await client.PostAsync(path, body, key);
            if (response.StatusCode == HttpStatusCode.Created) return await response.JsonAsync(201);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                response.Headers.RetryAfter.ShouldNotBeNull();
                string code = JsonElement.Parse(await response.Content.ReadAsStringAsync()).Text("code");
                await response.ProblemAsync(503, code);
                refused.AddOrUpdate(code, 1, (_, count) => count + 1);
            }
            else ((int)response.StatusCode).ShouldBeOneOf([202, 409], await response.Content.ReadAsStringAsync());

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
