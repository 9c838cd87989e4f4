using System.Threading.Channels;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>
/// Records what customers' people search for, open and are answered from, so that their words can be learned. The staff's searches are no evidence and are
/// not recorded; personal data is taken out of the words, and who it was is a keyed hash. Nobody waits for it: entries are written one after the other by
/// <see cref="WriteAsync"/>, and are lost when the process dies before or when more wait than there is room for.
/// </summary>
/// <param name="readers">Names those who search by a hash.</param>
/// <param name="journal">Where it is recorded.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what cannot be written.</param>
public sealed class SearchRecording(ReaderHash readers, SearchJournal journal, TimeProvider time, ILogger<SearchRecording> logger)
{
    private const int mostWaiting = 2_000;

    private readonly Channel<Func<CancellationToken, Task>> waiting = System.Threading.Channels.Channel.CreateBounded<Func<CancellationToken, Task>>(new BoundedChannelOptions(mostWaiting) { SingleReader = true });

    /// <summary>Records a search; the id that an opened article names it by, or null when it is not recorded.</summary>
    public Guid? Searched(Actor caller, string query, SearchOutcome outcome, SearchHit? best)
    {
        if (caller is not ContactActor contact) return null;
        SearchLog entry = Entry(contact, query, outcome switch { SearchOutcome.Ok => SearchOutcomes.Answered, SearchOutcome.Weak => SearchOutcomes.Weak, _ => SearchOutcomes.None }, best?.ArticleId, best?.Coverage);
        return waiting.Writer.TryWrite(token => journal.AddAsync(contact, entry, token)) ? entry.Id : null;
    }

    /// <summary>Records a question and, when it was answered, the first article of the answer as if it had been opened.</summary>
    public void Answered(Actor caller, string question, KnowledgeAnswer answer)
    {
        if (caller is not ContactActor contact) return;
        Guid? cited = answer.Sentences.SelectMany(s => s.Citations).FirstOrDefault()?.ArticleId;
        SearchLog asked = Entry(contact, question, cited is null ? SearchOutcomes.None : SearchOutcomes.Answered, cited ?? answer.Closest.FirstOrDefault()?.ArticleId, answer.Closest.FirstOrDefault()?.Coverage);
        waiting.Writer.TryWrite(token => journal.AddAsync(contact, asked, token));
        if (cited is { } article) waiting.Writer.TryWrite(token => journal.AddOpenedAsync(contact, asked.Id, asked.ContactHash!, search => Opening(search, article), token));
    }

    /// <summary>Records that an article was opened from the hits of a search, or from an answer in a conversation by the id of its message. What is neither of this person's is left unrecorded.</summary>
    public void Opened(Actor caller, Guid searchId, Guid articleId)
    {
        if (caller is not ContactActor contact) return;
        string hash = readers.Of(contact);
        waiting.Writer.TryWrite(async token =>
        {
            if (await journal.AddOpenedAsync(contact, searchId, hash, search => Opening(search, articleId), token)) return;
            if (await journal.QuestionOfAsync(contact, searchId, articleId, token) is not { } question) return;
            SearchLog asked = Entry(contact, question, SearchOutcomes.Answered, articleId, coverage: null);
            await journal.AddAsync(contact, asked, token);
            await journal.AddAsync(contact, Opening(asked, articleId), token);
        });
    }

    /// <summary>Waits until everything recorded before is written, for who reads the journal.</summary>
    public async Task WrittenAsync(CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await waiting.Writer.WriteAsync(_ =>
        {
            written.SetResult();
            return Task.CompletedTask;
        }, cancellationToken);
        await written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what is recorded until nothing more comes; <see cref="Close"/> ends it once the rest is written.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (Func<CancellationToken, Task> write in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await write(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One lost search teaches nothing; the next may be written again.
                if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "A search could not be recorded");
            }
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close() => waiting.Writer.TryComplete();

    private SearchLog Entry(ContactActor contact, string query, string outcome, Guid? articleId, double? coverage)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new SearchLog
        {
            TenantId = contact.TenantId,
            Id = Guid.CreateVersion7(now),
            Query = new PiiRedactor().Redact(query, PiiDetector.Find(query)),
            Outcome = outcome,
            BestRelevance = coverage is { } value ? Math.Round(value, 4) : null,
            ArticleId = articleId,
            ContactHash = readers.Of(contact),
            At = now,
        };
    }

    private SearchLog Opening(SearchLog search, Guid articleId)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new SearchLog { TenantId = search.TenantId, Id = Guid.CreateVersion7(now), Query = search.Query, Outcome = SearchOutcomes.Opened, ArticleId = articleId, ContactHash = search.ContactHash, At = now };
    }

    /// <summary>Answers with citations as if their readers had searched and opened the first article: entries to learn from that are never written.</summary>
    public IEnumerable<SearchLog> Learned(Guid tenantId, IEnumerable<CitedQuestion> cited)
    {
        foreach (CitedQuestion question in cited)
        {
            var person = new ContactActor(tenantId, question.VisitorId ?? Guid.Empty, question.ContactId, question.ContactId is null ? Proof.None : Proof.Widget);
            SearchLog asked = Entry(person, question.Question, SearchOutcomes.Answered, question.ArticleId, coverage: null);
            yield return new SearchLog { TenantId = tenantId, Id = asked.Id, Query = asked.Query, Outcome = asked.Outcome, ArticleId = asked.ArticleId, ContactHash = asked.ContactHash, At = question.At.AddMilliseconds(-1) };
            yield return new SearchLog { TenantId = tenantId, Id = Guid.CreateVersion7(question.At), Query = asked.Query, Outcome = SearchOutcomes.Opened, ArticleId = asked.ArticleId, ContactHash = asked.ContactHash, At = question.At };
        }
    }

    /// <summary>Tells voters apart: the contact, or a visitor's hash.</summary>
    public string VoterOf(ContactActor contact) => contact is { ContactId: { } id, Proof: not Proof.None } ? id.ToString("D") : readers.Of(contact);
}
