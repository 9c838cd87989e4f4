using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Server.Tests.Replay;

/// <summary>runs replay and conversations replay, as processes that are clients of a running server.</summary>
public sealed class ReplayCommandTests : IAsyncLifetime
{
    private readonly TestServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Conversations_are_replayed_one_or_all_and_against_a_file_that_lists_what_would_differ()
    {
        using var temp = new TempFolder();
        HttpClient customer = await server.ContactAsync("joao@pampa-clara.example");
        JsonElement begun = await customer.BeginAsync("I want my money back");
        Guid refund = begun.Id("conversationId"), question = (await (await server.VisitorAsync()).BeginAsync(Questions.Good)).Id("conversationId");

        CommandProcess.Ended run = await RunAsync("runs", "replay", $"{begun.Id("runId")}");
        (run.Code, run.Output).ShouldBe((0, "Everything comes out as it was recorded.\n"), run.Error);
        JsonElement.Parse((await RunAsync("runs", "replay", $"{begun.Id("runId")}", "--json")).Output).GetProperty("identical").GetBoolean().ShouldBeTrue();

        CommandProcess.Ended all = await RunAsync("conversations", "replay", "--all");
        (all.Code, all.Output).ShouldBe((0, "2 conversations, 2 turns: 2 come out the same, 0 otherwise, 0 cannot be replayed\n"), all.Error);

        string file = temp.Write("stricter.yaml", "refunds:\n  firstPaymentDays: 1\n");
        CommandProcess.Ended against = await RunAsync("conversations", "replay", "--all", "--against", file);
        against.Code.ShouldBe(0, against.Error);
        against.Output.ShouldContain($"conversation {refund}  message 1  run {begun.Id("runId")}");
        against.Output.ShouldContain("decide:refund  billing/refund-processor/decide:refund\n    allowed: true → false\n");
        against.Output.ShouldContain("recomputed  I cannot give the payment of 90.00 USD");
        against.Output.ShouldContain("2 turns: 1 comes out the same, 1 otherwise");
        against.Output.ShouldNotContain($"{question}");

        JsonElement document = JsonElement.Parse((await RunAsync("conversations", "replay", $"{refund}", "--against", temp.Write("stricter.json", """{"refunds":{"firstPaymentDays":1}}"""), "--json")).Output);
        (document.GetProperty("different").GetInt32(), document.GetProperty("turns").GetInt32()).ShouldBe((1, 1));
        document.Items()[0].Items("differences")[0].Text("kind").ShouldBe("decide:refund");
        JsonElement.Parse((await RunAsync("conversations", "replay", "--all", "--limit", "1", "--json")).Output).GetProperty("conversations").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_replayed_fails_with_its_reason_and_wrong_usage_with_two()
    {
        Guid conversation = (await (await server.VisitorAsync()).BeginAsync("Talk to a human")).Id("conversationId");
        Guid human = (await (await server.Owner().PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { text = "I am here.", author = "human" })).JsonAsync(201)).Id("runId");

        CommandProcess.Ended refused = await RunAsync("runs", "replay", $"{human}");
        (refused.Code, refused.Error).ShouldBe((1, "error: It cannot be replayed, not_recorded: A person wrote; nothing was decided by the desk.\n"));
        (await RunAsync("runs", "replay", $"{Guid.NewGuid()}")).Code.ShouldBe(1);
        (await RunAsync("conversations", "replay", "--all", "--against", "no-such-file.yaml")).Error.ShouldContain("cannot be read");
        (await RunAsync("conversations", "replay")).Code.ShouldBe(2);
        (await RunAsync("conversations", "replay", $"{conversation}", "--all")).Code.ShouldBe(2);
        (await RunAsync("conversations", "replay", "--all", "--limit", "0")).Code.ShouldBe(2);
    }

    private Task<CommandProcess.Ended> RunAsync(params string[] arguments) => CommandProcess.RunAsync(server.DataPath, arguments);
}
