using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>What people searched the articles for, and what they opened. Entries are only added, and deleted when they are too old to learn from.</summary>
public sealed class SearchJournal(Data data)
{
    /// <summary>How long an entry is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int deletedAtOnce = 50;
    private const int mostRead = 50_000;
    private const int mostCited = 5_000;

    /// <summary>Adds an entry and takes a few of the tenant's that are over away with it, so that no other work is needed for that.</summary>
    public Task AddAsync(Actor actor, SearchLog entry, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db => Add(db, entry), cancellationToken);

    /// <summary>Adds that an article was opened from the hits of a search; false when this person made no such search.</summary>
    /// <param name="actor">Who opened it.</param>
    /// <param name="searchId">The search.</param>
    /// <param name="opened">Makes the entry from that of the search.</param>
    /// <param name="contactHash">Who it must have been.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public async Task<bool> AddOpenedAsync(Actor actor, Guid searchId, string contactHash, Func<SearchLog, SearchLog> opened, CancellationToken cancellationToken)
    {
        await using SwitchboardDb read = data.For(actor.TenantId);
        SearchLog? search = await read.Set<SearchLog>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == searchId, cancellationToken);
        if (search is null || search.ContactHash != contactHash || search.Outcome == SearchOutcomes.Opened) return false;
        await AddAsync(actor, opened(search), cancellationToken);
        return true;
    }

    /// <summary>
    /// The customer's words that an answer in this person's own conversation cites an article for; null when the message is no such answer. The staff's notes count for nothing.
    /// </summary>
    public async Task<string?> QuestionOfAsync(ContactActor contact, Guid messageId, Guid articleId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(contact.TenantId);
        Message? answer = await db.Set<Message>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == messageId, cancellationToken);
        if (answer is null || answer.Author == MessageAuthor.Customer || answer.IsPrivate || !answer.Citations.Any(c => c.ArticleId == articleId)) return null;
        Conversation? conversation = await db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == answer.ConversationId, cancellationToken);
        bool isOwn = conversation is not null && (contact is { ContactId: { } id, Proof: not Proof.None } ? conversation.ContactId == id || (conversation.ContactId is null && conversation.VisitorId == contact.VisitorId) : conversation.ContactId is null && conversation.VisitorId == contact.VisitorId);
        if (!isOwn) return null;
        return await db.Set<Message>().Where(m => m.ConversationId == answer.ConversationId && m.Author == MessageAuthor.Customer && m.Sequence < answer.Sequence)
            .OrderByDescending(m => m.Sequence).Select(m => m.Text).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// What answers with citations are evidence for, as entries that were never written: the question and the article cited first, of conversations since a moment that the
    /// customer confirmed as solved without a person's help, the newest 5 000 of them.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="since">The moment.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    public async Task<IReadOnlyList<CitedQuestion>> CitedAsync(Guid tenantId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var solved = db.Set<Conversation>().Where(c => c.ConfirmedAt >= since && c.HandedOffAt == null && c.DeletedAt == null).OrderByDescending(c => c.ConfirmedAt).Take(mostCited);
        var rows = await db.Set<Message>().AsNoTracking().Where(m => !m.IsPrivate && (m.Author == MessageAuthor.Customer || m.Status == ReplyStatus.Answered))
            .Join(solved, m => m.ConversationId, c => c.Id, (m, c) => new { Message = m, c.ContactId, c.VisitorId }).ToListAsync(cancellationToken);
        var cited = new List<CitedQuestion>();
        foreach (var conversation in rows.Where(r => (r.ContactId ?? r.VisitorId) is not null).GroupBy(r => r.Message.ConversationId))
        {
            string? asked = null;
            foreach (var row in conversation.OrderBy(r => r.Message.Sequence))
            {
                if (row.Message.Author == MessageAuthor.Customer) asked = row.Message.Text;
                else if (asked is not null && row.Message.Citations is [{ } first, ..]) cited.Add(new CitedQuestion(row.ContactId, row.VisitorId, asked, first.ArticleId, row.Message.CreatedAt));
            }
        }
        return cited;
    }

    /// <summary>The tenant's entries since a moment, the newest 50 000 of them.</summary>
    public async Task<IReadOnlyList<SearchLog>> ReadAsync(Guid tenantId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<SearchLog>().AsNoTracking().Where(l => l.At >= since).OrderByDescending(l => l.At).Take(mostRead).ToListAsync(cancellationToken);
    }

    private static bool Add(SwitchboardDb db, SearchLog entry)
    {
        DateTimeOffset over = entry.At - Kept;
        db.Set<SearchLog>().RemoveRange(db.Set<SearchLog>().Where(l => l.At < over).OrderBy(l => l.At).Take(deletedAtOnce).ToList());
        db.Set<SearchLog>().Add(entry);
        return true;
    }
}

/// <summary>A question and the article that an answer to it cites.</summary>
/// <param name="ContactId">Whose question it is; null for a browser of nobody known.</param>
/// <param name="VisitorId">The browser.</param>
/// <param name="Question">The customer's words.</param>
/// <param name="ArticleId">The article cited first.</param>
/// <param name="At">When it was answered.</param>
public sealed record CitedQuestion(Guid? ContactId, Guid? VisitorId, string Question, Guid ArticleId, DateTimeOffset At);
