using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>
/// Records what customers' people search for and open, so that their words can be learned. The staff's searches are no evidence and are
/// not recorded; personal data is taken out of the words, and who it was is a keyed hash.
/// </summary>
/// <param name="secret">The key of the hash.</param>
/// <param name="journal">Where it is recorded.</param>
/// <param name="time">The clock.</param>
public sealed class SearchRecording(byte[] secret, SearchJournal journal, TimeProvider time)
{
    private const int hashBytes = 16;

    /// <summary>Records a search; the id that an opened article names it by, or null when it is not recorded.</summary>
    public async Task<Guid?> SearchedAsync(Actor caller, string query, SearchOutcome outcome, SearchHit? best, CancellationToken cancellationToken)
    {
        if (caller is not ContactActor contact) return null;
        DateTimeOffset now = time.GetUtcNow();
        var entry = new SearchLog
        {
            TenantId = contact.TenantId,
            Id = Guid.CreateVersion7(now),
            Query = new PiiRedactor().Redact(query, PiiDetector.Find(query)),
            Outcome = outcome switch { SearchOutcome.Ok => SearchOutcomes.Answered, SearchOutcome.Weak => SearchOutcomes.Weak, _ => SearchOutcomes.None },
            BestRelevance = best is null ? null : Math.Round(best.Coverage, 4),
            ArticleId = best?.ArticleId,
            ContactHash = HashOf(contact),
            At = now,
        };
        await journal.AddAsync(contact, entry, cancellationToken);
        return entry.Id;
    }

    /// <summary>Records that an article was opened from the hits of a search. What is no search of this person's is left unrecorded.</summary>
    public async Task OpenedAsync(Actor caller, Guid searchId, Guid articleId, CancellationToken cancellationToken)
    {
        if (caller is not ContactActor contact) return;
        DateTimeOffset now = time.GetUtcNow();
        await journal.AddOpenedAsync(contact, searchId, HashOf(contact), search => new SearchLog
        {
            TenantId = contact.TenantId,
            Id = Guid.CreateVersion7(now),
            Query = search.Query,
            Outcome = SearchOutcomes.Opened,
            ArticleId = articleId,
            ContactHash = search.ContactHash,
            At = now,
        }, cancellationToken);
    }

    private string HashOf(ContactActor contact) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{contact.TenantId:N} {contact.Key}"))).AsSpan(0, hashBytes));
}
