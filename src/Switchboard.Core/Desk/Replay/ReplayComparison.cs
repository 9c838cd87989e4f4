using System.Text.Json;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Replay;

/// <summary>Finds what differs between a turn as it was recorded and as it comes out again.</summary>
internal static class ReplayComparison
{
    /// <summary>All that differs, in the order of a turn: what was understood, the route, the steps, the check, the words.</summary>
    public static IEnumerable<ReplayDifference> Between(TurnDecision recorded, TurnDecision again)
    {
        JournalEntry? understood = AsFarAsRecorded(recorded.Understood, again.Understood);
        if (Differ(recorded.Understood, understood)) yield return Of("understand", TurnLog.UnderstandStep, recorded.Understood, understood);
        JournalEntry? route = AmongThose(recorded.Route, again.Route);
        if (Differ(recorded.Route, route)) yield return Of("route", TurnLog.RouteStep, recorded.Route, route);
        if (recorded.Record.Account is { } account && (again.Record.Account is not { } read || Json.Write(account) != Json.Write(read))) yield return Of("context", CustomerContext.StepName, account, again.Record.Account);
        string[] wasHops = [.. recorded.Record.Hops.Select(h => h.AgentId)], hops = [.. again.Record.Hops.Select(h => h.AgentId)];
        if (!wasHops.SequenceEqual(hops, StringComparer.Ordinal)) yield return Of("route", "hops", wasHops, hops);
        string[] wasFired = [.. Fired(recorded.Record)], fired = [.. Fired(again.Record)];
        if (!wasFired.SequenceEqual(fired, StringComparer.Ordinal)) yield return Of("route", "escalation", wasFired, fired);
        if (recorded.Record.Path is { } path && (again.Record.Path is not { } taken || Json.Write(path) != Json.Write(taken))) yield return Of("route", "path", path, again.Record.Path);
        ReplayDifference[] steps = [.. Steps(recorded.Steps, again.Steps)];
        foreach (ReplayDifference step in steps) yield return step;
        // A proposal that is another one now, or none, is told by its step; what a guard said of it follows from that.
        GuardVerdict[] wasSaid = [.. recorded.Record.Guards.Where(IsOfTheSame)], said = [.. again.Record.Guards.Where(IsOfTheSame)];
        if (Json.Write(wasSaid) != Json.Write(said)) yield return Of("guard", "guards", wasSaid, said);
        foreach (ReplayDifference words in Words(recorded.Reply, again.Reply)) yield return words;

        bool IsOfTheSame(GuardVerdict verdict) => verdict.Action is not { } action || !steps.Any(d => d.Name.Contains($"propose:{action}", StringComparison.Ordinal));
    }

    private static IEnumerable<ReplayDifference> Steps(IReadOnlyList<AgentStep> recorded, IReadOnlyList<AgentStep> again)
    {
        // An agent has a turn once at most, and in its journal each name stands once.
        var was = recorded.DistinctBy(s => s.FullName).ToDictionary(s => s.FullName, s => s.Step, StringComparer.Ordinal);
        var now = again.DistinctBy(s => s.FullName).ToDictionary(s => s.FullName, s => s.Step, StringComparer.Ordinal);
        bool sameNames = true;
        foreach (string name in was.Keys.Concat(now.Keys).Distinct(StringComparer.Ordinal))
        {
            JournalEntry? before = was.GetValueOrDefault(name), after = now.GetValueOrDefault(name);
            if (before is null || after is null)
            {
                sameNames = false;
                yield return Of("step", name, before, after);
            }
            else if (Differ(before, after)) yield return Of(KindOf(before.Name), name, before, after);
        }

        string[] order = [.. recorded.Select(s => s.FullName)], orderNow = [.. again.Select(s => s.FullName)];
        if (sameNames && !InOrder(recorded, again)) yield return Of("step", "order", order, orderNow);
    }

    /// <summary>Whether each agent took its steps in the recorded order; which agent's journal stands first is no order of steps.</summary>
    private static bool InOrder(IReadOnlyList<AgentStep> recorded, IReadOnlyList<AgentStep> again) =>
        recorded.GroupBy(s => s.AgentId, StringComparer.Ordinal).All(a => a.Select(s => s.Step.Name).SequenceEqual(again.Where(s => s.AgentId == a.Key).Select(s => s.Step.Name), StringComparer.Ordinal));

    private static IEnumerable<ReplayDifference> Words(SaidReply? recorded, SaidReply? again)
    {
        if (recorded?.Text != again?.Text) yield return Of("text", "reply", recorded?.Text, again?.Text);
        if (recorded is null || again is null) yield break;
        if (recorded.Status != again.Status) yield return Of("text", "reply.status", recorded.Status, again.Status);
        if (recorded.AgentId != again.AgentId) yield return Of("text", "reply.agent", recorded.AgentId, again.AgentId);
        if (Json.Write<IReadOnlyList<Citation>>([.. recorded.Citations]) != Json.Write<IReadOnlyList<Citation>>([.. again.Citations])) yield return Of("text", "reply.citations", recorded.Citations.ToArray(), again.Citations.ToArray());
    }

    private static IEnumerable<string> Fired(DecisionRecord record) => record.Escalation.Where(r => r.Fired).Select(r => r.Code);

    private static string KindOf(string step) => Journal.KindOf(step) switch
    {
        "decide" => step[(step.LastIndexOf('/') + 1)..],
        "ask" or "confirm" => "text",
        _ => "step",
    };

    /// <summary>What was understood, without what the version that recorded it did not read yet.</summary>
    private static JournalEntry? AsFarAsRecorded(JournalEntry? recorded, JournalEntry? again) =>
        recorded is null || again is null || Journal.Read<Understood>(recorded).Reading is not null ? again : Journal.EntryOf(again.Name, Journal.Read<Understood>(again).Told);

    /// <summary>The route without the agents that were passed over and were not there when it was recorded. One that is chosen now is a difference, whether or not it was there.</summary>
    private static JournalEntry? AmongThose(JournalEntry? recorded, JournalEntry? again)
    {
        if (recorded is null || again is null) return again;
        RouteDecision taken = Journal.Read<RouteDecision>(again);
        var there = Journal.Read<RouteDecision>(recorded).Considered.Select(c => c.AgentId).ToHashSet(StringComparer.Ordinal);
        return Journal.EntryOf(again.Name, taken with { Considered = [.. taken.Considered.Where(c => c.RejectedBecause is null || there.Contains(c.AgentId))] });
    }

    private static bool Differ(JournalEntry? recorded, JournalEntry? again) =>
        recorded is null || again is null ? !ReferenceEquals(recorded, again) : !Same(Journal.ValueOf(recorded), Journal.ValueOf(again));

    /// <summary>Whether two values say the same. A field that is null says what one says that is not there: a version before did not know it.</summary>
    private static bool Same(JsonElement recorded, JsonElement again)
    {
        if (recorded.ValueKind == JsonValueKind.Array && again.ValueKind == JsonValueKind.Array)
            return recorded.GetArrayLength() == again.GetArrayLength() && recorded.EnumerateArray().Zip(again.EnumerateArray(), Same).All(same => same);
        if (recorded.ValueKind != JsonValueKind.Object || again.ValueKind != JsonValueKind.Object) return JsonElement.DeepEquals(recorded, again);
        Dictionary<string, JsonElement> was = Said(recorded), now = Said(again);
        return was.Count == now.Count && was.All(field => now.TryGetValue(field.Key, out JsonElement value) && Same(field.Value, value));
    }

    private static Dictionary<string, JsonElement> Said(JsonElement value) =>
        value.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null).ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);

    private static ReplayDifference Of(string kind, string name, JournalEntry? recorded, JournalEntry? again) =>
        new(kind, name, recorded is null ? null : Journal.ValueOf(recorded), again is null ? null : Journal.ValueOf(again));

    private static ReplayDifference Of<T>(string kind, string name, T recorded, T again) =>
        new(kind, name, recorded is null ? null : JsonSerializer.SerializeToElement(recorded, Json.Options), again is null ? null : JsonSerializer.SerializeToElement(again, Json.Options));
}
