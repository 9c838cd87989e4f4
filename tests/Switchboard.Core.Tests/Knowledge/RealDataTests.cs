using System.Text.Json;
using Switchboard.Core.Evaluation;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>Measures on material that other people wrote. The bounds are those the desk promises, not what it happens to reach.</summary>
public sealed class RealDataTests
{
    private static readonly Lazy<(KnowledgeIndex Index, IReadOnlyDictionary<string, Guid> Ids)> helpCentre = new(() => RetrievalData.Articles(Articles.SharedData("arduino-help-center")));

    private static List<(string Query, string Article)> FormerTitles() =>
        [.. File.ReadLines(Path.Combine(Articles.SharedData("arduino-help-center"), "former_titles.jsonl")).Select(line =>
        {
            using JsonDocument row = JsonDocument.Parse(line);
            return (row.RootElement.GetProperty("query").GetString()!, row.RootElement.GetProperty("article_id").GetString()!);
        })];

    [Fact]
    public void Search_reaches_the_anchors_on_a_real_help_centre()
    {
        EvaluationReport report = RetrievalEvaluation.Run(Articles.SharedData("arduino-help-center"));
        Dictionary<string, double> metrics = report.Metrics.ToDictionary(m => m.Name, m => m.Value);
        metrics["former_titles.hit@1"].ShouldBeGreaterThanOrEqualTo(0.78);
        metrics["former_titles.hit@5"].ShouldBeGreaterThanOrEqualTo(0.95);
        metrics["link_anchors.hit@1"].ShouldBeGreaterThanOrEqualTo(0.65);
        metrics["link_anchors.hit@5"].ShouldBeGreaterThanOrEqualTo(0.90);
        report.Metrics.ShouldAllBe(m => m.Low <= m.Value && m.Value <= m.High);
        RetrievalEvaluation.Run(Articles.SharedData("arduino-help-center"), limit: 5).Metrics.First(m => m.Name == "former_titles.mrr").N.ShouldBe(5);
    }

    [Fact]
    public void A_whole_case_finds_the_documents_it_needs() =>
        RetrievalEvaluation.Run(Path.Combine(Articles.SharedData("tau2"), "banking_knowledge")).Metrics.Single(m => m.Name == "tasks.recall@20").Value.ShouldBeGreaterThanOrEqualTo(0.35);

    [Fact]
    public void Questions_about_other_things_are_rarely_answered()
    {
        string file = Path.Combine(Articles.SharedData("clinc150"), "data.json");
        KnowledgeIndex index = helpCentre.Value.Index;
        using JsonDocument data = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement val = data.RootElement.GetProperty("val");
        int[] rows = [.. File.ReadLines(Path.Combine(Articles.Root(), "tests", "Switchboard.Core.Tests", "Knowledge", "clinc-val-rows.txt")).Where(l => l.Length > 0 && l[0] != '#').Select(int.Parse)];
        rows.Length.ShouldBe(200);
        rows.Count(row => AnswerComposer.Answer(index, val[row][0].GetString()!).Outcome == AnswerOutcome.Answered).ShouldBeLessThanOrEqualTo(16);
        val.EnumerateArray().Average(row => AnswerComposer.Answer(index, row[0].GetString()!).Outcome == AnswerOutcome.Answered ? 1.0 : 0).ShouldBeLessThanOrEqualTo(0.06);
    }

    [Fact]
    public void Former_titles_are_answered_from_the_right_article_with_verbatim_quotes()
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = helpCentre.Value;
        List<(string Query, string Article)> questions = FormerTitles();
        var answered = questions.Select(q => (q.Article, Answer: AnswerComposer.Answer(index, q.Query))).Where(a => a.Answer.Outcome == AnswerOutcome.Answered).ToList();
        ((double)answered.Count / questions.Count).ShouldBeGreaterThanOrEqualTo(0.90);
        ((double)answered.Count(a => a.Answer.Sentences[0].Citations[0].ArticleId == ids[a.Article]) / answered.Count).ShouldBeGreaterThanOrEqualTo(0.85);
        foreach (AnswerSentence sentence in answered.SelectMany(a => a.Answer.Sentences))
        {
            sentence.Citations.ShouldNotBeEmpty();
            foreach (Citation citation in sentence.Citations) index.Find(citation.ArticleId)!.Body[citation.Start..citation.End].ShouldBe(citation.Quote);
        }
    }

    [Fact]
    public void A_lost_password_is_answered_from_the_article_on_resetting_it() =>
        AnswerComposer.Answer(helpCentre.Value.Index, "How can I recover my password?").Sentences[0].Citations[0].Title.ShouldBe("Reset the password for your Arduino account");

    [Fact]
    public void Every_unit_of_a_real_help_centre_is_a_verbatim_slice()
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = helpCentre.Value;
        int units = 0;
        int read = 0;
        foreach (Guid id in ids.Values)
        {
            string body = index.Find(id)!.Body;
            foreach (TextUnit unit in index.ChunksOf(id).SelectMany(c => c.Units))
            {
                units++;
                // A slice that was indented inside its parent can read as code by itself, so a few may differ; none may lie outside.
                if (MarkdownDocument.Strip(body[unit.Start..unit.End]) == unit.Text) read++;
            }
        }
        ((double)read / units).ShouldBeGreaterThan(0.98);
    }
}
