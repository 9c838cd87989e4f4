using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Runs;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Replay;

/// <summary>Two hundred turns of all sorts, rebuilt from their journals alone; and what is taken out of a journal is named.</summary>
public sealed partial class ReplayTests
{
    private const int turnsRebuilt = 200;

    /// <summary>Steps that hold evidence: what was read, once for the turn or by an agent.</summary>
    private static bool IsEvidence(JournalEntry step) => step.Name is CustomerContext.StepName or PassageRead.StepName or GuardReads.StepName || Journal.KindOf(step.Name) == "read";

    [Fact]
    public async Task Two_hundred_records_are_rebuilt_from_their_journals_and_evidence_or_a_clause_that_is_taken_out_is_named()
    {
        RecordedTurn[] turns = await SomeTurnsAsync();
        (int evidence, int clauses) = (0, 0);

        foreach (RecordedTurn turn in turns)
        {
            (await ReplayAsync(turn)).Identical.ShouldBeTrue($"{turn.Run.Id}");
            foreach (JournalEntry step in AllSteps(turn).Where(IsEvidence))
            {
                ReplayReport report = await ReplayAsync(Only(turn, s => ReferenceEquals(s, step) ? null : s));
                Names(report, step).ShouldBeTrue($"{turn.Run.Id} without {step.Name}: {System.Text.Json.JsonSerializer.Serialize(report)}");
                evidence++;
            }

            foreach (JournalEntry step in AllSteps(turn).Where(s => Journal.KindOf(s.Name) is "decide" or "propose" or "perform" && Journal.ValueOf(s) is { ValueKind: System.Text.Json.JsonValueKind.Object } value && value.TryGetProperty("clause", out _)))
            {
                ReplayReport report = await ReplayAsync(Only(turn, s => ReferenceEquals(s, step) ? s with { Result = WithoutRule(s.Result) } : s));
                Names(report, step).ShouldBeTrue($"{turn.Run.Id} without the clause of {step.Name}");
                clauses++;
            }

            (await ReplayAsync(turn with { Policies = null })).Refusal.ShouldBe(ReplayRefusal.PoliciesGone);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{turns.Length} turns, {evidence} pieces of evidence and {clauses} clauses taken out and named");
        (evidence > turnsRebuilt / 2, clauses > turnsRebuilt / 10).ShouldBe((true, true), $"{evidence}, {clauses}");
    }

    private async Task<RecordedTurn[]> SomeTurnsAsync()
    {
        IRecordedRuns recorded = server.Services.GetRequiredService<IRecordedRuns>();
        Guid[] conversations;
        await using (SwitchboardDb db = Data.For(server.TenantId)) conversations = await db.Conversations.OrderBy(c => c.Id).Select(c => c.Id).ToArrayAsync();
        // The talks follow each other in a round of twenty sorts, so each stride meets all of them.
        new Random(20261126).Shuffle(conversations);
        var turns = new List<RecordedTurn>();
        foreach (Guid conversation in conversations)
        {
            foreach (Guid run in await recorded.TurnsOfAsync(server.TenantId, conversation, default)) turns.Add((await recorded.TurnAsync(server.TenantId, run, default))!);
            if (turns.Count >= turnsRebuilt) break;
        }

        return [.. turns.Take(turnsRebuilt)];
    }

    /// <summary>What the turn itself took: what stood before belongs to earlier turns.</summary>
    private static IEnumerable<JournalEntry> AllSteps(RecordedTurn turn) => turn.Steps.Concat(turn.Dialogues.SelectMany(d => d.Taken));

    private static RecordedTurn Only(RecordedTurn turn, Func<JournalEntry, JournalEntry?> change) => turn with
    {
        Steps = [.. turn.Steps.Select(change).OfType<JournalEntry>()],
        Dialogues = [.. turn.Dialogues.Select(d => d with { Taken = [.. d.Taken.Select(change).OfType<JournalEntry>()] })],
    };

    /// <summary>Whether the report names the step; of the passages it names the place that was quoted.</summary>
    private static bool Names(ReplayReport report, JournalEntry step) =>
        report.Differences.Any(d => d.Name == step.Name || d.Name.EndsWith($"/{step.Name}", StringComparison.Ordinal) || step.Name.EndsWith($"/{d.Name}", StringComparison.Ordinal) || (step.Name == PassageRead.StepName && d.Name.StartsWith("the place ", StringComparison.Ordinal)));

    private static string WithoutRule(string result)
    {
        JsonNode root = JsonNode.Parse(result)!;
        root["value"]!["clause"]!["rule"] = string.Empty;
        return root.ToJsonString(Core.Json.Options);
    }
}
