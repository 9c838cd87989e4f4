using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Compliance.Storage;

public abstract class SearchJournalSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private SearchJournal Journal => Desk.Get<SearchJournal>();
    private SynonymStore Synonyms => Desk.Get<SynonymStore>();

    private SearchLog Entry(DateTimeOffset at, string contact = "c1", Guid? tenant = null) =>
        new() { TenantId = tenant ?? Desk.TenantId, Id = Desk.NewId(), Query = "ditch it", Outcome = SearchOutcomes.None, ContactHash = contact, At = at };

    private async Task<SearchLog> AddAsync(SearchLog entry)
    {
        await Journal.AddAsync(new SystemActor(entry.TenantId, "test"), entry, default);
        return entry;
    }

    [Fact]
    public async Task An_opened_article_follows_the_search_of_the_same_person_and_of_nobody_else()
    {
        SearchLog search = await AddAsync(Entry(Desk.Start));
        Guid article = Desk.NewId();
        await Desk.Get<ArticleStore>().ApplyAsync(Desk.Actor, [new InsertArticle(article, ArticleStoreSuite.Content("a.md"))], Desk.Start, default);
        SearchLog Opened(SearchLog of) => new() { TenantId = of.TenantId, Id = Desk.NewId(), Query = of.Query, Outcome = SearchOutcomes.Opened, ArticleId = article, ContactHash = of.ContactHash, At = Desk.Start.AddMinutes(1) };

        (await Journal.AddOpenedAsync(Desk.Actor, search.Id, "c2", Opened, default)).ShouldBeFalse();
        (await Journal.AddOpenedAsync(Desk.Actor, Desk.NewId(), "c1", Opened, default)).ShouldBeFalse();
        Guid other = await Desk.AddTenantAsync("other");
        (await Journal.AddOpenedAsync(new SystemActor(other, "test"), search.Id, "c1", Opened, default)).ShouldBeFalse();
        (await Journal.AddOpenedAsync(Desk.Actor, search.Id, "c1", Opened, default)).ShouldBeTrue();

        IReadOnlyList<SearchLog> log = await Journal.ReadAsync(Desk.TenantId, Desk.Start, default);
        log.Select(l => (l.Query, l.Outcome, l.ArticleId)).ShouldBe([("ditch it", SearchOutcomes.Opened, article), ("ditch it", SearchOutcomes.None, null)]);
        (await Journal.ReadAsync(other, Desk.Start, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_older_than_they_may_be_go_with_the_next_search_of_their_own_tenant()
    {
        await AddAsync(Entry(Desk.Start - SearchJournal.Kept - TimeSpan.FromMinutes(1)));
        SearchLog kept = await AddAsync(Entry(Desk.Start - SearchJournal.Kept + TimeSpan.FromMinutes(1)));
        Guid other = await Desk.AddTenantAsync("other");
        await AddAsync(Entry(Desk.Start - SearchJournal.Kept - TimeSpan.FromMinutes(1), tenant: other));
        SearchLog newest = await AddAsync(Entry(Desk.Start));

        (await Journal.ReadAsync(Desk.TenantId, DateTimeOffset.UnixEpoch, default)).Select(l => l.Id).ShouldBe([newest.Id, kept.Id]);
        (await Journal.ReadAsync(other, DateTimeOffset.UnixEpoch, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_is_evidence_once_the_customer_said_that_it_solved_the_matter_without_a_person()
    {
        Guid article = Desk.NewId();
        await Desk.Get<ArticleStore>().ApplyAsync(Desk.Actor, [new InsertArticle(article, ArticleStoreSuite.Content("a.md"))], Desk.Start, default);
        await AnsweredAsync("open", article, _ => { });
        await AnsweredAsync("handed off", article, c => (c.Confirmed, c.HandedOff) = (Desk.Start, Desk.Start));
        await AnsweredAsync("long ago", article, c => c.Confirmed = Desk.Start.AddDays(-100));
        Conversation solved = await AnsweredAsync("ditch it", article, c => c.Confirmed = Desk.Start);
        Guid own = Desk.TenantId;
        await Desk.UseTenantAsync("other");

        CitedQuestion cited = (await Journal.CitedAsync(own, Desk.Start.AddDays(-90), default)).ShouldHaveSingleItem();
        (cited.ContactId, cited.VisitorId, cited.Question, cited.ArticleId).ShouldBe((null, solved.VisitorId, "ditch it", article));
        (await Journal.CitedAsync(Desk.TenantId, Desk.Start.AddDays(-90), default)).ShouldBeEmpty();

        var reader = new ContactActor(own, solved.VisitorId!.Value, null, Proof.None);
        Guid answer = await AnswerOfAsync(own, solved.Id);
        (await Journal.QuestionOfAsync(reader, answer, article, default)).ShouldBe("ditch it");
        (await Journal.QuestionOfAsync(reader with { VisitorId = Desk.NewId() }, answer, article, default)).ShouldBeNull();
        (await Journal.QuestionOfAsync(reader with { TenantId = Desk.TenantId }, answer, article, default)).ShouldBeNull();
        (await Journal.QuestionOfAsync(reader, answer, Desk.NewId(), default)).ShouldBeNull();
    }

    private sealed class Ending
    {
        public DateTimeOffset? Confirmed { get; set; }

        public DateTimeOffset? HandedOff { get; set; }
    }

    /// <summary>A conversation of one question and an answer that cites the article.</summary>
    private async Task<Conversation> AnsweredAsync(string question, Guid article, Action<Ending> how)
    {
        var ending = new Ending();
        how(ending);
        Conversation conversation = Desk.NewConversation();
        Message Said(int sequence, MessageAuthor author, string text, ReplyStatus? status, IReadOnlyList<Citation> citations) => new()
        {
            TenantId = Desk.TenantId,
            Id = Desk.NewId(),
            ConversationId = conversation.Id,
            Sequence = sequence,
            Author = author,
            Text = text,
            Status = status,
            Citations = citations,
            RunId = null,
            CreatedAt = Desk.Start.AddSeconds(sequence),
        };
        await Desk.Data.WriteAsync(Desk.Actor, db =>
        {
            db.Add(conversation);
            db.Entry(conversation).Property(c => c.ConfirmedAt).CurrentValue = ending.Confirmed;
            db.Entry(conversation).Property(c => c.HandedOffAt).CurrentValue = ending.HandedOff;
            db.Add(Said(1, MessageAuthor.Customer, question, null, []));
            db.Add(Said(2, MessageAuthor.Agent, "You cancel it [1].", ReplyStatus.Answered, [new Citation(1, article, null, 1, "a.md", "/a", "", "a", 0, 1)]));
            return 0;
        }, default);
        return conversation;
    }

    private async Task<Guid> AnswerOfAsync(Guid tenant, Guid conversation)
    {
        await using SwitchboardDb db = Desk.Data.For(tenant);
        return await db.Set<Message>().Where(m => m.ConversationId == conversation && m.Author == MessageAuthor.Agent).Select(m => m.Id).SingleAsync();
    }

    [Fact]
    public async Task A_decided_synonym_is_one_row_that_every_process_notices()
    {
        Synonym Means(params string[] means) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Language = "en", Term = "ditch", Means = means, Source = "feedback" };
        await Synonyms.DecideAsync(Desk.Actor, Means("cancel"), default);
        (await Synonyms.AcceptedAsync(Desk.TenantId, default)).ShouldHaveSingleItem().Means.ShouldBe(["cancel"]);
        (await Desk.Tenants.FindAsync(Desk.TenantId, default))!.KnowledgeVersion.ShouldBe(1);

        await Synonyms.DecideAsync(Desk.Actor, Means(), default);
        (await Synonyms.AcceptedAsync(Desk.TenantId, default)).ShouldBeEmpty();
        (await Synonyms.DecidedAsync(Desk.TenantId, default)).ShouldHaveSingleItem().Means.ShouldBeEmpty();
        (await Desk.Tenants.FindAsync(Desk.TenantId, default))!.KnowledgeVersion.ShouldBe(2);
        (await Synonyms.DecidedAsync(await Desk.AddTenantAsync("other"), default)).ShouldBeEmpty();
    }
}
