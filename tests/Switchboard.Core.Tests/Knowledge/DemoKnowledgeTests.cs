using System.Text.Json;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>How the demo help centre answers the questions written for it. The floors lie a little under what is reached, and are printed beside it.</summary>
public sealed class DemoKnowledgeTests(ITestOutputHelper output)
{
    private static readonly Lazy<KnowledgeIndex> demo = new(() =>
    {
        string folder = Path.Combine(Articles.Root(), "src", "Switchboard.Storage", "Seeding", "Demo", "articles");
        return KnowledgeIndex.Build(Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select((file, i) =>
        {
            ParsedArticle article = ArticleFile.Parse(Path.GetRelativePath(folder, file), File.ReadAllBytes(file)).Article!;
            return Articles.Article(i + 1, article.Title, article.Body, article.Updated, category: article.Category) with { ExternalId = article.ExternalId };
        }));
    });

    private static List<(string Question, string[] Articles)> Questions(string file) =>
        [.. File.ReadLines(Path.Combine(Articles.Root(), "tests", "Switchboard.Core.Tests", "Knowledge", "Demo", file)).Where(l => l.Length > 0).Select(line =>
        {
            using JsonDocument row = JsonDocument.Parse(line);
            string[] articles = row.RootElement.TryGetProperty("articles", out JsonElement ids) ? [.. ids.EnumerateArray().Select(i => i.GetString()!)] : [];
            return (row.RootElement.GetProperty("question").GetString()!, articles);
        })];

    [Fact]
    public void Two_thirds_of_the_demo_questions_are_answered_and_seven_in_eight_of_these_from_the_right_article()
    {
        List<(string Question, string[] Articles)> questions = Questions("questions.jsonl");
        var answers = questions.Select(q => (q.Articles, Answer: AnswerComposer.Answer(demo.Value, q.Question))).Where(a => a.Answer.Outcome == AnswerOutcome.Answered).ToList();
        double answered = (double)answers.Count / questions.Count;
        double right = answers.Average(a => a.Articles.Contains(a.Answer.Sentences[0].Citations[0].ExternalId) ? 1.0 : 0);
        double first = questions.Average(q => demo.Value.Search(q.Question, 1).Hits is [var hit] && q.Articles.Contains(hit.ExternalId) ? 1.0 : 0);
        double units = answers.Average(a => a.Answer.Sentences.Count);
        output.WriteLine($"{questions.Count} questions: answered {answered:P1}, of these right {right:P1}, hit@1 {first:F3}, {units:F2} units an answer");

        answered.ShouldBeGreaterThanOrEqualTo(0.64);
        right.ShouldBeGreaterThanOrEqualTo(0.86);
        first.ShouldBeGreaterThanOrEqualTo(0.73);
        units.ShouldBeLessThanOrEqualTo(2);
        foreach (var citation in answers.SelectMany(a => a.Answer.Sentences).SelectMany(s => s.Citations))
            demo.Value.Find(citation.ArticleId)!.Body[citation.Start..citation.End].ShouldBe(citation.Quote);
    }

    [Fact]
    public void What_the_demo_help_centre_says_nothing_about_is_rarely_answered()
    {
        List<(string Question, string[] Articles)> questions = Questions("off-topic.jsonl");
        string[] answered = [.. questions.Select(q => q.Question).Where(q => AnswerComposer.Answer(demo.Value, q).Outcome == AnswerOutcome.Answered)];
        output.WriteLine($"{answered.Length} of {questions.Count} answered: {string.Join(" | ", answered)}");
        ((double)answered.Length / questions.Count).ShouldBeLessThanOrEqualTo(0.05);
    }

    [Theory]
    [InlineData("How do I add a teammate?", "Select Send invitations.")]
    [InlineData("I want to cancel", "Select Cancel at period end.")]
    [InlineData("upgrade us to premium, how", "Select Confirm upgrade.")]
    [InlineData("where do I put our vat number", "2. Enter legal name, address and VAT number")]
    public void The_demo_answers_a_wish_with_its_steps(string question, string step) => AnswerComposer.Answer(demo.Value, question).Text.ShouldContain(step);
}
