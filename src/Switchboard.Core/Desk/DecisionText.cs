using System.Globalization;
using System.Text;
using Switchboard.Core.Routing;

namespace Switchboard.Core.Desk;

/// <summary>Why a turn went as it went, in words on one page, in the order in which it was decided.</summary>
public static class DecisionText
{
    private const int mostRejected = 6;

    /// <summary>Writes the page of one turn.</summary>
    public static string Write(DecisionRecord record)
    {
        var page = new StringBuilder();
        Line("understood", $"language {record.Understood.Language}, mood {Figure(record.Understood.Sentiment)}");
        foreach (var intent in record.Understood.Intents) Line("", $"intent {intent.Label} of {intent.AgentId}, {Figure(intent.Score)}: \"{intent.Utterance}\"");
        foreach (var entity in record.Understood.Entities.Take(mostRejected)) Line("", $"{entity.Type} \"{entity.Text}\"{(entity.Value != entity.Text ? $" = {entity.Value}" : "")}{(entity.Negated ? ", negated" : "")}");
        if (record.Path is { } path) Path(path);
        Line("taken", $"{record.Route.AgentId ?? "nobody"} ({record.Route.Kind.ToString().ToLowerInvariant()}, {Figure(record.Route.Confidence)}): {record.Route.Reason}");
        foreach (Considered other in record.Route.Considered.Where(c => c.RejectedBecause is not null).OrderByDescending(c => c.Score).Take(mostRejected)) Line("", $"not {other.AgentId}, {Figure(other.Score)}: {other.RejectedBecause}");
        foreach (Hop hop in record.Hops) Line("agent", $"{hop.AgentId}, {hop.Status.ToString().ToLowerInvariant()}, {Figure(hop.Confidence)}: {hop.Reason}");
        foreach (EvidenceItem evidence in record.Evidence.Take(mostRejected)) Line("article", $"\"{evidence.Title}\", {evidence.Heading}, {Figure(evidence.Score)}{(evidence.Used ? ", cited" : "")}");
        foreach (var read in record.Reads) Line("read", $"{read.Count} of {read.Entity} as of {read.AsOf.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}");
        foreach (GuardVerdict guard in record.Guards)
        {
            Line("check", $"{guard.Name}{(guard.On is { } on ? $" on {on}" : "")} {(guard.Passed ? "passed" : guard.Verdict == "revise" ? "asked for other words" : "blocked")}: {guard.Detail}");
            foreach (GuardIssue issue in guard.Issues ?? []) Line("", $"{issue.Kind}, {issue.Severity.ToString().ToLowerInvariant()}, by {issue.Evidence}{(issue.Excerpt is { } words ? $", \"{words}\"" : "")}");
            if (guard.Instead is { } instead) Line("", $"instead: {instead}");
        }

        foreach (EscalationRule rule in record.Escalation) Line("rule", $"{rule.Code} {(rule.Fired ? "fired" : "did not fire")}: {rule.Evidence}");
        if (record.Restarted is { } restarted) Line("restarted", restarted);
        Line("versions", $"policies {record.PolicyVersion}, agents {record.CatalogueVersion}, articles {record.KnowledgeVersion}; engine {record.Engine}, {record.DurationMs.ToString("0.#", CultureInfo.InvariantCulture)} ms");
        return page.ToString();

        void Path(TurnPath path)
        {
            Verdict("before", path.Before);
            Line("way", $"{path.Way.Kind}, {Figure(path.Way.Confidence)}{(path.Way.Code is { } code ? $", {code}" : "")}");
            foreach (NotTaken no in path.Way.Rejected.GroupBy(r => r.Why).Select(g => new NotTaken(string.Join(", ", g.Select(r => r.Option)), g.Key))) Line("", $"not {no.Option}: {no.Why}");
            if (path.Clarify is { Outcome: { } outcome } answer) Line("answer", $"to the question which is meant: {outcome.Replace('_', ' ')}{(answer.Chosen is { } leaf ? $", {leaf} by its {answer.By}" : "")}");
            if (path.Clarify is { Options: { Count: > 0 } options } asks) Line("asks back", $"{string.Join(", ", options.Select(o => $"{o.Leaf} {Figure(o.P)}"))}: {asks.Why}");
            foreach (AgentChoice choice in path.Choices)
            {
                Line("specialist", $"{choice.AgentId ?? choice.Code}{(choice.Second is { } second ? $" and {second}" : "")}, {choice.Category}, {Figure(choice.Confidence)}, by {choice.Rule}");
                foreach (AgentNotTaken no in choice.Rejected.Take(mostRejected)) Line("", $"not {no.AgentId}: {no.Why}");
            }
            if (path.Plan is { } plan)
            {
                Line("plan", $"{plan.Pattern}{(plan.Runs != plan.Pattern ? $", run as {plan.Runs}" : "")}: {string.Join(", ", plan.Agents)}; {plan.Why}");
                foreach (PatternNotTaken no in plan.Rejected) Line("", $"not {no.Pattern}: {no.Why}");
            }
            if (path.Left.Count > 0) Line("left", $"{string.Join(", ", path.Left)}: the customer must answer first");
            if (path.After is { } after) Verdict("after", after);
            if (path.Handoff is { } move) Line("handoff", $"to {move.To} ({move.Kind}), {move.Code}; first answer due {move.DueAt?.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}");
        }

        void Verdict(string name, EscalationVerdict verdict)
        {
            Line(name, verdict.Needed ? $"people must take it: {string.Join("; ", verdict.Reasons.Select(r => $"{r.Code}, {r.Evidence}"))}" : "nothing calls for people");
            if (verdict.Needed) Line("", $"{verdict.Priority.ToString().ToLowerInvariant()} by {verdict.Points} points, team {verdict.Team}{(verdict.Page ? ", people on call are told" : "")}");
            if (verdict.NotEvaluated.Count > 0) Line("", $"not evaluated: {string.Join(", ", verdict.NotEvaluated)}");
        }

        void Line(string name, string text) => page.Append(name.PadRight(12)).Append(text.ReplaceLineEndings(" ")).Append('\n');
    }

    private static string Figure(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "unknown";
}
