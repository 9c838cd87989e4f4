using System.Text;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>Whatever is typed or imported, the engine answers or declines; it does not fail.</summary>
public sealed class OddInputTests
{
    private static readonly KnowledgeIndex desk = KnowledgeIndex.Build(
    [
        Articles.Article(1, "Invite people to your workspace", "Only admins can invite.\n\n1. Open **Members**.\n2. Select **Invite**."),
        Articles.Article(2, "Refund policy", "We refund yearly plans within 30 days of purchase."),
        Articles.Article(3, "退款政策", "我们在三十天内退款。", language: "zh"),
        Articles.Article(4, "سياسة الاسترداد", "نعيد المال خلال ثلاثين يوما.", language: "ar"),
    ]);

    public static TheoryData<string> Odd =>
    [
        "", " ", "\t\r\n", "how do I do that", "the of and to", "?", "?!?!...", "\"", "\"\"", "\"unclosed", "“refund“ „", "''''", "- - -", "* # ` ~ > |", "\0", "a\0b", "😀", "😀🎉👩‍👩‍👧‍👦🇩🇪",
        "refund 😀 please", "<b>refund</b> <script>alert(1)</script>", "<a href=\"x\">", "&lt;&amp;&#0;&#x110000;", "[link](", "![](", "1. 2. 3.", "1.", "’", "n't", "'s", "how", ", how", "-refund-", "re-fund-", "._-._-", "café CAFÉ", "\u200B\u200F\u202E",
        "e\u0301\u0301\u0301\u0301", "ﬀ ﬁ ½ ²", "ＲＥＦＵＮＤ", "v1.2.3.4.5", "999999999999999999999999999999 plans", "INV-2026-00031", "כיצד אני מזמין אנשים", "كيف أسترد المال", "怎么退款？", "退", "ไทย", "한국어",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public void Odd_questions_are_answered_or_declined(string question)
    {
        foreach (KnowledgeIndex index in (KnowledgeIndex[])[KnowledgeIndex.Empty, desk])
        {
            Sane(index, question);
            SearchResult found = index.Search(question);
            foreach (SearchHit hit in found.Hits) hit.Spans.ShouldAllBe(s => s.Start >= 0 && s.Length > 0 && s.Start + s.Length <= hit.Snippet.Length);
            index.SearchChunks(question).Hits.ShouldAllBe(h => h.Bm25 >= 0 && h.Coverage >= 0 && h.Coverage <= 1);
        }
    }

    /// <summary>By itself, since what hands the data of a theory on does not hand halves on.</summary>
    [Fact]
    public void Halves_of_characters_are_answered_or_declined()
    {
        foreach (string half in (string[])["\uD83D", "\uDE00\uD83D", "caf\u00E9 refund \uD83D policy"]) Odd_questions_are_answered_or_declined(half);
    }

    [Theory]
    [InlineData("")]
    [InlineData("how do I do that")]
    [InlineData("?!?!")]
    [InlineData("😀🎉")]
    [InlineData("<script>alert(1)</script>")]
    public void What_says_nothing_is_not_answered(string question)
    {
        AnswerComposer.Answer(desk, question).Outcome.ShouldBe(AnswerOutcome.NoGroundedAnswer);
        desk.Search(question).Outcome.ShouldBe(SearchOutcome.NoMatch);
    }

    [Theory]
    [InlineData("怎么退款", "a3")]
    [InlineData("سياسة الاسترداد", "a4")]
    [InlineData("<b>refund</b> policy 😀", "a2")]
    public void Other_scripts_and_marks_still_find_their_article(string question, string article) => desk.Search(question).Hits[0].ExternalId.ShouldBe(article);

    [Fact]
    public void Huge_questions_are_read_as_far_as_a_question_goes()
    {
        foreach (string question in (string[])[new string('a', 1000), new string('?', 5000), string.Join(' ', Enumerable.Repeat("refund", 400)), string.Concat(Enumerable.Repeat("refund policy? ", 1000)), string.Concat(Enumerable.Repeat("how do i ", 2000)),
            string.Concat(Enumerable.Repeat("😀", 3000)), string.Join(' ', Enumerable.Range(0, 500).Select(i => $"word{i}")), new string('(', 2000), string.Concat(Enumerable.Repeat("\"", 999))])
            Sane(desk, question);
        AnswerComposer.Answer(desk, string.Join(' ', Enumerable.Repeat("refund", 400))).Sentences[0].Citations[0].ExternalId.ShouldBe("a2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void Any_limit_of_sentences_is_kept(int limit)
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(desk, "how do I invite people", new AnswerOptions { SentenceLimit = limit });
        answer.Sentences.Count.ShouldBeLessThanOrEqualTo(limit);
        answer.Outcome.ShouldBe(limit == 0 ? AnswerOutcome.NoGroundedAnswer : AnswerOutcome.Answered);
    }

    [Fact]
    public void Quotes_of_two_thousand_random_articles_are_verbatim()
    {
        var random = new Random(20260101);
        string[] words = ["refund", "invite", "admin", "plan", "**board**", "*seat*", "`key`", "[link](x.md)", "![p](i.png)", "<b>bold</b>", "a.b", "é", "退款", "😀", "only", "members", "can", "1.", "?", "Why?", "See [Seats](s.md).", "premium."];
        var articles = new List<IndexedArticle>();
        for (int i = 1; i <= 2000; i++) articles.Add(Articles.Article(i, Words(2), Body()));
        foreach (IndexedArticle[] batch in articles.Chunk(100))
        {
            KnowledgeIndex index = KnowledgeIndex.Build(batch);
            foreach (IndexedArticle article in batch)
            {
                foreach (TextUnit unit in index.ChunksOf(article.ArticleId).SelectMany(c => c.Units).SelectMany(u => (IEnumerable<TextUnit>)[u, .. u.Points]))
                    (unit.Start >= 0 && unit.Start < unit.End && unit.End <= article.Body.Length).ShouldBeTrue();
            }
            for (int q = 0; q < 20; q++) Sane(index, (q % 2 == 0 ? "how do I " : "") + Words(3));
        }

        string Words(int n) => string.Join(' ', Enumerable.Range(0, n).Select(_ => words[random.Next(words.Length)]));

        string Body()
        {
            var body = new StringBuilder();
            for (int b = random.Next(6); b >= 0; b--)
            {
                body.Append((random.Next(8) switch
                {
                    0 => "## " + Words(2),
                    1 => $"1. {Words(3)}\n2. {Words(4)}\n   - {Words(2)}",
                    2 => $"- {Words(4)}\n- {Words(3)}\n- {Words(2)}",
                    3 => $"| {Words(1)} | {Words(1)} |\n|---|---|\n| {Words(2)} | {Words(1)} |",
                    4 => "> " + Words(5),
                    5 => "```\n" + Words(4) + "\n```",
                    6 => Words(4) + ":",
                    _ => $"{Words(5)}. {Words(6)}.",
                })).Append(random.Next(5) == 0 ? "\r\n\r\n" : "\n\n");
            }
            return body.ToString();
        }
    }

    private static void Sane(KnowledgeIndex index, string question)
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(index, question);
        answer.Confidence.ShouldBeInRange(0, 1);
        (answer.Outcome == AnswerOutcome.Answered).ShouldBe(answer.Sentences.Count > 0);
        foreach (AnswerSentence sentence in answer.Sentences)
        {
            sentence.Citations.ShouldNotBeEmpty();
            foreach (Citation citation in sentence.Citations) index.Find(citation.ArticleId)!.Body[citation.Start..citation.End].ShouldBe(citation.Quote);
        }
    }
}
