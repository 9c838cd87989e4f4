using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;
using static Switchboard.Core.Tests.Knowledge.Articles;

namespace Switchboard.Core.Tests.Desk;

public sealed class GroundingGuardTests
{
    private const string body = "Intro.\n\nThe ferry leaves at noon. It takes 40 minutes.\n\n1. Buy a ticket.\n1. Go aboard.\n";
    private static readonly IndexedArticle ferry = Article(1, "Ferry", body);
    private static readonly KnowledgeIndex index = KnowledgeIndex.Build([ferry]);
    private static readonly Citation noon = Cite("The ferry leaves at noon.");

    [Fact]
    public void A_sentence_that_stands_in_its_article_passes()
    {
        Check("The ferry leaves at noon.", noon).Passed.ShouldBeTrue();
        Check("The ferry leaves at noon", noon).Passed.ShouldBeTrue("marks are not words");
        Check("**The ferry** leaves at noon.", noon).Passed.ShouldBeTrue();
        Check("1. Buy a ticket.\n2. Go aboard.", Cite("1. Buy a ticket.\n1. Go aboard.")).Passed.ShouldBeTrue("the numbers of a list are counted by us");
    }

    [Fact]
    public void What_every_composed_answer_cites_passes()
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(index, "When does the ferry leave?");
        answer.Outcome.ShouldBe(AnswerOutcome.Answered);
        GroundingGuard.Check(Reply([.. answer.Sentences.Select(s => new ReplySentence(s.Text, s.Citations))]), index).Passed.ShouldBeTrue();
    }

    [Fact]
    public void Words_of_the_desks_own_need_no_quote() => GroundingGuard.Check(Reply(new ReplySentence("I do not know.", [])), index).Passed.ShouldBeTrue();

    [Fact]
    public void An_altered_quote_is_caught() => Fails(noon with { Quote = "The ferry leaves at nine." }, "does not stand at its place");

    [Fact]
    public void A_shifted_place_is_caught()
    {
        Fails(noon with { Start = noon.Start + 1, End = noon.End + 1 }, "does not stand at its place");
        Fails(noon with { Start = noon.Start - 1 }, "does not stand at its place");
        Fails(noon with { Start = -1 }, "does not stand at its place");
        Fails(noon with { End = body.Length + 1 }, "does not stand at its place");
        Fails(noon with { Start = noon.End, End = noon.Start }, "does not stand at its place");
    }

    [Theory]
    [InlineData("The ferry never leaves at noon.", "never")]
    [InlineData("The ferry leaves at noon and at 3.", "and")]
    [InlineData("The ferry leaves at 12.", "12")]
    public void A_word_that_stands_in_no_quote_is_caught(string text, string word)
    {
        GuardVerdict verdict = Check(text, noon);
        verdict.Passed.ShouldBeFalse();
        verdict.Detail.ShouldContain($"\"{word}\"");
    }

    [Fact]
    public void Another_version_of_the_article_is_caught() => Fails(noon with { Version = 2 }, "has changed");

    [Fact]
    public void An_article_that_is_not_published_is_caught() => Fails(noon with { ArticleId = Guid.NewGuid() }, "is not published");

    [Fact]
    public void A_sentence_without_a_citation_beside_cited_ones_is_caught()
    {
        GuardVerdict verdict = GroundingGuard.Check(Reply(new ReplySentence("The ferry leaves at noon.", [noon]), new ReplySentence("It is free.", [])), index);
        verdict.Passed.ShouldBeFalse();
        verdict.Detail.ShouldContain("It is free");
    }

    [Fact]
    public void Two_quotes_may_carry_one_sentence() => Check("The ferry leaves at noon. It takes 40 minutes.", noon, Cite("It takes 40 minutes.")).Passed.ShouldBeTrue();

    private static void Fails(Citation citation, string because)
    {
        GuardVerdict verdict = Check("The ferry leaves at noon.", citation);
        verdict.Passed.ShouldBeFalse();
        verdict.Detail.ShouldContain(because);
    }

    private static GuardVerdict Check(string text, params Citation[] citations) => GroundingGuard.Check(Reply(new ReplySentence(text, citations)), index);

    private static Reply Reply(params ReplySentence[] sentences) => new() { Status = ReplyStatus.Answered, Sentences = sentences, Confidence = 0.9 };

    private static Citation Cite(string quote)
    {
        int start = body.IndexOf(quote, StringComparison.Ordinal);
        return new Citation(1, ferry.ArticleId, null, 1, "Ferry", "/x", "Ferry", quote, start, start + quote.Length);
    }
}
